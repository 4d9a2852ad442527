import { ForebayError } from '@forebay/contract';
import type { Degradation, FeatureResponse, Layout, TypedColumn, ViewTimes } from './feature-response';
import { type FeatureType, featureTypeOf } from './feature-types';
import { responseRows } from './response-rows';

/** By the numbers of `forebay.v1.FeatureStatus`. */
const STATUS_NAMES = [
  'FEATURE_STATUS_UNSPECIFIED',
  'PRESENT',
  'NULL_VALUE',
  'NOT_FOUND',
  'OUTSIDE_MAX_AGE',
  'DEGRADED',
] as const;
const PRESENT = 1;

export type FeatureStatus = (typeof STATUS_NAMES)[number];

/**
 * Integers are bigints only outside the safe integers; timestamps are ms since the epoch; the keys of a map ascend; vectors
 * are Float32Arrays.
 */
export type FeatureValue =
  | null
  | boolean
  | number
  | bigint
  | string
  | readonly (boolean | number | bigint | string)[]
  | ReadonlyMap<string | number | bigint, number | bigint>
  | Float32Array;

export interface FeatureColumn {
  /**
   * The key of its values in `rows`: the feature's name; `view.feature` where two views have features of one name,
   * `view@version.feature` where two versions of a view have.
   */
  readonly key: string;
  readonly name: string;
  readonly type: FeatureType;
  readonly view: string;
  readonly viewVersion: number;
}

/** The columns of a layout with the place of each; made once per layout. */
export interface ColumnPlaces {
  readonly columns: readonly FeatureColumn[];
  /** Position in a row of the float64 block; −1: the column is typed. */
  readonly block: readonly number[];
  readonly blockWidth: number;
}

export function placeColumns(layout: Layout): ColumnPlaces {
  let blockWidth = 0;
  const block = layout.columns.map(({ inFloat64Block }) => (inFloat64Block ? blockWidth++ : -1));
  const columns = layout.columns.map(({ name, type, view, viewVersion, vectorLength }) => ({
    name,
    type: featureTypeOf(type, vectorLength),
    view,
    viewVersion,
  }));
  return { columns: keyedColumns(columns), block, blockWidth };
}

/** Gives each column the shortest key that no other one has. */
export function keyedColumns(columns: readonly Omit<FeatureColumn, 'key'>[]): FeatureColumn[] {
  const candidates = columns.map(({ name, view, viewVersion }) => [
    name,
    `${view}.${name}`,
    `${view}@${viewVersion}.${name}`,
  ]);
  const uses = new Map<string, number>();
  for (const key of candidates.flat()) uses.set(key, (uses.get(key) ?? 0) + 1);
  return columns.map((column, i) => {
    const keys = candidates[i] as string[];
    return { key: keys.find((key) => uses.get(key) === 1) ?? (keys[2] as string), ...column };
  });
}

/** The answer to a request: values and statuses by row and column. */
export class OnlineFeatures {
  /** The instant that the values speak of. */
  readonly asOfMs: number;
  readonly rowCount: number;
  readonly columns: readonly FeatureColumn[];
  /** Of each view that was read, if the request asked for them. */
  readonly views: readonly ViewTimes[];
  /** Why values are DEGRADED, once per row and view; the first 64. */
  readonly degraded: readonly Degradation[];
  /** What `logPredictions` names the answer by: as the request gave it, or made for an answer that is logged; else empty. */
  readonly requestId: string;
  /** Row-major, NaN where null, unaligned: `blockWidth` little-endian doubles a row. The response's own memory. */
  readonly float64Block: Buffer;
  readonly blockWidth: number;
  readonly #block: readonly number[];
  readonly #typed = new Map<number, TypedColumn>();
  readonly #statuses: Uint8Array;
  readonly #variants: readonly string[];
  readonly #rowVariants: Uint8Array;
  readonly #response: FeatureResponse;
  readonly #places: ColumnPlaces;
  #rows: readonly Readonly<Record<string, FeatureValue>>[] | null = null;
  #float64s: Float64Array | null = null;

  constructor(response: FeatureResponse, places: ColumnPlaces) {
    this.#response = response;
    this.#places = places;
    this.asOfMs = response.asOfMs;
    this.rowCount = response.rowCount;
    this.views = response.views;
    this.degraded = response.degraded;
    this.requestId = response.requestId;
    this.#variants = response.variants;
    this.#rowVariants = response.rowVariants;
    this.columns = places.columns;
    this.float64Block = response.float64Block;
    this.blockWidth = places.blockWidth;
    this.#block = places.block;
    this.#statuses = response.statuses;
    for (const typed of response.typed) this.#typed.set(typed.column, typed);
  }

  /** Values by the columns' keys, one object per row; made at the first use. */
  get rows(): readonly Readonly<Record<string, FeatureValue>>[] {
    this.#rows ??= Array.from({ length: this.rowCount }, (_, row) => this.#rowAt(row));
    return this.#rows;
  }

  #rowAt(row: number): Record<string, FeatureValue> {
    const { columns, float64s } = this;
    const values: Record<string, FeatureValue> = {};
    const firstNumber = row * this.blockWidth;
    for (let column = 0; column < columns.length; column++) {
      const { key, type } = columns[column] as FeatureColumn;
      const block = this.#block[column] as number;
      values[key] =
        block < 0
          ? this.#typedValue(row, column, type)
          : numberOf(float64s[firstNumber + block] as number, type);
    }
    return values;
  }

  /**
   * The float64 block, aligned: row-major, `blockWidth` numbers a row in the order of the columns that are in it, NaN where
   * null. The response's own memory where that is aligned, else one copy; made at the first use.
   */
  get float64s(): Float64Array {
    this.#float64s ??= alignedFloats(this.float64Block);
    return this.#float64s;
  }

  /**
   * The numbers of one column, by row, NaN where null: a copy, without an object for any value. Booleans are 0 and 1, timestamps
   * milliseconds. Throws `not_found` for a column that there is not, or that the float64 block does not hold.
   */
  numbers(key: string): Float64Array {
    const column = this.columns.findIndex((one) => one.key === key);
    const block = this.#block[column] ?? -1;
    if (block < 0) {
      const inBlock = this.columns.filter((_, i) => (this.#block[i] as number) >= 0).map((one) => one.key);
      throw new ForebayError(
        'not_found',
        `"${key}" is no column of numbers; there are: ${inBlock.join(', ')}`,
      );
    }
    const { float64s, blockWidth } = this;
    const numbers = new Float64Array(this.rowCount);
    for (let row = 0; row < numbers.length; row++)
      numbers[row] = float64s[row * blockWidth + block] as number;
    return numbers;
  }

  /** `count` rows from `from` on, as an answer of their own; the numbers stay where they are. */
  rowsFrom(from: number, count: number): OnlineFeatures {
    return new OnlineFeatures(responseRows(this.#response, this.#places, from, count), this.#places);
  }

  value(row: number, column: number): FeatureValue {
    const { type } = this.columns[column] as FeatureColumn;
    const block = this.#block[column] as number;
    if (block < 0) return this.#typedValue(row, column, type);
    return numberOf(this.float64Block.readDoubleLE((row * this.blockWidth + block) * 8), type);
  }

  status(row: number, column: number): FeatureStatus {
    const number = this.#statuses.length === 0 ? PRESENT : this.#statuses[row * this.columns.length + column];
    return STATUS_NAMES[number as number] ?? 'FEATURE_STATUS_UNSPECIFIED';
  }

  /** The row's number in the request that `requestId` names: calls that were batched are one request. */
  requestRow(row: number): number {
    return this.#response.firstRow + row;
  }

  /** The variant of the feature service that answered for the row; null: the service has none. */
  variant(row: number): string | null {
    return this.#variants[this.#rowVariants[row] ?? 0] ?? null;
  }

  /** Statuses by the columns' keys. */
  statuses(row: number): Record<string, FeatureStatus> {
    return Object.fromEntries(this.columns.map(({ key }, column) => [key, this.status(row, column)]));
  }

  /** Whether every value is PRESENT. */
  get allPresent(): boolean {
    return this.#statuses.length === 0;
  }

  #typedValue(row: number, column: number, type: FeatureType): FeatureValue {
    const typed = this.#typed.get(column);
    if (typed === undefined || typed.nullRows.has(row)) return null;
    if (type === 'string') return typed.strings[row] ?? null;
    if (type.startsWith('vector<')) return vectorOf(typed, row);
    if (type.startsWith('map<')) return typed.maps[row] ?? new Map();
    if (!type.startsWith('list<')) return typed.integers[row] ?? null;
    const list = typed.lists[row] ?? [];
    return type === 'list<bool>' ? list.map((value) => value !== 0) : list;
  }
}

/** NaN stands for null. */
function numberOf(number: number, type: FeatureType): number | boolean | null {
  if (Number.isNaN(number)) return null;
  return type === 'bool' ? number !== 0 : number;
}

function alignedFloats(bytes: Buffer): Float64Array {
  const { buffer, byteOffset, byteLength } = bytes;
  const length = byteLength / Float64Array.BYTES_PER_ELEMENT;
  if (byteOffset % Float64Array.BYTES_PER_ELEMENT === 0) return new Float64Array(buffer, byteOffset, length);
  return new Float64Array(new Uint8Array(bytes).buffer, 0, length);
}

/** A copy: the message's floats are not aligned. */
function vectorOf({ vectors, vectorLength }: TypedColumn, row: number): Float32Array {
  const vector = new Float32Array(vectorLength);
  for (let i = 0; i < vectorLength; i++) vector[i] = vectors.readFloatLE(4 * (row * vectorLength + i));
  return vector;
}
