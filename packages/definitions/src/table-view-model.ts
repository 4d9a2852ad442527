/** Table views in compiled form. */
import type { Metadata, SchedulePlan, ValueType } from './model';
import type { QualityRule } from './quality-model';

export interface TableFeature {
  readonly name: string;
  /** The source's field. */
  readonly field: string;
  readonly type: ValueType;
  readonly description: string;
}

/**
 * Values as of the tick of its schedule: of the rows of an entity with event time ≤ tick, known by tick + wait, the
 * latest by (event time, known at, row hash), if it is no older than maxAgeMs at the tick.
 */
export interface TableView {
  readonly id: number;
  readonly name: string;
  readonly version: number;
  readonly entity: string;
  /** A table source. */
  readonly source: string;
  /** The source's field for each join key, in the entity's order. */
  readonly keyFields: readonly string[];
  readonly features: readonly TableFeature[];
  /** null: a row speaks until a later one does. */
  readonly maxAgeMs: number | null;
  readonly schedule: SchedulePlan;
  /** Absent: none. */
  readonly quality?: readonly QualityRule[];
  readonly metadata: Metadata;
  readonly fingerprint: string;
}
