/** Code that reads a value of a Protobuf type as the value of a field. */
import type { ScalarType } from '@forebay/definitions';
import * as protobuf from 'protobufjs';
import { ofText } from '../avro/avro-leaf';
import { type GeneratedCode, INT64, step, wrongUnless } from '../binary/generated-reader';
import { unusableFor } from '../binary/unusable-schema';
import type { WantedField } from '../wanted-fields';
import { WIRE } from './protobuf-tokens';

type WireType = (typeof WIRE)[keyof typeof WIRE];

interface NumberReader {
  readonly read: string;
  readonly wire: WireType;
  /** Whether it may have more than 53 bits, and no sign. */
  readonly isLarge?: true;
}

export const INTEGERS: Readonly<Record<string, NumberReader>> = {
  int32: { read: 'readSigned', wire: WIRE.varint },
  int64: { read: 'readSigned', wire: WIRE.varint },
  uint32: { read: 'readUnsigned', wire: WIRE.varint },
  uint64: { read: 'readUnsigned', wire: WIRE.varint, isLarge: true },
  sint32: { read: 'readZigzag', wire: WIRE.varint },
  sint64: { read: 'readZigzag', wire: WIRE.varint },
  fixed32: { read: 'readFixed32', wire: WIRE.fixed32 },
  fixed64: { read: 'readFixed64', wire: WIRE.fixed64, isLarge: true },
  sfixed32: { read: 'readSignedFixed32', wire: WIRE.fixed32 },
  sfixed64: { read: 'readSignedFixed64', wire: WIRE.fixed64 },
};

/** Messages with one field `value`, which are null where they are absent. */
export const WRAPPERS: Readonly<Record<string, string>> = {
  '.google.protobuf.DoubleValue': 'double',
  '.google.protobuf.FloatValue': 'float',
  '.google.protobuf.Int64Value': 'int64',
  '.google.protobuf.UInt64Value': 'uint64',
  '.google.protobuf.Int32Value': 'int32',
  '.google.protobuf.UInt32Value': 'uint32',
  '.google.protobuf.BoolValue': 'bool',
  '.google.protobuf.StringValue': 'string',
  '.google.protobuf.BytesValue': 'bytes',
};
const TIMESTAMP = '.google.protobuf.Timestamp';

/** Of a scalar type's name, or of an enum or message. */
export type ValueType = string | protobuf.Enum | protobuf.Type;

export function valueTypeOf({
  resolvedType,
  type,
}: Pick<protobuf.Field, 'resolvedType' | 'type'>): ValueType {
  return resolvedType ?? type;
}

export function wireOf(type: ValueType): WireType {
  if (type instanceof protobuf.Enum || type === 'bool') return WIRE.varint;
  if (typeof type !== 'string') return WIRE.bytes;
  if (type === 'double') return WIRE.fixed64;
  if (type === 'float') return WIRE.fixed32;
  return INTEGERS[type]?.wire ?? WIRE.bytes;
}

/** How messages name a type. */
export function typeText(type: ValueType): string {
  if (typeof type === 'string') return type;
  return `${type instanceof protobuf.Enum ? 'enum' : 'message'} ${type.fullName.slice(1)}`;
}

/** Throws `invalid_definition` if no value of the type is one of the field's type. */
export function readLeaf(type: ValueType, field: WantedField, code: GeneratedCode): string {
  const read = readOf(type, field, code);
  if (read === null) throw unusableFor(field, `its value is of type ${typeText(type)}`);
  return read;
}

function readOf(type: ValueType, { place, type: wanted }: WantedField, code: GeneratedCode): string | null {
  const into = (value: string) => `row[${place}] = ${value};`;
  if (type instanceof protobuf.Enum) return readEnum(type, wanted, place, code);
  if (type instanceof protobuf.Type) {
    const isTimestamp = type.fullName === TIMESTAMP && wanted === 'timestamp';
    return isTimestamp ? `${step('readTimestamp(b, p, end)')} ${ofInstant(place)}` : null;
  }
  const integer = INTEGERS[type];
  if (integer !== undefined) {
    const into = ofInteger(wanted, place, integer.isLarge === true);
    return into === null ? null : `${step(`${integer.read}(b, p, end)`)} ${into}`;
  }
  switch (type) {
    case 'bool':
      return wanted === 'bool' ? `${step('readUnsigned(b, p, end)')} ${into('t.number !== 0')}` : null;
    case 'double':
    case 'float': {
      const read = type === 'float' ? 'readFloat' : 'readDouble';
      return wanted === 'double' ? `${step(`${read}(b, p, end)`)} ${into('finite()')}` : null;
    }
    default: {
      const ofValue = type === 'string' ? ofText(wanted, place) : wanted === 'string' ? into('t.text') : null;
      return ofValue === null ? null : `${step('readText(b, p, end)')} ${ofValue}`;
    }
  }
}

/** What the integer that was read is to the field; null: nothing. */
function ofInteger(type: ScalarType, place: number, isLarge: boolean): string | null {
  switch (type) {
    case 'int32':
      return `${wrongUnless('isInt32()', place)} row[${place}] = t.number;`;
    case 'int64':
      return `${isLarge ? wrongUnless('isInt64()', place) : ''} row[${place}] = ${INT64};`;
    case 'double':
      return `row[${place}] = nearest();`;
    case 'timestamp':
      return ofInstant(place);
    case 'bool':
    case 'string':
      return null;
  }
}

function ofInstant(place: number): string {
  return `${wrongUnless('Number.isSafeInteger(t.number)', place)} row[${place}] = t.number;`;
}

/** A number without a name is its own. */
function readEnum(
  { valuesById }: protobuf.Enum,
  type: ScalarType,
  place: number,
  code: GeneratedCode,
): string | null {
  const read = step('readSigned(b, p, end)');
  if (type === 'string') {
    const names = code.constant(new Map(Object.entries(valuesById).map(([id, name]) => [Number(id), name])));
    return `${read} row[${place}] = ${names}.get(t.number) ?? String(t.number);`;
  }
  const into = type === 'int32' || type === 'int64' ? ofInteger(type, place, false) : null;
  return into === null ? null : `${read} ${into}`;
}

/** The value of a field that is not in the message; null of one that may be absent. */
export function defaultOf(field: protobuf.Field, wanted: ScalarType): Default {
  const { default: declared } = (field.options ?? {}) as { readonly default?: unknown };
  if (field.repeated || (field.hasPresence && declared === undefined)) return null;
  return defaultOfType(valueTypeOf(field), declared, wanted);
}

type Default = number | string | boolean | null;

/** @param declared by the schema; undefined: what Protobuf says for the type */
export function defaultOfType(type: ValueType, declared: unknown, wanted: ScalarType): Default {
  if (type instanceof protobuf.Type) return null;
  if (type instanceof protobuf.Enum) {
    const name = typeof declared === 'string' ? declared : (Object.keys(type.values)[0] ?? '');
    return wanted === 'string' ? name : (type.values[name] ?? null);
  }
  if (type === 'bool') return declared === true || declared === 'true';
  if (type === 'string' || type === 'bytes') return wanted === 'string' ? String(declared ?? '') : null;
  const number = Number(declared ?? 0);
  return Number.isFinite(number) ? number + 0 : null;
}
