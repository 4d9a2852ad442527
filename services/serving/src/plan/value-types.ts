import { type Hash64, xxHash64Into } from '@forebay/contract';
import { type MapType, type ScalarType, type ValueType, vectorLength } from '@forebay/definitions';

/** How a column that is not in the float64 block stands in the response. */
export type TypedKind =
  | 'integers'
  | 'strings'
  | 'lists_of_doubles'
  | 'lists_of_integers'
  | 'lists_of_strings'
  | 'vectors'
  | MapKind;

/** Maps, by their keys and values. */
export type MapKind =
  | 'maps_of_strings_to_integers'
  | 'maps_of_strings_to_doubles'
  | 'maps_of_integers_to_integers'
  | 'maps_of_integers_to_doubles';

const LIST_KINDS = {
  bool: 'lists_of_integers',
  int32: 'lists_of_integers',
  int64: 'lists_of_integers',
  double: 'lists_of_doubles',
  string: 'lists_of_strings',
  timestamp: 'lists_of_integers',
} as const satisfies Record<ScalarType, TypedKind>;

const MAP_KINDS = {
  'map<string,int64>': 'maps_of_strings_to_integers',
  'map<string,double>': 'maps_of_strings_to_doubles',
  'map<int64,int64>': 'maps_of_integers_to_integers',
  'map<int64,double>': 'maps_of_integers_to_doubles',
} as const satisfies Record<MapType, MapKind>;

function elementOf(type: ValueType): ScalarType | null {
  return type.startsWith('list<') ? (type.slice(5, -1) as ScalarType) : null;
}

export function typedKindOf(type: ValueType): TypedKind {
  const element = elementOf(type);
  if (element !== null) return LIST_KINDS[element];
  if (vectorLength(type) !== null) return 'vectors';
  if (type in MAP_KINDS) return MAP_KINDS[type as MapType];
  return type === 'string' ? 'strings' : 'integers';
}

/** 16 hexadecimal digits that depend on nothing but the columns: every server gives the same layout the same id. */
export function layoutIdOf(encodedColumns: Uint8Array): string {
  const hash: Hash64 = { high: 0, low: 0 };
  xxHash64Into(encodedColumns, 0, encodedColumns.length, hash);
  const digits = (word: number) => (word >>> 0).toString(16).padStart(8, '0');
  return digits(hash.high) + digits(hash.low);
}
