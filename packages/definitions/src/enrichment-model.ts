/** Fields of an event source that no record has: looked up when an event is applied, and archived with it. */
import type { FeatureReference } from './model';

/** The value of a feature of another entity at the event's time. */
export interface Enrichment {
  /** The source's field that holds it; those of enrichments are the last of its fields. */
  readonly field: string;
  /** Of an aggregation view with a stream, or of a table view. */
  readonly feature: FeatureReference;
  /** The source's field for each join key of the feature's entity, in the entity's order. */
  readonly keyFields: readonly string[];
  /** What the field is where the value is DEGRADED. */
  readonly degraded: DegradedChoice;
  /**
   * How late an event may be looked up and still find the value of its own time: so long the feature's view keeps its events
   * apart. 0 for a table view.
   */
  readonly exactWithinMs: number;
}

/** `best`: what is known, none of it later than the event. `null`: nothing that may be wrong. */
export type DegradedChoice = 'best' | 'null';
