/** Code that reads a value of an Avro type as the value of a field. */
import type { ScalarType } from '@forebay/definitions';
import { DAY_MS } from '../binary/binary-values';
import { type GeneratedCode, INT64, step, wrongUnless } from '../binary/generated-reader';
import { unusableFor } from '../binary/unusable-schema';
import type { WantedField } from '../wanted-fields';
import { type AvroSchema, avroName } from './avro-schema';

type Integer = Extract<AvroSchema, { logical: string | null }>;

/** In a millisecond, of the logical types that are instants. */
const PARTS_OF_MS: Readonly<Record<string, number>> = {
  'timestamp-micros': 1_000,
  'timestamp-nanos': 1_000_000,
};

/** Throws `invalid_definition` if no value of the schema is one of the field's type. */
export function readLeaf(schema: AvroSchema, field: WantedField, code: GeneratedCode): string {
  const { place, type } = field;
  const into = (value: string) => `row[${place}] = ${value};`;
  switch (schema.kind) {
    case 'boolean':
      if (type === 'bool') return `${step('readBoolean(b, p, end)')} ${into('t.number === 1')}`;
      break;
    case 'int':
    case 'long': {
      const read = ofInteger(schema, type, place);
      if (read !== null) return `${step('readZigzag(b, p, end)')} ${read}`;
      break;
    }
    case 'float':
    case 'double': {
      const read = schema.kind === 'float' ? 'readFloat' : 'readDouble';
      if (type === 'double') return `${step(`${read}(b, p, end)`)} ${into('finite()')}`;
      break;
    }
    case 'string': {
      const read = ofText(type, place);
      if (read !== null) return `${step('readText(b, p, end)')} ${read}`;
      break;
    }
    case 'bytes': {
      const isDecimal = schema.scale !== null && (type === 'string' || type === 'double');
      if (isDecimal) return `${step(`readDecimal(b, p, end, ${schema.scale})`)} ${into(ofDecimal(type))}`;
      if (type === 'string') return `${step('readText(b, p, end)')} ${into('t.text')}`;
      break;
    }
    case 'fixed':
      if (schema.scale !== null && (type === 'string' || type === 'double')) {
        return `${step(`readDecimalOf(b, p, end, ${schema.size}, ${schema.scale})`)} ${into(ofDecimal(type))}`;
      }
      if (schema.isUuid && type === 'string') return `${step('readUuid(b, p, end)')} ${into('t.text')}`;
      break;
    case 'enum': {
      if (type !== 'string') break;
      const symbols = code.constant(schema.symbols);
      const known = `if (t.number >= ${schema.symbols.length}) return -1;`;
      return `${step('readSize(b, p, end)')} ${known} ${into(`${symbols}[t.number]`)}`;
    }
  }
  throw unusableFor(field, `its value is ${withArticle(avroName(schema))}`);
}

/** What the integer that was read is to the field; null: nothing. */
function ofInteger({ logical }: Integer, type: ScalarType, place: number): string | null {
  switch (type) {
    case 'int32':
      return `${wrongUnless('isInt32()', place)} row[${place}] = t.number;`;
    case 'int64':
      return `row[${place}] = ${INT64};`;
    case 'double':
      return `row[${place}] = nearest();`;
    case 'timestamp': {
      // without a zone there is no instant, and a time of day is none
      if (logical?.startsWith('local-timestamp') || logical?.startsWith('time-')) return null;
      if (logical === 'date') return `${wrongUnless('isDay()', place)} row[${place}] = t.number * ${DAY_MS};`;
      const parts = logical === null ? undefined : PARTS_OF_MS[logical];
      if (parts !== undefined) return `row[${place}] = instantOfParts(${parts});`;
      return `${wrongUnless('t.number === t.number', place)} row[${place}] = t.number;`;
    }
    case 'bool':
    case 'string':
      return null;
  }
}

/** What the text that was read is to the field; null: nothing. Also of Protobuf. */
export function ofText(type: ScalarType, place: number): string | null {
  switch (type) {
    case 'string':
      return `row[${place}] = t.text;`;
    case 'int64':
      return `${wrongUnless('takeInt64OfText()', place)} row[${place}] = ${INT64};`;
    case 'timestamp':
      return `${wrongUnless('takeInstant()', place)} row[${place}] = t.number;`;
    case 'bool':
    case 'int32':
    case 'double':
      return null;
  }
}

function ofDecimal(type: ScalarType): string {
  return type === 'string' ? 't.text' : 'finiteOfText()';
}

function withArticle(name: string): string {
  return /^[aeiou]/.test(name) ? `an ${name}` : `a ${name}`;
}
