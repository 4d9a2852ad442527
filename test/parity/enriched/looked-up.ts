/** The view that the events of an enriched source are looked up in, and the histories of its entities. */
import type { AggregationView, EventSource } from '@forebay/definitions';
import type { World, WorldEvent } from '@forebay/testkit';

export interface LookedUp {
  readonly source: EventSource;
  readonly view: AggregationView;
  readonly world: World;
  /** By key of its entities; others have no events. */
  readonly histories: Readonly<Record<string, readonly WorldEvent[]>>;
  readonly writerSeed: number;
}
