import type { Degradation, FeatureResponse, Layout, TypedColumn, ViewTimes } from './feature-response';
import { type FeatureType, featureTypeOf } from './feature-types';

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
  readonly views: readonly ViewTimes[];
  /** Why values are DEGRADED, once per row and view; the first 64. */
  readonly degraded: readonly Degradation[];
  /** Row-major, NaN where null, unaligned: `blockWidth` little-endian doubles a row. The response's own memory. */
  readonly float64Block: Buffer;
  readonly blockWidth: number;
  readonly #block: readonly number[];
  readonly #typed = new Map<number, TypedColumn>();
  readonly #statuses: Uint8Array;
  #rows: readonly Readonly<Record<string, FeatureValue>>[] | null = null;

  constructor(response: FeatureResponse, places: ColumnPlaces) {
    this.asOfMs = response.asOfMs;
    this.rowCount = response.rowCount;
    this.views = response.views;
    this.degraded = response.degraded;
    this.columns = places.columns;
    this.float64Block = response.float64Block;
    this.blockWidth = places.blockWidth;
    this.#block = places.block;
    this.#statuses = response.statuses;
    for (const typed of response.typed) this.#typed.set(typed.column, typed);
  }

  /** Values by the columns' keys, one object per row; made at the first use. */
  get rows(): readonly Readonly<Record<string, FeatureValue>>[] {
    this.#rows ??= Array.from({ length: this.rowCount }, (_, row) =>
      Object.fromEntries(this.columns.map(({ key }, column) => [key, this.value(row, column)])),
    );
    return this.#rows;
  }

  value(row: number, column: number): FeatureValue {
    const { type } = this.columns[column] as FeatureColumn;
    const block = this.#block[column] as number;
    if (block < 0) return this.#typedValue(row, column, type);
    const number = this.float64Block.readDoubleLE((row * this.blockWidth + block) * 8);
    if (Number.isNaN(number)) return null;
    return type === 'bool' ? number !== 0 : number;
  }

  status(row: number, column: number): FeatureStatus {
    const number = this.#statuses.length === 0 ? PRESENT : this.#statuses[row * this.columns.length + column];
    return STATUS_NAMES[number as number] ?? 'FEATURE_STATUS_UNSPECIFIED';
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

/** A copy: the message's floats are not aligned. */
function vectorOf({ vectors, vectorLength }: TypedColumn, row: number): Float32Array {
  const vector = new Float32Array(vectorLength);
  for (let i = 0; i < vectorLength; i++) vector[i] = vectors.readFloatLE(4 * (row * vectorLength + i));
  return vector;
}
