/** Columns of results in the Native format: values of features, by their type. */
import type { CategoryKey, OtherValue } from '@forebay/algebra';
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

type ListValue = Extract<OtherValue, readonly unknown[]>;
type MapValue = ReadonlyMap<CategoryKey, number>;

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
  if (type.startsWith('vector<')) return vectorColumn(type);
  const list = /^list<(.+)>$/.exec(type);
  if (list !== null) return listColumn(list[1] as ScalarType);
  if (type.startsWith('map<')) return mapColumn(type as MapType);
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

/** Several items a value; null is written as none. */
class ItemsColumn<Value extends ResultValue> implements ResultColumn {
  readonly type: string;
  readonly #offsets = new ByteSink();
  readonly #sinks: readonly ByteSink[];
  readonly #write: (value: Value, sinks: readonly ByteSink[]) => number;
  #count = 0;

  /** `write` writes the items of a value into so many sinks, and says how many there are. */
  constructor(type: ValueType, sinks: number, write: (value: Value, sinks: readonly ByteSink[]) => number) {
    this.type = clickhouseTypeOf(type);
    this.#sinks = Array.from({ length: sinks }, () => new ByteSink());
    this.#write = write;
  }

  push(value: ResultValue): void {
    if (value !== null) this.#count += this.#write(value as Value, this.#sinks);
    this.#offsets.i64(this.#count);
  }

  clear(): void {
    this.#offsets.clear();
    for (const sink of this.#sinks) sink.clear();
    this.#count = 0;
  }

  parts(): Buffer[] {
    return [this.#offsets.bytes, ...this.#sinks.map(({ bytes }) => bytes)];
  }
}

function listColumn(type: ScalarType): ResultColumn {
  const write = WRITERS[type];
  return new ItemsColumn<ListValue>(`list<${type}>`, 1, (items, [sink]) => {
    for (const item of items) write(sink as ByteSink, item);
    return items.length;
  });
}

/** Values are the bytes of little-endian float32 numbers. */
function vectorColumn(type: ValueType): ResultColumn {
  return new ItemsColumn<Uint8Array>(type, 1, (bytes, [sink]) => {
    sink?.append(bytes);
    return bytes.length / FLOAT32_BYTES;
  });
}

function mapColumn(type: MapType): ResultColumn {
  const [writeKey, writeValue] = mapParts(type).map((part) => WRITERS[part]) as [WriteScalar, WriteScalar];
  return new ItemsColumn<MapValue>(type, 2, (map, [keys, values]) => {
    for (const [key, value] of map) {
      writeKey(keys as ByteSink, key);
      writeValue(values as ByteSink, value);
    }
    return map.size;
  });
}
