/** Reading a batch list in place (docs/CODEC.md, batch list, codec 1). */
import { isInstant } from '@forebay/contract';
import { SECOND_MS } from './clock';
import { COLUMN, type ColumnAccess, type ColumnCode, readCount } from './column-access';
import type { FixedComponent, FixedKind, ViewLayout } from './layout';
import { placeOf, type StoredPlace } from './stored-place';

export const BATCH_CODEC = 1;
export const BATCH_HEADER_BYTES = 40;
export const STARTS_AT_BEGINNING = 1;

const newColumn = (): ColumnAccess => ({
  view: new DataView(new ArrayBuffer(0)),
  base: 0,
  stride: 0,
  second: 0,
  third: 0,
  code: COLUMN.f64,
});

/** A cursor over one value after another; what it exposes is valid until the next `open`. */
export class BatchList {
  readonly #layout: ViewLayout;
  readonly #starts = newColumn();
  readonly #widths = newColumn();
  readonly #events = newColumn();
  /** One per fixed component of the layout. */
  readonly columns: ColumnAccess[];
  /** Position of the lengths of each variable component; its states follow them. */
  readonly variableLengths: Int32Array;
  /** What the value lies in, at the positions that are exposed. */
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  rows = 0;
  cutMs = 0;
  qMs = 0;
  goodUntilMs = 0;
  /** Of each fixed component: a bit for each code that its column may have, and its parallel arrays. */
  readonly #codes: Int32Array;
  readonly #arrays: Int32Array;
  #baseMs = 0;
  /** Where the value ends. */
  #end = 0;
  #fromBeginning = false;

  constructor(layout: ViewLayout) {
    this.#layout = layout;
    this.#codes = Int32Array.from(layout.fixed, codesOf);
    this.#arrays = Int32Array.from(layout.fixed, arraysOf);
    this.columns = layout.fixed.map(newColumn);
    this.variableLengths = new Int32Array(layout.variable.length);
  }

  /** Returns false if the value is not one that this version and layout can read. */
  open(bytes: Uint8Array): boolean {
    return this.openAt(placeOf(bytes));
  }

  /** The same of a value that is there. */
  openAt({ bytes, view, from, size }: StoredPlace): boolean {
    if (size < BATCH_HEADER_BYTES || view.getUint8(from) !== BATCH_CODEC) return false;
    this.bytes = bytes;
    this.view = view;
    this.#end = from + size;
    this.#fromBeginning = (view.getUint8(from + 1) & STARTS_AT_BEGINNING) !== 0;
    this.rows = view.getUint32(from + 4, true);
    this.cutMs = view.getFloat64(from + 8, true);
    this.qMs = view.getFloat64(from + 16, true);
    this.goodUntilMs = view.getFloat64(from + 24, true);
    this.#baseMs = view.getFloat64(from + 32, true);
    return (
      isInstant(this.cutMs) &&
      isInstant(this.qMs) &&
      this.#placeColumns(from + BATCH_HEADER_BYTES) === this.#end
    );
  }

  /** Returns the position after the last column, or −1. */
  #placeColumns(from: number): number {
    const { fixed, variable } = this.#layout;
    let at = this.#place(from, this.#starts, SECONDS, 1);
    at = this.#place(at, this.#widths, SECONDS, 1);
    at = this.#place(at, this.#events, COUNTS, 1);
    for (let i = 0; i < fixed.length && at >= 0; i++)
      at = this.#place(
        at,
        this.columns[i] as ColumnAccess,
        this.#codes[i] as number,
        this.#arrays[i] as number,
      );
    for (let i = 0; i < variable.length && at >= 0; i++) at = this.#placeVariable(at, i);
    return at;
  }

  /** A column of `arrays` parallel arrays (a pair says so itself); returns the position after it, or −1. */
  #place(at: number, column: ColumnAccess, codes: number, arrays: number): number {
    if (at < 0 || at >= this.#end) return -1;
    const code = this.view.getUint8(at) as ColumnCode;
    if (code > COLUMN.pair || (codes & (1 << code)) === 0) return -1;
    const size = code === COLUMN.u16 ? 2 : code === COLUMN.i32 ? 4 : 8;
    column.view = this.view;
    column.code = code;
    column.base = at + 1;
    column.stride = size;
    column.second = this.rows * size;
    column.third = 2 * column.second;
    const end = at + 1 + (code === COLUMN.pair ? 2 : arrays) * this.rows * size;
    return end <= this.#end ? end : -1;
  }

  #placeVariable(at: number, index: number): number {
    if (at >= this.#end || this.view.getUint8(at) !== COLUMN.variable) return -1;
    this.variableLengths[index] = at + 1;
    let end = at + 1 + 4 * this.rows;
    if (end > this.#end) return -1;
    for (let row = 0; row < this.rows; row++) end += this.view.getUint32(at + 1 + 4 * row, true);
    return end <= this.#end ? end : -1;
  }

  /** Start of a segment, ms; −∞ for the one from the beginning. */
  startOf(row: number): number {
    if (row === 0 && this.#fromBeginning) return Number.NEGATIVE_INFINITY;
    return this.#baseMs + this.view.getUint32(this.#starts.base + 4 * row, true) * SECOND_MS;
  }

  endOf(row: number): number {
    const seconds =
      this.view.getUint32(this.#starts.base + 4 * row, true) +
      this.view.getUint32(this.#widths.base + 4 * row, true);
    return this.#baseMs + seconds * SECOND_MS;
  }

  eventsOf(row: number): number {
    return readCount(this.#events, row);
  }
}

const SECONDS = 1 << COLUMN.i32;
const COUNTS = (1 << COLUMN.u16) | (1 << COLUMN.i32) | (1 << COLUMN.f64);

/** The codes that the column of a component may have, as bits. */
function codesOf({ kind, lane }: FixedComponent): number {
  const value = lane.cell === 'int64' ? 1 << COLUMN.i64 : 1 << COLUMN.f64;
  switch (kind) {
    case 'count':
      return COUNTS;
    case 'sum':
      return (1 << COLUMN.i32) | (1 << COLUMN.f64) | (1 << COLUMN.pair);
    case 'min':
    case 'max':
      return lane.inputType === 'int32' ? value | (1 << COLUMN.i32) : value;
    case 'first':
    case 'last':
      return value;
    case 'moments':
    case 'skew':
    case 'max_time':
    case 'decayed_sum':
    case 'decayed_count':
      return 1 << COLUMN.f64;
  }
}

/** Parallel arrays of a batch column; the pair code of a sum counts itself. */
export function arraysOf(component: FixedComponent): number {
  return ARRAYS[component.kind];
}

const ARRAYS: Readonly<Record<FixedKind, number>> = {
  count: 1,
  sum: 1,
  min: 1,
  max: 1,
  moments: 2,
  skew: 3,
  first: 3,
  last: 3,
  max_time: 1,
  decayed_sum: 2,
  decayed_count: 2,
};
