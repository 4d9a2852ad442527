/** Columns of results in the Native format: values of features, by their type. */
import type { OtherValue } from '@forebay/algebra';
import type { MapType, ScalarType, ValueType } from '@forebay/definitions';
import { CLICKHOUSE_TYPES } from '@forebay/offline-store';
import { ByteSink } from './byte-sink';

export type ResultValue = OtherValue | number | null;

/** One column of the block that is being made. */
export interface ResultColumn {
  /** Its type in ClickHouse. Lists and maps cannot be null there: one that is null is written empty. */
  readonly type: string;
  push(value: ResultValue): void;
  clear(): void;
  /** In the order in which they are written; valid until the next `push`. */
  parts(): Buffer[];
}

const FLOAT32_BYTES = 4;

type WriteScalar = (sink: ByteSink, value: Exclude<ResultValue, null>) => void;

const WRITERS = {
  bool: (sink, value) => sink.u8(value ? 1 : 0),
  int32: (sink, value) => sink.i32(value as number),
  int64: (sink, value) => sink.i64(isInt64(value) ? (value as number | bigint) : limitOf(value as number)),
  double: (sink, value) => sink.f64(value as number),
  string: (sink, value) => sink.text(value as string),
  timestamp: (sink, value) => sink.i64(value as number),
} as const satisfies Record<ScalarType, WriteScalar>;

const INT64_END = 2 ** 63;

/** Sums of integers may lie beyond: they are doubles then, and DEGRADED. */
export function isInt64(value: Exclude<ResultValue, null>): boolean {
  return typeof value !== 'number' || (value >= -INT64_END && value < INT64_END);
}

/** In maps, which hold no nulls. */
const limitOf = (value: number): bigint => (value > 0 ? 2n ** 63n - 1n : -(2n ** 63n));

const EMPTY: Readonly<Record<ScalarType, Exclude<ResultValue, null>>> = {
  bool: 0,
  int32: 0,
  int64: 0,
  double: 0,
  string: '',
  timestamp: 0,
};

/** The type that a feature's values have in ClickHouse, and so in every file. */
export function clickhouseTypeOf(type: ValueType): string {
  const list = /^list<(.+)>$/.exec(type);
  if (list !== null) return `Array(${CLICKHOUSE_TYPES[list[1] as ScalarType]})`;
  if (type.startsWith('map<')) {
    const [key, value] = mapParts(type as MapType);
    return `Map(${CLICKHOUSE_TYPES[key]}, ${CLICKHOUSE_TYPES[value]})`;
  }
  if (type.startsWith('vector<')) return 'Array(Float32)';
  return `Nullable(${CLICKHOUSE_TYPES[type as ScalarType]})`;
}

function mapParts(type: MapType): [ScalarType, ScalarType] {
  return type.slice('map<'.length, -1).split(',') as [ScalarType, ScalarType];
}

export function resultColumn(type: ValueType): ResultColumn {
  if (type.startsWith('vector<')) return new VectorColumn(type);
  const list = /^list<(.+)>$/.exec(type);
  if (list !== null) return new ListColumn(list[1] as ScalarType);
  if (type.startsWith('map<')) return new MapColumn(type as MapType);
  return new ScalarColumn(type as ScalarType);
}

class ScalarColumn implements ResultColumn {
  readonly type: string;
  readonly #nulls = new ByteSink();
  readonly #values = new ByteSink();
  readonly #write: WriteScalar;
  readonly #empty: Exclude<ResultValue, null>;
  readonly #isInt64: boolean;

  constructor(type: ScalarType) {
    this.type = clickhouseTypeOf(type);
    this.#isInt64 = type === 'int64';
    this.#write = WRITERS[type];
    this.#empty = EMPTY[type];
  }

  /** An integer that the type cannot hold is null. */
  push(value: ResultValue): void {
    const held = value !== null && this.#isInt64 && !isInt64(value) ? null : value;
    this.#nulls.u8(held === null ? 1 : 0);
    this.#write(this.#values, held ?? this.#empty);
  }

  clear(): void {
    this.#nulls.clear();
    this.#values.clear();
  }

  parts(): Buffer[] {
    return [this.#nulls.bytes, this.#values.bytes];
  }
}

class ListColumn implements ResultColumn {
  readonly type: string;
  readonly #offsets = new ByteSink();
  readonly #items = new ByteSink();
  readonly #write: WriteScalar;
  #count = 0;

  constructor(type: ScalarType) {
    this.type = clickhouseTypeOf(`list<${type}>`);
    this.#write = WRITERS[type];
  }

  push(value: ResultValue): void {
    const items = (value ?? []) as readonly Exclude<ResultValue, null>[];
    for (const item of items) this.#write(this.#items, item);
    this.#count += items.length;
    this.#offsets.i64(this.#count);
  }

  clear(): void {
    this.#offsets.clear();
    this.#items.clear();
    this.#count = 0;
  }

  parts(): Buffer[] {
    return [this.#offsets.bytes, this.#items.bytes];
  }
}

/** Values are the bytes of little-endian float32 numbers. */
class VectorColumn implements ResultColumn {
  readonly type: string;
  readonly #offsets = new ByteSink();
  readonly #items = new ByteSink();
  #count = 0;

  constructor(type: ValueType) {
    this.type = clickhouseTypeOf(type);
  }

  push(value: ResultValue): void {
    if (value !== null) {
      const bytes = value as Uint8Array;
      this.#items.append(bytes);
      this.#count += bytes.length / FLOAT32_BYTES;
    }
    this.#offsets.i64(this.#count);
  }

  clear(): void {
    this.#offsets.clear();
    this.#items.clear();
    this.#count = 0;
  }

  parts(): Buffer[] {
    return [this.#offsets.bytes, this.#items.bytes];
  }
}

class MapColumn implements ResultColumn {
  readonly type: string;
  readonly #offsets = new ByteSink();
  readonly #keys = new ByteSink();
  readonly #values = new ByteSink();
  readonly #writeKey: WriteScalar;
  readonly #writeValue: WriteScalar;
  #count = 0;

  constructor(type: MapType) {
    this.type = clickhouseTypeOf(type);
    const [key, value] = mapParts(type);
    this.#writeKey = WRITERS[key];
    this.#writeValue = WRITERS[value];
  }

  push(value: ResultValue): void {
    if (value !== null) {
      for (const [key, held] of value as unknown as ReadonlyMap<string | number | bigint, number | bigint>) {
        this.#writeKey(this.#keys, key);
        this.#writeValue(this.#values, held);
        this.#count++;
      }
    }
    this.#offsets.i64(this.#count);
  }

  clear(): void {
    this.#offsets.clear();
    this.#keys.clear();
    this.#values.clear();
    this.#count = 0;
  }

  parts(): Buffer[] {
    return [this.#offsets.bytes, this.#keys.bytes, this.#values.bytes];
  }
}
