import { formatInstant } from '@forebay/contract';
import type { EventSource, Field } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import type { Rejection } from './rejection';

/** What the archive's DateTime64(3) can hold. */
export const MIN_EVENT_TIME_MS = Date.UTC(1900, 0, 1);
export const MAX_EVENT_TIME_MS = Date.UTC(2299, 0, 1);

/** What makes a row of a source's fields an event: a time that can be, and an id if the source has one. */
export class EventTimes {
  readonly #source: EventSource;
  readonly #eventTime: number;
  /** Places of the fields that no event is without. */
  readonly #required: readonly number[];

  constructor(source: EventSource) {
    const placeOf = (name: string) => source.fields.findIndex((field) => field.name === name);
    this.#source = source;
    this.#eventTime = placeOf(source.eventTime);
    this.#required = [source.eventTime, source.eventId].flatMap((name) =>
      name === null ? [] : [placeOf(name)],
    );
  }

  /** Null: the row is an event. `nowMs`: the instant that future events are measured by. */
  check(row: readonly Value[], nowMs: number): Rejection | null {
    for (const at of this.#required) {
      if (row[at] === null) {
        const { name } = this.#source.fields[at] as Field;
        return { reason: 'missing_field', message: `field "${name}" is missing or null` };
      }
    }
    const eventTime = row[this.#eventTime] as number;
    if (eventTime < MIN_EVENT_TIME_MS || eventTime >= MAX_EVENT_TIME_MS) {
      return {
        reason: 'out_of_range',
        message: `event time ${formatInstant(eventTime)} is outside 1900 to 2299`,
      };
    }
    if (eventTime > nowMs + this.#source.maxClockSkewMs) {
      return {
        reason: 'future',
        message: `event time ${formatInstant(eventTime)} is more than the source's max_clock_skew in the future`,
      };
    }
    return null;
  }
}
