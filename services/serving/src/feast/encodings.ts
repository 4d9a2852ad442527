import type { MapType, ScalarType, ValueType } from '@forebay/definitions';

/** How a column stands in Feast's `Value`. */
export type FeastEncoding =
  | ScalarType
  | 'float'
  | `${ScalarType}_list`
  | 'float_list'
  | 'int64_map'
  | 'double_map';

/** A value of a column by its encoding: timestamps are whole seconds, vectors their little-endian float32 bytes. */
export type FeastValue =
  | string
  | number
  | bigint
  | boolean
  | readonly (string | number | bigint)[]
  | ReadonlyMap<string | number | bigint, number | bigint>
  | Uint8Array;

/** Numbers of the fields of `feast.types.Value`. */
export const VALUE_FIELDS = {
  string: 2,
  int32: 3,
  int64: 4,
  double: 5,
  float: 6,
  bool: 7,
  timestamp: 8,
  string_list: 12,
  int32_list: 13,
  int64_list: 14,
  double_list: 15,
  float_list: 16,
  bool_list: 17,
  timestamp_list: 18,
  int64_map: 20,
  double_map: 20,
} as const satisfies Record<FeastEncoding, number>;

/** Feast's maps have texts as keys: integers become decimal. */
const MAP_ENCODINGS = {
  'map<string,int64>': 'int64_map',
  'map<string,double>': 'double_map',
  'map<int64,int64>': 'int64_map',
  'map<int64,double>': 'double_map',
} as const satisfies Record<MapType, FeastEncoding>;

export function encodingOf(type: ValueType): FeastEncoding {
  if (type.startsWith('list<')) return `${type.slice(5, -1) as ScalarType}_list`;
  if (type.startsWith('vector<')) return 'float_list';
  if (type in MAP_ENCODINGS) return MAP_ENCODINGS[type as MapType];
  return type as ScalarType;
}

const SECOND_MS = 1_000;

/** Feast's timestamps are whole seconds: what is below is dropped, towards the past. */
export const wholeSeconds = (ms: number) => Math.floor(ms / SECOND_MS);
