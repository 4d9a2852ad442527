/** Avro schemas (specification 1.12): JSON, with names resolved. */
import { ForebayError } from '@forebay/contract';

export type AvroSchema =
  | { readonly kind: 'null' | 'boolean' | 'float' | 'double' | 'string' }
  | { readonly kind: 'int' | 'long'; readonly logical: string | null }
  | { readonly kind: 'bytes'; readonly scale: number | null }
  | { readonly kind: 'fixed'; readonly size: number; readonly scale: number | null; readonly isUuid: boolean }
  | { readonly kind: 'enum'; readonly symbols: readonly string[] }
  | { readonly kind: 'array'; readonly items: AvroSchema }
  | { readonly kind: 'map'; readonly values: AvroSchema }
  | { readonly kind: 'union'; readonly branches: readonly AvroSchema[] }
  | AvroRecord;

export interface AvroRecord {
  readonly kind: 'record';
  readonly name: string;
  /** In the order in which values are written. */
  readonly fields: readonly AvroField[];
}

export interface AvroField {
  readonly name: string;
  readonly schema: AvroSchema;
}

/** What a schema's object may have, none of it checked yet. */
interface Json {
  readonly type?: unknown;
  readonly name?: unknown;
  readonly namespace?: unknown;
  readonly fields?: unknown;
  readonly symbols?: unknown;
  readonly size?: unknown;
  readonly items?: unknown;
  readonly values?: unknown;
  readonly logicalType?: unknown;
  readonly scale?: unknown;
}

const PRIMITIVES = ['null', 'boolean', 'int', 'long', 'float', 'double', 'bytes', 'string'] as const;
type Primitive = (typeof PRIMITIVES)[number];

/** More digits than any number has that was measured. */
const MAX_SCALE = 1_000;

/** Deeper schemas are no data's. */
const MAX_DEPTH = 100;

/**
 * @param referenced texts of schemas whose named types it uses, each before those that use it
 * Throws `invalid_definition` for what is no schema.
 */
export function parseAvroSchema(text: string, referenced: readonly string[] = []): AvroSchema {
  const parser = new SchemaParser();
  for (const other of referenced) parser.parse(jsonOf(other), '', 0);
  return parser.parse(jsonOf(text), '', 0);
}

function jsonOf(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw unusable('it is not JSON');
  }
}

function unusable(what: string): ForebayError {
  return new ForebayError('invalid_definition', `the Avro schema cannot be used: ${what}`);
}

function isPrimitive(name: string): name is Primitive {
  return (PRIMITIVES as readonly string[]).includes(name);
}

class SchemaParser {
  readonly #named = new Map<string, AvroSchema>();

  /** @param namespace of the type around it */
  parse(json: unknown, namespace: string, depth: number): AvroSchema {
    if (depth > MAX_DEPTH) throw unusable(`it is nested deeper than ${MAX_DEPTH} types`);
    if (typeof json === 'string') return this.#byName(json, namespace);
    if (Array.isArray(json))
      return { kind: 'union', branches: json.map((branch) => this.parse(branch, namespace, depth + 1)) };
    if (typeof json !== 'object' || json === null) throw unusable(`${JSON.stringify(json)} is no type`);
    return this.#ofObject(json as Json, namespace, depth);
  }

  #byName(name: string, namespace: string): AvroSchema {
    if (isPrimitive(name)) return primitive(name, {});
    const found = this.#named.get(name.includes('.') ? name : full(name, namespace)) ?? this.#named.get(name);
    if (found === undefined) throw unusable(`there is no type "${name}"`);
    return found;
  }

  #ofObject(json: Json, namespace: string, depth: number): AvroSchema {
    const { type } = json;
    switch (type) {
      case 'record':
      case 'error':
        return this.#record(json, namespace, depth);
      case 'enum':
        return this.#name(json, namespace, { kind: 'enum', symbols: textsOf(json.symbols, 'symbols') });
      case 'fixed':
        return this.#name(json, namespace, {
          kind: 'fixed',
          size: sizeOf(json.size),
          scale: decimalScale(json),
          isUuid: json.logicalType === 'uuid' && json.size === 16,
        });
      case 'array':
        return { kind: 'array', items: this.parse(json.items, namespace, depth + 1) };
      case 'map':
        return { kind: 'map', values: this.parse(json.values, namespace, depth + 1) };
      default:
        if (typeof type === 'string' && isPrimitive(type)) return primitive(type, json);
        return this.parse(type, namespace, depth + 1);
    }
  }

  #record(json: Json, outer: string, depth: number): AvroRecord {
    const fields: AvroField[] = [];
    const [name, namespace] = namesOf(json, outer);
    const record: AvroRecord = { kind: 'record', name, fields };
    // before its fields, which may be of its own type
    this.#named.set(name, record);
    const given = json.fields;
    if (!Array.isArray(given)) throw unusable(`record "${name}" has no fields`);
    for (const field of given as readonly Json[]) {
      if (typeof field?.name !== 'string') throw unusable(`record "${name}" has a field without a name`);
      fields.push({ name: field.name, schema: this.parse(field.type, namespace, depth + 1) });
    }
    return record;
  }

  #name(json: Json, outer: string, schema: AvroSchema): AvroSchema {
    this.#named.set(namesOf(json, outer)[0], schema);
    return schema;
  }
}

/** The full name of a type, and the namespace of what is in it. */
function namesOf(json: Json, outer: string): [string, string] {
  const { name, namespace } = json;
  if (typeof name !== 'string' || name === '') throw unusable(`a ${String(json.type)} has no name`);
  if (name.includes('.')) return [name, name.slice(0, name.lastIndexOf('.'))];
  const space = typeof namespace === 'string' ? namespace : outer;
  return [full(name, space), space];
}

function full(name: string, namespace: string): string {
  return namespace === '' ? name : `${namespace}.${name}`;
}

function primitive(kind: Primitive, json: Json): AvroSchema {
  if (kind === 'int' || kind === 'long') {
    const logical = json.logicalType;
    return { kind, logical: typeof logical === 'string' ? logical : null };
  }
  return kind === 'bytes' ? { kind, scale: decimalScale(json) } : { kind };
}

/** Null: it is no decimal. */
function decimalScale({ logicalType, scale }: Json): number | null {
  if (logicalType !== 'decimal') return null;
  if (scale === undefined) return 0;
  if (typeof scale === 'number' && Number.isInteger(scale) && scale >= 0 && scale <= MAX_SCALE) return scale;
  throw unusable(`a decimal has the scale ${JSON.stringify(scale)}`);
}

function sizeOf(size: unknown): number {
  if (typeof size === 'number' && Number.isInteger(size) && size >= 0) return size;
  throw unusable(`a fixed has the size ${JSON.stringify(size)}`);
}

function textsOf(texts: unknown, what: string): readonly string[] {
  if (Array.isArray(texts) && texts.every((text) => typeof text === 'string')) return texts;
  throw unusable(`an enum has no ${what}`);
}

/** How messages name a schema. */
export function avroName(schema: AvroSchema): string {
  return schema.kind === 'record' ? `record "${schema.name}"` : schema.kind;
}
