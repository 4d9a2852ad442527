import { isUtf8 } from 'node:buffer';
import { type EventSource, type ScalarType, segmentsOfField } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import type { Rejection } from '../rejection';
import type { ValueDecoder } from '../value-decoder';
import { isItem } from '../wanted-fields';
import { PARSERS } from './json-values';

const BYTE_ORDER_MARK = 0xef;
const SHOWN_CHARACTERS = 60;
const utf8 = new TextDecoder('utf-8', { fatal: true });

interface PlacedField {
  readonly name: string;
  readonly type: ScalarType;
  readonly place: number;
  readonly segments: readonly string[];
}

/** JSON objects by way of `JSON.parse`: what says which values are right, and why others are not. */
export class ParsedJsonDecoder implements ValueDecoder {
  readonly #fields: readonly PlacedField[];
  readonly #width: number;
  notFinite = 0;

  constructor(source: EventSource) {
    this.#width = source.fields.length;
    this.#fields = source.fields.flatMap(({ name, type }, place) => {
      const segments = segmentsOfField(source.format, name);
      return segments === null ? [] : [{ name, type, place, segments }];
    });
  }

  decode(bytes: Buffer): Value[] | Rejection {
    const parsed = parse(bytes);
    if (parsed instanceof Error) return { reason: 'not_json', message: parsed.message };
    if (typeof parsed !== 'object' || parsed === null || Array.isArray(parsed)) {
      return {
        reason: 'not_an_object',
        message: `the value is ${Array.isArray(parsed) ? 'an array' : String(parsed).slice(0, 40)}, not an object`,
      };
    }
    return this.#toRow(parsed);
  }

  #toRow(record: object): Value[] | Rejection {
    const row = new Array<Value>(this.#width).fill(null);
    for (const { name, type, place, segments } of this.#fields) {
      let given: unknown = record;
      for (let i = 0; i < segments.length; i++) {
        const part = partOf(given, segments[i] as string);
        if (part === null) return noParts(name, segments.slice(0, i), given);
        given = part.value;
      }
      if (given === null || given === undefined) continue;
      const value = PARSERS[type](given);
      if (value === undefined) {
        return {
          reason: 'wrong_type',
          message: `field "${name}" is ${shown(given)}, not a value of type ${type}`,
        };
      }
      if (value === null) this.notFinite++;
      row[place] = value;
    }
    return row;
  }
}

/** A member or an item; of what is null or missing, a missing one. Null: the value has no parts of such a name. */
function partOf(value: unknown, segment: string): { value: unknown } | null {
  if (value === null || value === undefined) return { value: null };
  if (typeof value !== 'object') return null;
  if (Array.isArray(value)) return isItem(segment) ? { value: value[Number(segment)] } : null;
  return { value: Object.hasOwn(value, segment) ? (value as Record<string, unknown>)[segment] : null };
}

function noParts(name: string, way: readonly string[], value: unknown): Rejection {
  return {
    reason: 'wrong_type',
    message: `field "${name}": its path leads through "${way.join('.')}", which is ${shown(value)}`,
  };
}

function shown(value: unknown): string {
  return JSON.stringify(value).slice(0, SHOWN_CHARACTERS);
}

function parse(bytes: Buffer): unknown {
  try {
    // the decoder of texts is slow: it is for a byte order mark, which it takes off, and for what it says of wrong bytes
    return JSON.parse(bytes[0] !== BYTE_ORDER_MARK && isUtf8(bytes) ? bytes.toString() : utf8.decode(bytes));
  } catch (thrown) {
    return thrown instanceof Error ? thrown : new Error(String(thrown));
  }
}
