import type { EventSource } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { EventTimes } from './event-times';
import { GivenSchemaDecoder } from './given-schema-decoder';
import { HeaderFields, type HeadersOfRecord } from './header-fields';
import { JsonDecoder } from './json/json-decoder';
import { FramedDecoder, NO_SCHEMA_REGISTRY, type SchemaLookup } from './registry/framed-decoder';
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
  readonly #framed: FramedDecoder | null;
  readonly #headers: HeaderFields | null;
  readonly #times: EventTimes;

  /**
   * @param schemas of sources whose schemas are in a registry
   * @param clock in milliseconds
   * Throws `invalid_definition` if the source gives a schema that its fields cannot be read with.
   */
  constructor(
    source: EventSource,
    schemas: SchemaLookup = NO_SCHEMA_REGISTRY,
    clock: () => number = () => performance.now(),
  ) {
    const { encoding, schema, headers } = source.format;
    const isFramed = encoding !== 'json' && schema === null;
    this.#framed = isFramed ? new FramedDecoder(source, schemas, clock) : null;
    this.#values =
      this.#framed ?? (encoding === 'json' ? new JsonDecoder(source) : new GivenSchemaDecoder(source));
    this.#headers = Object.keys(headers).length === 0 ? null : new HeaderFields(source);
    this.#times = new EventTimes(source);
  }

  /** Numbers of double fields, since the start, that were no finite double: they are null. */
  get notFinite(): number {
    return this.#values.notFinite;
  }

  /**
   * Looks up the schemas that these records need; null: all are there. Throws `unavailable` if the registry cannot say
   * what they are. Records are decoded only when it is done.
   */
  prepare(records: readonly RecordContents[]): Promise<void> | null {
    if (this.#framed === null) return null;
    const ids = this.#framed.missing(valuesOf(records));
    return ids.length === 0 ? null : this.#framed.load(ids);
  }

  /** The row of the record, or why there is none. `nowMs`: the instant that future events are measured by. */
  decode({ value, headers }: RecordContents, nowMs: number): Value[] | Rejection {
    if (value === null || value.length === 0) return { reason: 'empty', message: 'the record has no value' };
    const row = this.#values.decode(value);
    if (!Array.isArray(row)) return row;
    return this.#headers?.read(headers, row) ?? this.#times.check(row, nowMs) ?? row;
  }
}

function* valuesOf(records: readonly RecordContents[]): Generator<Buffer | null> {
  for (const { value } of records) yield value;
}
