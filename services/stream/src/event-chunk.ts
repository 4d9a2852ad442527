import type { Value } from '@forebay/expressions';

/** A record that became an event. `row` holds the source's fields; views write their derived columns behind them. */
export interface SourceEvent {
  readonly row: Value[];
  readonly offset: number;
  readonly eventTimeMs: number;
  /** Of its content, by which copies that differ are told; 0 where the source does not remove duplicates. */
  readonly check: number;
  /** Of a source that is re-keyed: where the original stands in its topic, by which events of one time are ordered and archived. */
  readonly origin?: { readonly partition: number; readonly offset: number };
}

/** Consecutive records of one partition, decoded: the unit that is applied, flushed and archived. */
export interface EventChunk {
  readonly partition: number;
  /** Epoch of the topic: grows when the topic is made anew and offsets begin again. */
  readonly epoch: number;
  readonly events: readonly SourceEvent[];
  /** Where reading stood before the chunk and stands after it; rejected records, and offsets without one, lie in between. */
  readonly firstOffset: number;
  readonly nextOffset: number;
}
