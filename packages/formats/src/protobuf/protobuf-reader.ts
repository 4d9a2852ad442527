/** Generates, for a message and the fields that are wanted, the code that reads them. */
import type { ForebayError } from '@forebay/contract';
import * as protobuf from 'protobufjs';
import * as tokens from '../binary/binary-tokens';
import * as values from '../binary/binary-values';
import { GeneratedCode, INT64, type ReadFunction, step } from '../binary/generated-reader';
import { noPartsIn, unusableFor } from '../binary/unusable-schema';
import { isItem, nullsOf, type Wanted } from '../wanted-fields';
import {
  defaultOf,
  defaultOfType,
  INTEGERS,
  readLeaf,
  typeText,
  type ValueType,
  valueTypeOf,
  WRAPPERS,
  wireOf,
} from './protobuf-leaf';
import * as protobufTokens from './protobuf-tokens';
import { WIRE } from './protobuf-tokens';

const { taken: t, readUnsigned, readZigzag, readFloat, readDouble } = tokens;

export interface CompiledReader {
  readonly read: ReadFunction;
  /** How many numbers it counts in. */
  readonly counts: number;
  /** The paths of which nothing is in the message. */
  readonly missing: readonly string[];
}

/** Throws `invalid_definition` if the message has something else where fields are wanted. */
export function compileProtobufReader(message: protobuf.Type, wanted: Wanted): CompiledReader {
  const reader = new ReaderCode();
  const root = reader.message(message, wanted);
  const used = { t, readUnsigned, readZigzag, readFloat, readDouble, ...values, ...protobufTokens };
  const { code, missing } = reader;
  return { read: code.compile(used, root), counts: code.counts, missing };
}

/** A message with more fields that are wanted looks their tags up instead of comparing them one by one. */
const MAX_COMPARED = 24;

/** Code from behind a tag to the next one. */
interface TagCode {
  readonly tag: number;
  readonly read: string;
}

interface FieldCode {
  readonly field: protobuf.Field;
  readonly tags: readonly TagCode[];
  /** Makes what is wanted in it what it is without the field. */
  readonly reset: string;
  /** What is wanted in it, where the field is not in the message. */
  readonly absent: string;
}

/** Code that goes from the place `p` of a value to behind it. */
class ReaderCode {
  readonly code = new GeneratedCode();
  /** What counts in the functions that were written so far. */
  readonly #counters: string[] = [];
  readonly missing: string[] = [];

  /** The name of the function that reads a message. Fields come in any order; a message that comes in pieces is their sum. */
  message(type: protobuf.Type, wanted: Wanted): string {
    const name = this.code.reserve();
    const seen = this.#count();
    const fields = [...wanted.parts].flatMap(([part, inPart]) => {
      const field = fieldNamed(type, part);
      if (field === undefined) this.missing.push(inPart.path.join('.'));
      return field === undefined ? [] : [this.#field(field, inPart)];
    });
    const tags = fields.flatMap((code) => {
      const clear = clearedBy(code.field, fields);
      return code.tags.map(({ tag, read }): TagCode => ({ tag, read: `${clear} ${read}` }));
    });
    const choice = this.#choiceOf([...tags, ...unwantedOfOneofs(type, fields)]);
    this.code.define(
      name,
      `let p = from;
if (${seen}++ === 0) { ${fields.map(({ absent }) => absent).join(' ')} }
while (p < end) {
  ${step('readUnsigned(b, p, end)')}
  const tag = t.number;
  ${choice}
  ${step('skipField(b, p, end, tag, 0)')}
}
return p;`,
      'b, from, end, row',
    );
    return name;
  }

  /** What is done behind a tag that was read, as far as it is one of these. */
  #choiceOf(tags: readonly TagCode[]): string {
    if (tags.length <= MAX_COMPARED) {
      const cases = tags.map(({ tag, read }) => `case ${tag}: { ${read} continue; }`);
      return `switch (tag) { ${cases.join('\n')} }`;
    }
    // a function of all their values would be too long for V8 to optimise: each has one of its own
    const functions = tags.map(({ read }) => this.code.add(`let p = from; ${read} return p;`));
    const places = this.code.constant(new Map(tags.map(({ tag }, place) => [tag, place])));
    const table = this.code.table(functions);
    return `const place = ${places}.get(tag); if (place !== undefined) { ${step(`${table}[place](b, p, end, row)`)} continue; }`;
  }

  #count(): string {
    const counter = this.code.count();
    this.#counters.push(counter);
    return counter;
  }

  #field(field: protobuf.Field, wanted: Wanted): FieldCode {
    const before = this.#counters.length;
    const tags = this.#tagsOf(field, wanted);
    const counters = this.#counters.slice(before).map((counter) => `${counter} = 0;`);
    const nulls = nullsOf(wanted);
    const reset = [nulls, ...counters].join(' ');
    return { field, tags, reset, absent: wanted.parts.size === 0 ? this.#absent(field, wanted) : '' };
  }

  #absent(field: protobuf.Field, { fields }: Wanted): string {
    return fields
      .map(({ place, type }) => `row[${place}] = ${JSON.stringify(defaultOf(field, type))};`)
      .join(' ');
  }

  #tagsOf(field: protobuf.Field, wanted: Wanted): TagCode[] {
    const type = valueTypeOf(field);
    if (field instanceof protobuf.MapField)
      return [{ tag: tagOf(field, WIRE.bytes), read: this.#entry(field, wanted) }];
    if (field.repeated) return this.#repeated(field, type, wanted);
    return [{ tag: tagOf(field, wireOf(type)), read: this.#value(type, wanted) }];
  }

  /** Into the row; the last one of several speaks, but that messages are merged. */
  #value(type: ValueType, wanted: Wanted): string {
    if (type instanceof protobuf.Type) {
      const wrapped = WRAPPERS[type.fullName];
      if (wanted.parts.size > 0) return within(this.message(type, wanted));
      if (wrapped !== undefined) return within(this.#wrapper(type, wanted));
    } else if (wanted.parts.size > 0) throw noPartsIn(wanted, typeText(type));
    return this.#leaves(type, wanted);
  }

  /** Several fields may stand at one place: each reads it again. */
  #leaves(type: ValueType, { fields }: Wanted): string {
    const [first, ...others] = fields.map((field) => readLeaf(type, field, this.code));
    if (others.length === 0) return first ?? '';
    return `const start = p; ${first} ${others.map((read) => `p = start; ${read}`).join(' ')}`;
  }

  #wrapper(type: protobuf.Type, wanted: Wanted): string {
    return this.message(type, { ...wanted, fields: [], parts: new Map([['value', { ...wanted }]]) });
  }

  #repeated(field: protobuf.Field, type: ValueType, wanted: Wanted): TagCode[] {
    const items = [...wanted.parts].filter(([name]) => isItem(name));
    if (items.length < wanted.parts.size || wanted.fields.length > 0) throw unusableAs(wanted, 'a list');
    const counter = this.#count();
    const cases = items.map(([name, part]) => `case ${name}: { ${this.#value(type, part)} break; }`);
    const wire = wireOf(type);
    const skip = step(`skipField(b, p, end, ${tagOf(field, wire)}, 0)`);
    const item = `switch (${counter}++) { ${cases.join('\n')} default: ${skip} }`;
    const single = { tag: tagOf(field, wire), read: item };
    if (wire === WIRE.bytes) return [single];
    const packed = `${step('readLength(b, p, end)')} const to = p + t.number; while (p < to) { ${item} } if (p !== to) return -1;`;
    return [single, { tag: tagOf(field, WIRE.bytes), read: packed }];
  }

  /** Of entries of one key the last one speaks: what an earlier one left goes. */
  #entry(field: protobuf.MapField, wanted: Wanted): string {
    if (wanted.fields.length > 0) throw unusableAs(wanted, 'a map');
    const type = valueTypeOf(field);
    const cases = [...wanted.parts].map(([key, part]) => {
      const before = this.#counters.length;
      const read = this.#value(type, part);
      const reset = [nullsOf(part), ...this.#counters.slice(before).map((counter) => `${counter} = 0;`)].join(
        ' ',
      );
      const absent = part.fields.map((wantedField) => {
        const value = defaultOfType(type, undefined, wantedField.type);
        return `row[${wantedField.place}] = ${JSON.stringify(value)};`;
      });
      return `if (key === ${this.code.constant(key)}) { ${reset} if (at < 0) { ${absent.join(' ')} } else { p = at; ${read} } }`;
    });
    const name = this.code.add(`let p = from;
let key = ${JSON.stringify(ABSENT_KEYS[field.keyType] ?? '0')};
let at = -1;
while (p < end) {
  ${step('readUnsigned(b, p, end)')}
  const tag = t.number;
  if (tag === ${8 + wireOf(field.keyType)}) { ${readKey(field.keyType)} continue; }
  if (tag === ${16 + wireOf(type)}) at = p;
  ${step('skipField(b, p, end, tag, 0)')}
}
${cases.join('\n')}
return end;`);
    return within(name);
  }
}

/** Keys of entries without one, where it is not 0. */
const ABSENT_KEYS: Readonly<Record<string, string>> = { string: '', bool: 'false' };

/** The text by which a path names the key. */
function readKey(type: string): string {
  if (type === 'string') return `${step('readText(b, p, end)')} key = t.text;`;
  if (type === 'bool') return `${step('readUnsigned(b, p, end)')} key = String(t.number !== 0);`;
  return `${step(`${INTEGERS[type]?.read}(b, p, end)`)} key = String(${INT64});`;
}

type Numbered = Pick<protobuf.Field, 'id'>;

function tagOf({ id }: Numbered, wire: number): number {
  return id * 8 + wire;
}

/** A part with a length before it. */
function within(name: string): string {
  return `${step('readLength(b, p, end)')} ${step(`${name}(b, p, p + t.number, row)`)}`;
}

/** What goes from the row when the field comes: the other members of its oneof. */
function clearedBy(field: protobuf.Field, fields: readonly FieldCode[]): string {
  const others = fields.filter((other) => other.field !== field && isSameOneof(other.field, field));
  return others.map(({ reset }) => reset).join(' ');
}

function isSameOneof(a: protobuf.Field, b: protobuf.Field): boolean {
  return a.partOf !== null && a.partOf === b.partOf;
}

/** Members of oneofs that nobody wants, but that clear one that is wanted. */
function unwantedOfOneofs(type: protobuf.Type, fields: readonly FieldCode[]): TagCode[] {
  const wanted = new Set(fields.map(({ field }) => field));
  return type.fieldsArray.flatMap((field) => {
    const cleared = wanted.has(field) ? '' : clearedBy(field, fields);
    if (cleared === '') return [];
    const tag = tagOf(field, wireOf(valueTypeOf(field)));
    return [{ tag, read: `${cleared} ${step(`skipField(b, p, end, ${tag}, 0)`)}` }];
  });
}

/** Something with parts where a value is wanted, or with other parts. */
function unusableAs(wanted: Wanted, what: string): ForebayError {
  const [field] = wanted.fields;
  return field === undefined ? noPartsIn(wanted, what) : unusableFor(field, `its value is ${what}`);
}

/** By its name in the file, or the one that it has in JSON. */
function fieldNamed(type: protobuf.Type, name: string): protobuf.Field | undefined {
  const exact = type.fields[name];
  return exact ?? type.fieldsArray.find((field) => jsonName(field) === name);
}

function jsonName({ name, options }: protobuf.Field): string {
  const { json_name: given } = (options ?? {}) as { readonly json_name?: unknown };
  return typeof given === 'string' ? given : protobuf.util.camelCase(name);
}
