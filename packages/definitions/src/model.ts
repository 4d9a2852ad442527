/**
 * The compiled form of definitions: total, normalised, validated. The declaration functions make it, the registry
 * snapshot (protobuf) carries it, and every other package takes it as given.
 */
import type { OperationName } from './operations';

export type ScalarType = 'bool' | 'int32' | 'int64' | 'double' | 'string' | 'timestamp';

export type ValueType = ScalarType | `list<${ScalarType}>`;

export interface Metadata {
  readonly owner: string;
  readonly description: string;
  readonly tags: Readonly<Record<string, string>>;
}

export interface Field {
  readonly name: string;
  readonly type: ScalarType;
}

export interface Entity {
  /** Given by the registry; 0 before apply. */
  readonly id: number;
  readonly name: string;
  readonly joinKeys: readonly Field[];
  readonly metadata: Metadata;
}

export interface EventSource {
  readonly id: number;
  readonly name: string;
  readonly topic: string;
  /** The archive table, without its database. */
  readonly table: string;
  readonly fields: readonly Field[];
  /** The field of type timestamp that says when the event happened. */
  readonly eventTime: string;
  readonly eventId: string | null;
  readonly knownAt: string | null;
  readonly allowedLatenessMs: number;
  readonly maxClockSkewMs: number;
  /** How old the progress of the stream may be before values are DEGRADED. */
  readonly maxStalenessMs: number;
  /** Partitions of the topic when apply creates it. */
  readonly partitions: number;
  readonly archiveOrder: readonly string[];
  readonly metadata: Metadata;
}

/** `[floorTo(t − lengthMs, hopMs), t)`, or everything before t. */
export type Window =
  | { readonly kind: 'sliding'; readonly lengthMs: number; readonly hopMs: number }
  | { readonly kind: 'lifetime' };

export interface DerivedColumn {
  readonly name: string;
  readonly expression: string;
  readonly type: ScalarType;
}

export interface AggregationFeature {
  readonly name: string;
  readonly operation: OperationName;
  /** CEL over the source's fields and the derived columns; null: the operation takes whole rows. */
  readonly input: string | null;
  readonly filter: string | null;
  readonly window: Window;
  readonly parameters: Readonly<Record<string, number>>;
  readonly type: ValueType;
  readonly description: string;
}

export interface BatchPlan {
  /** How long after its cut a batch value answers exactly. */
  readonly horizonMs: number;
  /** Cuts are multiples of it. */
  readonly cutHopMs: number;
  /** null: only on demand. */
  readonly intervalMs: number | null;
}

export interface StreamPlan {
  /** How long stream rows are held: hybrid ≥ horizon + cut hop, stream only ≥ the longest window and hop. */
  readonly retentionMs: number;
}

export interface AggregationView {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  readonly entity: string;
  readonly source: string;
  /** The source's field or derived column for each join key, in the entity's order. */
  readonly keyFields: readonly string[];
  readonly filter: string | null;
  readonly derived: readonly DerivedColumn[];
  readonly features: readonly AggregationFeature[];
  readonly batch: BatchPlan | null;
  readonly stream: StreamPlan | null;
  readonly metadata: Metadata;
  /** Hash of everything that gives the view its meaning. */
  readonly fingerprint: string;
}

export interface FeatureReference {
  readonly view: string;
  readonly version: number;
  readonly feature: string;
}

export interface FeatureService {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  readonly features: readonly FeatureReference[];
  readonly metadata: Metadata;
}

export interface Project {
  readonly name: string;
  readonly entities: readonly Entity[];
  readonly eventSources: readonly EventSource[];
  readonly aggregationViews: readonly AggregationView[];
  readonly featureServices: readonly FeatureService[];
}

/** Everything that is applied: what services subscribe to and swap atomically. */
export interface RegistrySnapshot {
  readonly version: number;
  readonly appliedAtMs: number;
  readonly appliedBy: string;
  readonly projects: readonly Project[];
  readonly nextId: number;
}
