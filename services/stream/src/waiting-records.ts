import type { SourceEvent } from './event-chunk';

const FIRST_EVENTS = 1_024;

/** Records that are applied and not yet stored. */
export class WaitingRecords {
  count = 0;
  /** How many of them are events. */
  events = 0;
  /** Of the events: when each arrived at the broker, and when it happened. */
  arrivedAtMs = new Float64Array(FIRST_EVENTS);
  happenedAtMs = new Float64Array(FIRST_EVENTS);

  add(
    records: number,
    events: readonly Pick<SourceEvent, 'eventTimeMs'>[],
    arrivedAtMs: readonly number[],
  ): void {
    const first = this.events;
    this.count += records;
    this.events += events.length;
    if (this.events > this.arrivedAtMs.length) this.#grow(2 * this.events);
    const { happenedAtMs } = this;
    this.arrivedAtMs.set(arrivedAtMs, first);
    for (let i = 0; i < events.length; i++) happenedAtMs[first + i] = (events[i] as SourceEvent).eventTimeMs;
  }

  clear(): void {
    this.count = 0;
    this.events = 0;
  }

  #grow(events: number): void {
    const [arrivedAtMs, happenedAtMs] = [this.arrivedAtMs, this.happenedAtMs];
    this.arrivedAtMs = new Float64Array(events);
    this.happenedAtMs = new Float64Array(events);
    this.arrivedAtMs.set(arrivedAtMs);
    this.happenedAtMs.set(happenedAtMs);
  }
}
