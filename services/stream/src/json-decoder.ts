import { isUtf8 } from 'node:buffer';
import { formatInstant } from '@forebay/contract';
import type { EventSource, Field } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';

/** Why a record cannot become an event; it goes to the dead letters and its partition moves on. */
export type RejectReason =
  | 'empty'
  | 'not_json'
  | 'not_an_object'
  | 'missing_field'
  | 'wrong_type'
  | 'out_of_range'
  | 'future';

export interface Rejection {
  readonly reason: RejectReason;
  readonly message: string;
}

/** What the archive's DateTime64(3) can hold. */
export const MIN_EVENT_TIME_MS = Date.UTC(1900, 0, 1);
export const MAX_EVENT_TIME_MS = Date.UTC(2299, 0, 1);

const INT32_MIN = -(2 ** 31);
const INT32_MAX = 2 ** 31 - 1;
const DECIMAL = /^-?\d{1,19}$/;
const BYTE_ORDER_MARK = 0xef;
const utf8 = new TextDecoder('utf-8', { fatal: true });

type Parse = (value: unknown) => Value | undefined;

/** Each returns undefined for a value that is not of its type. Int64 beyond 2^53 comes as a decimal string. */
const PARSERS: Readonly<Record<Field['type'], Parse>> = {
  bool: (value) => (typeof value === 'boolean' ? value : undefined),
  int32: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= INT32_MIN && value <= INT32_MAX
      ? value + 0
      : undefined,
  int64: parseInt64,
  double: (value) => (typeof value === 'number' ? (Number.isFinite(value) ? value + 0 : null) : undefined),
  string: (value) => (typeof value === 'string' && value.isWellFormed() ? value : undefined),
  timestamp: parseTimestamp,
};

function parseInt64(value: unknown): Value | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : undefined;
  if (typeof value !== 'string' || !DECIMAL.test(value)) return undefined;
  const integer = BigInt(value);
  if (BigInt.asIntN(64, integer) !== integer) return undefined;
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number + 0 : integer;
}

/** Integer milliseconds since the epoch, or ISO 8601 with a zone. */
function parseTimestamp(value: unknown): Value | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : undefined;
  if (typeof value !== 'string' || !/^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/.test(value)) return undefined;
  const instant = Date.parse(value);
  return Number.isNaN(instant) ? undefined : instant;
}

/** Decodes JSON objects into rows of a source's fields. Extra fields are tolerated, absent ones are null. */
export class JsonDecoder {
  readonly #source: EventSource;
  readonly #eventTime: number;
  readonly #parsers: readonly Parse[];
  /** Places of the fields that no event is without. */
  readonly #required: readonly number[];
  /** Numbers of double fields, since the start, that were beyond the range of a double: they are null. */
  notFinite = 0;

  constructor(source: EventSource) {
    this.#source = source;
    this.#eventTime = source.fields.findIndex((field) => field.name === source.eventTime);
    this.#parsers = source.fields.map((field) => PARSERS[field.type]);
    this.#required = [source.eventTime, source.eventId].flatMap((name) =>
      name === null ? [] : [source.fields.findIndex((field) => field.name === name)],
    );
  }

  /** The row of the record, or why there is none. `nowMs`: the instant that future events are measured by. */
  decode(bytes: Buffer | null, nowMs: number): Value[] | Rejection {
    if (bytes === null || bytes.length === 0) return { reason: 'empty', message: 'the record has no value' };
    const parsed = parse(bytes);
    if (parsed instanceof Error) return { reason: 'not_json', message: parsed.message };
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      return {
        reason: 'not_an_object',
        message: `the value is ${Array.isArray(parsed) ? 'an array' : String(parsed).slice(0, 40)}, not an object`,
      };
    }
    return this.#toRow(parsed as Record<string, unknown>, nowMs);
  }

  #toRow(record: Record<string, unknown>, nowMs: number): Value[] | Rejection {
    const { fields } = this.#source;
    const row = new Array<Value>(fields.length);
    for (let i = 0; i < fields.length; i++) {
      const field = fields[i] as Field;
      const given = record[field.name];
      // no JSON value is a function: an absent field may have the name of an inherited one
      if (given === null || given === undefined || typeof given === 'function') {
        row[i] = null;
        continue;
      }
      const value = (this.#parsers[i] as Parse)(given);
      if (value === undefined) {
        return {
          reason: 'wrong_type',
          message: `field "${field.name}" is ${JSON.stringify(given).slice(0, 60)}, not a value of type ${field.type}`,
        };
      }
      if (value === null) this.notFinite++;
      row[i] = value;
    }
    return this.#checkTimes(row, nowMs);
  }

  #checkTimes(row: Value[], nowMs: number): Value[] | Rejection {
    for (const at of this.#required) {
      if (row[at] === null)
        return {
          reason: 'missing_field',
          message: `field "${(this.#source.fields[at] as Field).name}" is missing or null`,
        };
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
    return row;
  }
}

function parse(bytes: Buffer): unknown {
  try {
    // the decoder of texts is slow: it is for a byte order mark, which it takes off, and for what it says of wrong bytes
    return JSON.parse(bytes[0] !== BYTE_ORDER_MARK && isUtf8(bytes) ? bytes.toString() : utf8.decode(bytes));
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}
