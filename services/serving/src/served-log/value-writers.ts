import type { OtherValue } from '@forebay/algebra';
import type { ScalarType } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import type { RowBinaryWriter } from '@forebay/offline-store';
import type { RequestField } from '../plan/plan';
import type { TypedKind } from '../plan/value-types';
import type { RequestData } from '../request/request-data';
import { int64Of, type MapValue } from '../response/map-message';

export type ValueWriters = (to: RowBinaryWriter, value: OtherValue) => void;

type Integer = number | bigint;

const FLOAT32_BYTES = 4;

const list =
  <T extends Integer | string>(element: (to: RowBinaryWriter, value: T) => void): ValueWriters =>
  (to, value) => {
    const values = value as readonly T[];
    to.length(values.length);
    for (const each of values) element(to, each);
  };

const map =
  <K extends Integer | string>(
    key: (to: RowBinaryWriter, value: K) => void,
    element: (to: RowBinaryWriter, value: number) => void,
  ): ValueWriters =>
  (to, value) => {
    const entries = value as MapValue;
    to.length(entries.size);
    for (const [name, each] of entries) {
      key(to, name as K);
      element(to, each);
    }
  };

const integer = (to: RowBinaryWriter, value: Integer) => to.int64(value);
const double = (to: RowBinaryWriter, value: number) => to.float64(value);
const text = (to: RowBinaryWriter, value: string) => to.string(value);
/** What a response has for a sum that is beyond int64. */
const sum = (to: RowBinaryWriter, value: number) => to.int64(int64Of(value));

/** Each writes one value of a typed column as the element of its map; in the order of the maps of SERVED_VECTORS_COLUMNS. */
export const WRITERS = {
  integers: (to, value) => to.int64(value as Integer),
  strings: (to, value) => to.string(value as string),
  lists_of_integers: list<Integer>(integer),
  lists_of_doubles: list<number>(double),
  lists_of_strings: list<string>(text),
  vectors: (to, value) => {
    const bytes = value as Uint8Array;
    to.length(bytes.length / FLOAT32_BYTES);
    to.raw(bytes);
  },
  maps_of_strings_to_integers: map<string>(text, sum),
  maps_of_strings_to_doubles: map<string>(text, double),
  maps_of_integers_to_integers: map<Integer>(integer, sum),
  maps_of_integers_to_doubles: map<Integer>(integer, double),
} as const satisfies Record<TypedKind, ValueWriters>;

/** The map that a field of the request goes to. */
const REQUEST_MAPS = ['integers', 'doubles', 'strings'] as const;
const MAP_OF = {
  bool: 'integers',
  int32: 'integers',
  int64: 'integers',
  timestamp: 'integers',
  double: 'doubles',
  string: 'strings',
} as const satisfies Record<ScalarType, (typeof REQUEST_MAPS)[number]>;

export interface MapKeys {
  /** Writes the three maps of request data; nulls are left out, and what is a join key is among the keys already. */
  write(to: RowBinaryWriter, data: RequestData, row: number): void;
}

export function requestMaps(fields: readonly RequestField[]): MapKeys {
  const named = fields.map(({ name, type, isJoinKey }, index) => ({
    name,
    index,
    isJoinKey,
    map: MAP_OF[type],
  }));
  const maps = REQUEST_MAPS.map((of) => ({
    of,
    fields: named.filter((field) => !field.isJoinKey && field.map === of),
  }));
  return {
    write(to, data, row) {
      for (const { of, fields: own } of maps) {
        const given = (index: number): Value => {
          const values = data[index] as readonly Value[];
          return values[values.length === 1 ? 0 : row] as Value;
        };
        to.length(own.filter(({ index }) => given(index) !== null).length);
        for (const { name, index } of own) {
          const value = given(index);
          if (value === null) continue;
          to.string(name);
          if (of === 'strings') to.string(value as string);
          else if (of === 'doubles') to.float64(Number(value));
          else to.int64(typeof value === 'boolean' ? Number(value) : (value as Integer));
        }
      }
    },
  };
}
