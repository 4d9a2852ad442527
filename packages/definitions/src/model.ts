/**
 * The compiled form of definitions: total, normalised, validated. The declaration functions make it, the registry
 * snapshot (protobuf) carries it, and every other package takes it as given.
 */
import type { Enrichment } from './enrichment-model';
import type { FeatureSeries, OutputTopic } from './feature-output-model';
import type { OperationName } from './operations';
import type { JoinedSource, Pairing, SequenceSource } from './paired-model';
import type { QualityRule } from './quality-model';
import type { RecordFormat } from './record-format';
import type { TableSource } from './table-source-model';
import type { TableView } from './table-view-model';

export type { TableField, TableSource } from './table-source-model';
export type { TableFeature, TableView } from './table-view-model';

import type { Rekeying } from './rekeying';
import type { SourceTopic } from './source-topics';

export type ScalarType = 'bool' | 'int32' | 'int64' | 'double' | 'string' | 'timestamp';

/** Keys ascend: strings by their UTF-8 bytes. Booleans as keys are 0 and 1, timestamps milliseconds. */
export type MapType = `map<${'string' | 'int64'},${'int64' | 'double'}>`;

/** So many float32 numbers. */
export type VectorType = `vector<${number}>`;

export type ValueType = ScalarType | `list<${ScalarType}>` | MapType | VectorType;

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
  /** The first topic. */
  readonly topic: string;
  /** The topics beyond it, if there are any; only ever appended to. */
  readonly otherTopics?: readonly SourceTopic[];
  /** The archive table, without its database. */
  readonly table: string;
  readonly fields: readonly Field[];
  /** How a record is read. */
  readonly format: RecordFormat;
  /** The field of type timestamp that says when the event happened. */
  readonly eventTime: string;
  readonly eventId: string | null;
  readonly knownAt: string | null;
  readonly allowedLatenessMs: number;
  readonly maxClockSkewMs: number;
  /**
   * How long after an event its copies are known by their id: events of one entity with equal (event id, event time)
   * count once. At least the allowed lateness; null: ids do not remove duplicates.
   */
  readonly dedupeMs: number | null;
  /** How old the progress of the stream may be before values are DEGRADED. */
  readonly maxStalenessMs: number;
  /** Partitions of each topic when apply creates it. */
  readonly partitions: number;
  readonly archiveOrder: readonly string[];
  readonly metadata: Metadata;
  /**
   * How its events are made of those of other sources; it then has no topic and no archive of its own (both are empty).
   * Only what `sourceOf` makes of a joined or sequence source has it: event sources of a project come from topics.
   */
  readonly pairing?: Pairing;
  /** Fields that records do not have; absent: there are none. */
  readonly enrichments?: readonly Enrichment[];
  /** Records with equal values of these fields lie in one partition; empty: any may lie anywhere; absent: not declared. */
  readonly keyedBy?: readonly string[];
  /** Absent: the topic is read as it is. */
  readonly rekey?: Rekeying;
  /** Absent: none. */
  readonly quality?: readonly QualityRule[];
}

/**
 * - `sliding`: `[floorTo(t − lengthMs, hopMs), t)`.
 * - `lifetime`: everything before t.
 * - `tumbling`: the last `[originMs + k · lengthMs, originMs + (k + 1) · lengthMs)` that ends at or before t;
 *   `0 ≤ originMs < lengthMs`. Its edges move in steps of lengthMs, on multiples of `gcd(lengthMs, originMs)`.
 * - `session`: the runs of events with successive differences below gapMs, among the events of
 *   `[floorTo(t − lengthMs, hopMs), t)`.
 */
export type Window =
  | { readonly kind: 'sliding'; readonly lengthMs: number; readonly hopMs: number }
  | { readonly kind: 'lifetime' }
  | { readonly kind: 'tumbling'; readonly lengthMs: number; readonly originMs: number }
  | {
      readonly kind: 'session';
      readonly gapMs: number;
      readonly lengthMs: number;
      readonly hopMs: number;
    };

export type WindowKind = Window['kind'];

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
  /** CEL: the category of an event, for operations by category; null for all others. */
  readonly by: string | null;
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
  /** null: only on demand. With a rule: the longest time between two runs. */
  readonly intervalMs: number | null;
  /** A rule of cron, in UTC; absent: every interval. */
  readonly cron?: string;
}

export interface StreamPlan {
  /** How long stream rows are held: hybrid ≥ horizon + cut hop, stream only ≥ the longest window and hop. */
  readonly retentionMs: number;
}

/**
 * Of a view without a stream. Its t is the tick `floorTo(t − delayMs, intervalMs)`, over what was known by
 * tick + waitMs; `waitMs < delayMs`, and in between the run of the tick has to finish.
 */
export interface SchedulePlan {
  readonly intervalMs: number;
  readonly waitMs: number;
  readonly delayMs: number;
}

/** With a stream (`stream`, and with history `batch`), or on a schedule (`schedule` alone). */
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
  readonly schedule: SchedulePlan | null;
  /** A topic of the values of changed entities; absent: none. */
  readonly output?: OutputTopic;
  /** Samples at each multiple of an interval; absent: none. */
  readonly series?: FeatureSeries;
  /** Absent: none. */
  readonly quality?: readonly QualityRule[];
  readonly metadata: Metadata;
  /** Hash of everything that gives the view its meaning. */
  readonly fingerprint: string;
}

/** A feature of another view, as a column of an on-demand view's expressions. */
export interface OnDemandInput {
  /** `feature`, or `view__feature` where several inputs have features of one name. */
  readonly column: string;
  readonly feature: FeatureReference;
  readonly type: ScalarType;
}

export interface OnDemandFeature {
  readonly name: string;
  /** CEL over the inputs, the request's fields, and the view's features before it. */
  readonly expression: string;
  readonly type: ScalarType;
  readonly description: string;
}

/** Features that are computed from other features and from data of the request, when they are asked for. */
export interface OnDemandView {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  readonly inputs: readonly OnDemandInput[];
  /** What a request (or the row of a training set) must bring. */
  readonly request: readonly Field[];
  readonly features: readonly OnDemandFeature[];
  readonly metadata: Metadata;
  readonly fingerprint: string;
}

/** A function of the user's own, for expressions of on-demand views. */
export interface UserFunction {
  readonly name: string;
  readonly parameters: readonly ScalarType[];
  readonly result: ScalarType;
  /** The text of a JavaScript function of the parameters, that uses nothing else. */
  readonly source: string;
  /** A ClickHouse expression with `{0}`, `{1}` … for the arguments. */
  readonly sql: string;
  readonly description: string;
}

export interface FeatureReference {
  readonly view: string;
  readonly version: number;
  readonly feature: string;
}

/** One of the lists of features that a feature service with an experiment answers with. */
export interface ServiceVariant {
  readonly name: string;
  /** Of the entities, in millionths. */
  readonly sharePpm: number;
  readonly features: readonly FeatureReference[];
}

export interface FeatureService {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  /** Of a service with variants, those of the first. */
  readonly features: readonly FeatureReference[];
  /** None, or lists of columns of the same names and types; their shares sum to a million, and their order places them. */
  readonly variants: readonly ServiceVariant[];
  readonly metadata: Metadata;
}

export interface Project {
  readonly name: string;
  readonly entities: readonly Entity[];
  readonly eventSources: readonly EventSource[];
  readonly joinedSources: readonly JoinedSource[];
  readonly sequenceSources: readonly SequenceSource[];
  readonly tableSources: readonly TableSource[];
  readonly aggregationViews: readonly AggregationView[];
  readonly tableViews: readonly TableView[];
  readonly onDemandViews: readonly OnDemandView[];
  readonly functions: readonly UserFunction[];
  readonly featureServices: readonly FeatureService[];
  /** Absent: none. */
  readonly retiredViews?: readonly RetiredView[];
}

/** A version of a view that was taken out of the registry; what is stored of it is known by its id. */
export interface RetiredView {
  readonly name: string;
  readonly version: number;
  readonly id: number;
  readonly retiredAtMs: number;
  /** It never comes back; else an apply without it may be followed by one with it, under another id. */
  readonly isFinal: boolean;
}

/** Everything that is applied: what services subscribe to and swap atomically. */
export interface RegistrySnapshot {
  readonly version: number;
  readonly appliedAtMs: number;
  readonly appliedBy: string;
  readonly projects: readonly Project[];
  readonly nextId: number;
}
