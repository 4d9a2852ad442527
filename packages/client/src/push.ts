import { decodeMessage, encodeMessage, ForebayError } from '@forebay/contract';

/** A value of an event: integers beyond 2^53 are bigints, times Dates or milliseconds since the epoch. */
export type EventValue =
  | string
  | number
  | bigint
  | boolean
  | Date
  | null
  | undefined
  | readonly EventValue[]
  | { readonly [name: string]: EventValue };

/** The fields of an event, as they would lie in the source's topic. */
export type PushedEvent = { readonly [name: string]: EventValue };

export interface PushRequest<E extends object = PushedEvent> {
  readonly project: string;
  /** An event source whose topic holds JSON. */
  readonly source: string;
  /** All are written, or none. At most 1,000, unless the server is set otherwise. */
  readonly events: readonly E[];
  /**
   * Wait until the events are in the values that are served, at most so long; the call's deadline comes first. Default 0: only until
   * Kafka has confirmed them.
   */
  readonly waitMs?: number;
}

export interface PushedEvents {
  readonly accepted: number;
  /** Whether all of them are in the values; null: it was not waited for. */
  readonly applied: boolean | null;
  /** Why they are not in the values (yet); empty if they are, or it was not waited for. */
  readonly notAppliedReason: string;
  /** By event: where it lies in the topic. */
  readonly positions: readonly { readonly partition: number; readonly offset: number }[];
  /** The source tells copies of an event by its id: the same events may be pushed again, and count once. */
  readonly copiesCountOnce: boolean;
}

/** Throws `invalid_request` for what no JSON says. */
export function encodePush({ project, source, events, waitMs = 0 }: PushRequest<object>): Uint8Array {
  if (!Number.isSafeInteger(waitMs) || waitMs < 0) {
    throw new ForebayError('invalid_request', `waitMs ${waitMs} is no number of milliseconds from 0 on`, {
      field: 'waitMs',
    });
  }
  const texts = events.map((event, i) => eventText(event, i));
  return encodeMessage('PushEventsRequest', { project, source, events: texts, wait_ms: waitMs });
}

function eventText(event: unknown, index: number): string {
  if (typeof event !== 'object' || event === null || Array.isArray(event))
    throw wrong(index, 'it is not an object');
  return JSON.stringify(event, (name, value: unknown) => {
    if (typeof value === 'bigint') return String(value);
    // JSON would make it null without a word
    if (typeof value === 'number' && !Number.isFinite(value))
      throw wrong(index, `${name} is ${value}: give null`);
    return value;
  });
}

const wrong = (index: number, what: string) =>
  new ForebayError('invalid_request', `events[${index}]: ${what}`, { field: `events[${index}]` });

/** Reads `forebay.v1.PushEventsResponse`. Throws `corrupt_data`. */
export function readPushed(bytes: Uint8Array, { waitMs = 0 }: Pick<PushRequest, 'waitMs'>): PushedEvents {
  const { accepted, applied, not_applied_reason, partitions, offsets, copies_count_once } = decodeMessage(
    'PushEventsResponse',
    bytes,
  );
  return {
    accepted,
    applied: waitMs > 0 ? applied : null,
    notAppliedReason: not_applied_reason,
    positions: partitions.map((partition, i) => ({ partition, offset: offsets[i] as number })),
    copiesCountOnce: copies_count_once,
  };
}
