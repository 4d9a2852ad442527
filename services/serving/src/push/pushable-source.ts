import { encodeEntityKey, ForebayError, type JoinKeyValue, type Violation } from '@forebay/contract';
import { type EventSource, type Project, recordKeyField } from '@forebay/definitions';
import type { NewRecord } from '@forebay/event-log';
import type { Value } from '@forebay/expressions';
import { EventDecoder } from '@forebay/formats';
import { bucketOf } from '@forebay/online-store';

/** Kafka's own limit for a record is 1 MiB, unless it is told otherwise: keys, headers and framing need some of it. */
const MAX_EVENT_BYTES = 900_000;
/** Mistakes that a refusal names; they travel in a header, which has a limit. */
const MAX_NAMED = 20;
const MAX_DESCRIPTION = 200;

/** An event that has been checked. */
export interface CheckedEvent {
  readonly record: NewRecord & { readonly value: string };
  readonly row: readonly Value[];
}

/** An event source as events are pushed to it: what the stream would refuse is refused here. */
export class PushableSource {
  /** Of metrics. */
  readonly labels: { readonly project: string; readonly source: string };
  readonly #decoder: EventDecoder;
  /** Place of the field that records are keyed by; −1: they have no key. */
  readonly #keyIndex: number;
  /** By view on the source: places of its join keys; null: one of them is derived. */
  readonly #viewKeys: readonly (readonly number[] | null)[];

  /** Throws `failed_precondition` for a source whose records are not JSON objects. */
  constructor(
    project: Project,
    readonly source: EventSource,
  ) {
    const { encoding, headers } = source.format;
    const what =
      encoding !== 'json' ? encoding : Object.keys(headers).length > 0 ? 'JSON with fields in headers' : null;
    if (what !== null) {
      throw new ForebayError(
        'failed_precondition',
        `source "${source.name}": its topic holds ${what}, and only JSON objects can be pushed: produce to topic "${source.topic}"`,
      );
    }
    const placeOf = (name: string | null) => source.fields.findIndex((field) => field.name === name);
    this.labels = { project: project.name, source: source.name };
    this.#decoder = new EventDecoder(source);
    this.#keyIndex = placeOf(recordKeyField(project, source));
    this.#viewKeys = project.aggregationViews
      .filter((view) => view.source === source.name && view.stream !== null)
      .map(({ keyFields }) => {
        const places = keyFields.map(placeOf);
        return places.includes(-1) ? null : places;
      });
  }

  /** Copies of an event count once. */
  get copiesCountOnce(): boolean {
    return this.source.eventId !== null && this.source.dedupeMs !== null;
  }

  /** Throws `invalid_request` with a violation for each event that is none of the source's. */
  check(events: readonly string[], nowMs: number): readonly CheckedEvent[] {
    const checked: CheckedEvent[] = [];
    const violations: Violation[] = [];
    for (const [i, text] of events.entries()) {
      const event = this.#checkOne(text, nowMs);
      if (typeof event !== 'string') checked.push(event);
      else violations.push({ field: `events[${i}]`, description: event });
    }
    if (violations.length > 0) throw refusal(this.source.name, violations, events.length);
    return checked;
  }

  /** What is wrong with it, if it is no event. */
  #checkOne(text: string, nowMs: number): CheckedEvent | string {
    const value = Buffer.from(text);
    if (value.length > MAX_EVENT_BYTES) return `it has ${value.length} bytes, more than ${MAX_EVENT_BYTES}`;
    const row = this.#decoder.decode({ value }, nowMs);
    if (!Array.isArray(row)) return row.message;
    const key = this.#keyIndex < 0 ? null : (row[this.#keyIndex] ?? null);
    return { record: { topic: this.source.topic, key: key === null ? null : String(key), value: text }, row };
  }

  /** The buckets with the values that the event changes, unless a view's filter leaves it out; null: any of them. */
  bucketsOf(row: readonly Value[], buckets: number): readonly number[] | null {
    if (buckets === 1) return [0];
    const found = new Set<number>();
    for (const places of this.#viewKeys) {
      if (places === null) return null;
      const keys = places.map((place) => row[place] ?? null);
      if (!keys.includes(null)) found.add(bucketOf(encodeEntityKey(keys as JoinKeyValue[]), buckets));
    }
    return [...found];
  }
}

function refusal(source: string, violations: readonly Violation[], events: number): ForebayError {
  const [first] = violations as readonly [Violation, ...Violation[]];
  const count = violations.length === 1 ? 'an event is' : `${violations.length} of ${events} events are`;
  const message = `${count} none of source "${source}", and nothing was written: ${first.field}: ${first.description}`;
  const named = violations.slice(0, MAX_NAMED).map(({ field, description }) => ({
    field,
    description: description.slice(0, MAX_DESCRIPTION).toWellFormed(),
  }));
  return new ForebayError('invalid_request', message, { field: first.field, violations: named });
}
