import type { EventSource } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { EventTimes } from './event-times';
import { HeaderFields, type HeadersOfRecord } from './header-fields';
import { JsonDecoder } from './json/json-decoder';
import type { Rejection } from './rejection';
import type { ValueDecoder } from './value-decoder';

/** A record's value and headers, as they came. */
export interface RecordContents {
  readonly value: Buffer | null;
  readonly headers?: HeadersOfRecord;
}

/** Decodes records of a source into rows of its fields. */
export class EventDecoder {
  readonly #values: ValueDecoder;
  readonly #headers: HeaderFields | null;
  readonly #times: EventTimes;

  constructor(source: EventSource) {
    this.#values = new JsonDecoder(source);
    this.#headers = Object.keys(source.format.headers).length === 0 ? null : new HeaderFields(source);
    this.#times = new EventTimes(source);
  }

  /** Numbers of double fields, since the start, that were beyond the range of a double: they are null. */
  get notFinite(): number {
    return this.#values.notFinite;
  }

  /** The row of the record, or why there is none. `nowMs`: the instant that future events are measured by. */
  decode({ value, headers }: RecordContents, nowMs: number): Value[] | Rejection {
    if (value === null || value.length === 0) return { reason: 'empty', message: 'the record has no value' };
    const row = this.#values.decode(value);
    if (!Array.isArray(row)) return row;
    return this.#headers?.read(headers, row) ?? this.#times.check(row, nowMs) ?? row;
  }
}
