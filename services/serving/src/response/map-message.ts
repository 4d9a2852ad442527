import type { CategoryKey } from '@forebay/algebra';
import type { MapKind } from '../plan/value-types';
import { embeddedSize, type Integer, type ProtobufWriter, sint64Size } from './protobuf-writer';

/** Field numbers of `ValueMap`. */
const STRING_KEYS = 1;
const INTEGER_KEYS = 2;
const INTEGERS = 3;
const DOUBLES = 4;

const MAX_INT64 = 2n ** 63n - 1n;

export type MapValue = ReadonlyMap<CategoryKey, number>;

/** What a map consists of, in the message. */
const FORMS = {
  maps_of_strings_to_integers: { textKeys: true, integers: true },
  maps_of_strings_to_doubles: { textKeys: true, integers: false },
  maps_of_integers_to_integers: { textKeys: false, integers: true },
  maps_of_integers_to_doubles: { textKeys: false, integers: false },
} as const satisfies Record<MapKind, { readonly textKeys: boolean; readonly integers: boolean }>;

export function isMapKind(kind: string): kind is MapKind {
  return kind in FORMS;
}

/** Bytes of a `ValueMap`, without its header; a map without entries has none. */
export function mapSize(kind: MapKind, map: MapValue): number {
  if (map.size === 0) return 0;
  const { textKeys, integers } = FORMS[kind];
  const keys = textKeys ? textKeysSize(map) : embeddedSize(integerKeysSize(map));
  return keys + embeddedSize(integers ? integersSize(map) : 8 * map.size);
}

export function writeMap(writer: ProtobufWriter, kind: MapKind, map: MapValue): void {
  if (map.size === 0) return;
  const { textKeys, integers } = FORMS[kind];
  if (textKeys) {
    for (const key of map.keys()) writer.text(STRING_KEYS, key as string, Buffer.byteLength(key as string));
  } else {
    writer.header(INTEGER_KEYS, integerKeysSize(map));
    for (const key of map.keys()) writer.sint64(key as Integer);
  }
  if (integers) {
    writer.header(INTEGERS, integersSize(map));
    for (const value of map.values()) writer.sint64(int64Of(value));
  } else {
    writer.header(DOUBLES, 8 * map.size);
    for (const value of map.values()) writer.at = writer.bytes.writeDoubleLE(value, writer.at);
  }
}

function textKeysSize(map: MapValue): number {
  let size = 0;
  for (const key of map.keys()) size += embeddedSize(Buffer.byteLength(key as string));
  return size;
}

function integerKeysSize(map: MapValue): number {
  let size = 0;
  for (const key of map.keys()) size += sint64Size(key as Integer);
  return size;
}

function integersSize(map: MapValue): number {
  let size = 0;
  for (const value of map.values()) size += sint64Size(int64Of(value));
  return size;
}

/** A sum of integers may be too large to be exact, and then for int64 too: the nearest one stands for it. */
export function int64Of(value: number): Integer {
  if (Number.isSafeInteger(value)) return value;
  if (value >= 2 ** 63) return MAX_INT64;
  return value < -(2 ** 63) ? -MAX_INT64 - 1n : BigInt(value);
}
