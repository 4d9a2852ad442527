import { ForebayError } from '@forebay/contract';
import type { EventSource } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import type { SchemaDecoder } from '../binary/binary-decoder';
import { taken } from '../binary/binary-tokens';
import type { Rejection } from '../rejection';
import { registeredSchemaDecoder } from '../schema-decoders';
import type { ValueDecoder } from '../value-decoder';
import type { RegisteredSchema } from './schema-registry';

/** Where schemas are looked up: a {@link SchemaRegistry}. */
export interface SchemaLookup {
  /** Null: there is none of this id. Throws `unavailable` as long as it cannot say so. */
  schemaOf(id: number): Promise<RegisteredSchema | null>;
}

export const NO_SCHEMA_REGISTRY: SchemaLookup = {
  schemaOf: () =>
    Promise.reject(
      new ForebayError('unavailable', 'there is no schema registry: set FOREBAY_SCHEMA_REGISTRY_URL'),
    ),
};

/** A zero byte, and four of the id. */
const FRAME_BYTES = 5;
const MAGIC = 0;
/** An id that the registry does not know is asked for again after so long: another of its servers may have been behind. */
const UNKNOWN_FOR_MS = 30_000;
/** Values of garbage name any ids; more unknown ones are not kept. */
const MAX_UNKNOWN = 10_000;
const LOOKUPS_AT_ONCE = 8;

/**
 * Values with Confluent's framing: a zero byte, the id of the schema that they are written with in four bytes, most
 * significant first, then the payload.
 */
export class FramedDecoder implements ValueDecoder {
  readonly #decoders = new Map<number, SchemaDecoder>();
  /** When ids were said to be unknown. */
  readonly #unknown = new Map<number, number>();
  notFinite = 0;

  constructor(
    private readonly source: EventSource,
    private readonly lookup: SchemaLookup,
    private readonly clock: () => number,
  ) {}

  /** Ids that have to be looked up before these values are decoded. */
  missing(values: Iterable<Buffer | null>): number[] {
    const ids = new Set<number>();
    let last = -1;
    for (const value of values) {
      const id = value === null ? null : idOf(value);
      if (id === null || id === last) continue;
      last = id;
      if (!this.#isKnown(id)) ids.add(id);
    }
    return [...ids];
  }

  #isKnown(id: number): boolean {
    if (this.#decoders.has(id)) return true;
    const since = this.#unknown.get(id);
    return since !== undefined && this.clock() - since < UNKNOWN_FOR_MS;
  }

  /** Throws `unavailable` if the registry cannot say what an id is; those that were found stay. */
  async load(ids: readonly number[]): Promise<void> {
    if (this.#unknown.size > MAX_UNKNOWN) this.#unknown.clear();
    const open = ids.values();
    const work = async () => {
      for (const id of open) await this.#load(id);
    };
    await Promise.all(Array.from({ length: Math.min(LOOKUPS_AT_ONCE, ids.length) }, work));
  }

  async #load(id: number): Promise<void> {
    const schema = await this.lookup.schemaOf(id);
    if (schema === null) this.#unknown.set(id, this.clock());
    else this.#decoders.set(id, registeredSchemaDecoder(this.source, id, schema));
  }

  decode(value: Buffer): Value[] | Rejection {
    const id = idOf(value);
    if (id === null) {
      return {
        reason: 'not_framed',
        message: 'the value does not begin with a zero byte and the id of a schema',
      };
    }
    const decoder = this.#decoders.get(id);
    if (decoder === undefined) {
      if (this.#unknown.has(id))
        return { reason: 'unknown_schema', message: `the schema registry has no schema ${id}` };
      throw new ForebayError('internal', `source "${this.source.name}": schema ${id} was not looked up`);
    }
    taken.notFinite = 0;
    const row = decoder.decode(value, FRAME_BYTES);
    this.notFinite += taken.notFinite;
    return row;
  }
}

/** Null: the value is not framed. */
function idOf(value: Buffer): number | null {
  return value.length < FRAME_BYTES || value[0] !== MAGIC ? null : value.readUInt32BE(1);
}
