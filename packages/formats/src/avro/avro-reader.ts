/** Generates, for a schema that values are written with and the fields that are wanted, the code that reads them. */
import { ForebayError } from '@forebay/contract';
import * as tokens from '../binary/binary-tokens';
import * as values from '../binary/binary-values';
import { GeneratedCode, type ReadFunction, step } from '../binary/generated-reader';
import { noPartsIn } from '../binary/unusable-schema';
import { isItem, nullsOf, type Wanted } from '../wanted-fields';
import { readLeaf } from './avro-leaf';
import { type AvroRecord, type AvroSchema, avroName } from './avro-schema';
import * as avroTokens from './avro-tokens';

const { taken: t, readZigzag, readFloat, readDouble, skipVarint } = tokens;

/**
 * @param missing is told the paths of which nothing is in the schema
 * Throws `invalid_definition` if the schema has something else where fields are wanted.
 */
export function compileAvroReader(
  schema: AvroSchema,
  wanted: Wanted,
  missing: (path: string) => void = () => undefined,
): ReadFunction {
  const reader = new ReaderCode();
  const root = reader.code.add(`let p = from; ${reader.read(schema, wanted)} return p;`);
  for (const path of reader.missing) missing(path);
  return reader.code.compile(
    { t, readZigzag, readFloat, readDouble, skipVarint, ...values, ...avroTokens },
    root,
  );
}

/** Code that goes from the place `p` of a value to behind it. */
class ReaderCode {
  readonly code = new GeneratedCode();
  readonly #skips = new Map<AvroSchema, string>();
  missing: string[] = [];

  /** Into the row, where everything that is wanted is null. */
  read(schema: AvroSchema, wanted: Wanted): string {
    if (schema.kind === 'null') return '';
    if (schema.kind === 'union') return this.#union(schema.branches, wanted);
    if (wanted.parts.size === 0) return this.#leaves(schema, wanted);
    switch (schema.kind) {
      case 'record':
        return this.#call(this.#record(schema, wanted));
      case 'map':
        return this.#call(this.#map(schema.values, wanted));
      case 'array':
        return this.#call(this.#array(schema.items, wanted));
      default:
        throw noPartsIn(wanted, avroName(schema));
    }
  }

  #call(name: string): string {
    return step(`${name}(b, p, end, row)`);
  }

  /** Several fields may stand at one place: each reads it again. */
  #leaves(schema: AvroSchema, { fields }: Wanted): string {
    const [first, ...others] = fields.map((field) => readLeaf(schema, field, this.code));
    if (others.length === 0) return first ?? '';
    return `{ const start = p; ${first} ${others.map((read) => `p = start; ${read}`).join(' ')} }`;
  }

  /** Branches that no field can have are wrong only where they come, as long as there is another one. */
  #union(branches: readonly AvroSchema[], wanted: Wanted): string {
    let failure: unknown = null;
    let usable = 0;
    const before = this.missing;
    const missing: string[] = [];
    const cases = branches.map((branch, i) => {
      this.missing = [];
      try {
        const read = this.read(branch, wanted);
        if (branch.kind !== 'null') usable++;
        missing.push(...this.missing);
        return `case ${i}: { ${read} break; }`;
      } catch (thrown) {
        if (!(thrown instanceof ForebayError)) throw thrown;
        failure = thrown;
        return `case ${i}: t.place = ${firstPlace(wanted)}; return -2;`;
      }
    });
    if (usable === 0 && failure !== null) throw failure;
    // what one branch has is not missing
    this.missing = [...before, ...timesIn(missing, usable)];
    return `${step('readSize(b, p, end)')} switch (t.number) { ${cases.join('\n')} default: return -1; }`;
  }

  #record({ fields }: AvroRecord, wanted: Wanted): string {
    const names = new Set(fields.map(({ name }) => name));
    for (const [name, { path }] of wanted.parts) if (!names.has(name)) this.missing.push(path.join('.'));
    const steps = fields.map(({ name, schema }) => {
      const part = wanted.parts.get(name);
      return part === undefined ? this.#skip(schema) : this.read(schema, part);
    });
    return this.code.add(`let p = from;\n${steps.join('\n')}\nreturn p;`);
  }

  /** Of entries of one key the last one speaks: what an earlier one left goes. */
  #map(schema: AvroSchema, wanted: Wanted): string {
    const cases = [...wanted.parts].map(
      ([key, part]) =>
        `if (t.text === ${this.code.constant(key)}) { ${nullsOf(part)} ${this.read(schema, part)} continue; }`,
    );
    const entry = `${step('readText(b, p, end)')} ${cases.join('\n')} ${this.#skip(schema)}`;
    return this.code.add(`let p = from;\n${blocks(entry, false)}\nreturn p;`);
  }

  #array(schema: AvroSchema, wanted: Wanted): string {
    const cases = [...wanted.parts].flatMap(([name, part]) =>
      isItem(name) ? [`case ${name}: { ${this.read(schema, part)} break; }`] : [],
    );
    if (cases.length < wanted.parts.size) throw noPartsIn(wanted, 'an array');
    const entry = `switch (item++) { ${cases.join('\n')} default: ${this.#skip(schema)} }`;
    return this.code.add(`let p = from;\nlet item = 0;\n${blocks(entry, hasNoBytes(schema))}\nreturn p;`);
  }

  #skip(schema: AvroSchema): string {
    switch (schema.kind) {
      case 'null':
        return '';
      case 'boolean':
        return step('skipFixed(p, end, 1)');
      case 'float':
        return step('skipFixed(p, end, 4)');
      case 'double':
        return step('skipFixed(p, end, 8)');
      case 'fixed':
        return step(`skipFixed(p, end, ${schema.size})`);
      case 'int':
      case 'long':
      case 'enum':
        return step('skipVarint(b, p, end)');
      case 'string':
      case 'bytes':
        return step('skipBytes(b, p, end)');
      default:
        return step(`${this.#skipFunction(schema)}(b, p, end)`);
    }
  }

  /** One for each type with parts, which may be among its own parts. */
  #skipFunction(schema: Extract<AvroSchema, { kind: 'record' | 'array' | 'map' | 'union' }>): string {
    const known = this.#skips.get(schema);
    if (known !== undefined) return known;
    const name = this.code.reserve();
    this.#skips.set(schema, name);
    this.code.define(
      name,
      `let p = from;
if (++t.depth > ${avroTokens.MAX_DEPTH}) return -1;
${this.#skipParts(schema)}
t.depth--;
return p;`,
      'b, from, end',
    );
    return name;
  }

  #skipParts(schema: Extract<AvroSchema, { kind: 'record' | 'array' | 'map' | 'union' }>): string {
    switch (schema.kind) {
      case 'record':
        return schema.fields.map((field) => this.#skip(field.schema)).join('\n');
      case 'union': {
        const cases = schema.branches.map((branch, i) => `case ${i}: ${this.#skip(branch)} break;`);
        return `${step('readSize(b, p, end)')} switch (t.number) { ${cases.join('\n')} default: return -1; }`;
      }
      case 'array':
        return blocks(this.#skip(schema.items), hasNoBytes(schema.items));
      case 'map':
        return blocks(`${step('skipBytes(b, p, end)')} ${this.#skip(schema.values)}`, false);
    }
  }
}

/** All blocks of a list or a map. Items without bytes are not counted through: a number alone would keep the reader busy. */
function blocks(entry: string, empty: boolean): string {
  return `for (;;) {
  ${step(`readBlock(b, p, end, ${empty})`)}
  const count = t.number;
  if (count === 0) break;
  ${empty ? '' : `for (let i = 0; i < count; i++) { ${entry} }`}
}`;
}

function hasNoBytes(schema: AvroSchema, around: readonly AvroSchema[] = []): boolean {
  if (schema.kind === 'fixed') return schema.size === 0;
  if (schema.kind !== 'record') return schema.kind === 'null';
  // one that is among its own parts has no end, or bytes
  if (around.includes(schema)) return false;
  return schema.fields.every((field) => hasNoBytes(field.schema, [...around, schema]));
}

/** Those that are there so often. */
function timesIn(texts: readonly string[], times: number): string[] {
  return [...new Set(texts)].filter((text) => texts.filter((other) => other === text).length === times);
}

function firstPlace({ fields, parts }: Wanted): number {
  const [field] = fields;
  if (field !== undefined) return field.place;
  const [part] = parts.values();
  return firstPlace(part as Wanted);
}
