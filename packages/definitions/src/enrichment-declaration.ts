import type { Duration } from './declarations';
import type { FeatureSelection } from './view-declaration';

/** A field that is looked up when an event is applied: the value of a feature of another entity at the event's time. */
export interface EnrichmentOptions<N extends string = string> {
  /** One feature, as `view.pick('feature')`, of an aggregation view with a stream or of a table view. */
  feature: FeatureSelection;
  /** For each join key of the feature's entity the field that holds it; the field of the same name if left out. */
  keys?: Readonly<Record<string, N>>;
  /** What the field is where the value is DEGRADED: the `best` that is known (if left out), or `null`. */
  degraded?: 'best' | 'null';
  /** How late an event may be looked up and still find the value of its own time; 10s if left out. */
  exactWithin?: Duration;
}
