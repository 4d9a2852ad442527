/** The rows of a stream list in a writer's memory: the very bytes of the stored value, ascending by (start, width). */
import { SECOND_MS } from '@forebay/contract';
import { writeEmptyRow } from './fixed-cells';
import type { ViewLayout } from './layout';
import { viewOf } from './stream-tail';

/** Width of the row of an event that lay in its writer's future: 1 ms; it covers and overlaps nothing. */
export const INSTANT_ROW = 0;
/** Width of the row from −∞ of a lifetime window. */
export const LIFETIME_ROW = 0xffffffff;

const INITIAL_ROWS = 4;

/** Owns `bytes` and `view`, which are replaced when rows are added: take them anew after any change. */
export class ListRows {
  readonly #layout: ViewLayout;
  bytes: Uint8Array;
  view: DataView;
  count = 0;
  /** First row whose bytes differ from the stored ones; `count` when none does. */
  changedFrom = 0;
  instants = 0;

  constructor(layout: ViewLayout) {
    this.#layout = layout;
    this.bytes = new Uint8Array(INITIAL_ROWS * layout.rowSize);
    this.view = viewOf(this.bytes);
  }

  /** Takes a copy of stored rows, which count as unchanged. */
  load(stored: Uint8Array, count: number): void {
    this.reserve(count * this.#layout.rowSize);
    this.bytes.set(stored.subarray(0, count * this.#layout.rowSize));
    this.count = count;
    this.changedFrom = count;
    this.#countInstants();
  }

  /** Takes over the bytes of other rows, which count as changed. */
  replace(bytes: Uint8Array, count: number): void {
    this.bytes = bytes;
    this.view = viewOf(bytes);
    this.count = count;
    this.changedFrom = 0;
    this.#countInstants();
  }

  #countInstants(): void {
    this.instants = 0;
    for (let row = 0; row < this.count; row++) if (this.widthOf(row) === INSTANT_ROW) this.instants++;
  }

  /** Bytes that the rows take. */
  get size(): number {
    return this.count * this.#layout.rowSize;
  }

  startOf(row: number): number {
    return this.view.getFloat64(row * this.#layout.rowSize, true);
  }

  widthOf(row: number): number {
    return this.view.getUint32(row * this.#layout.rowSize + 8, true);
  }

  eventsOf(row: number): number {
    return this.view.getUint32(row * this.#layout.rowSize + 12, true);
  }

  /** Of an ordinary row. */
  endOf(row: number): number {
    return this.startOf(row) + this.widthOf(row) * SECOND_MS;
  }

  markChanged(row: number): void {
    if (row < this.changedFrom) this.changedFrom = row;
  }

  /** A new empty row at its place in the order. */
  insertSorted(startMs: number, widthSeconds: number): number {
    let at = this.count;
    while (
      at > 0 &&
      (this.startOf(at - 1) > startMs ||
        (this.startOf(at - 1) === startMs && this.widthOf(at - 1) > widthSeconds))
    )
      at--;
    return this.insert(at, startMs, widthSeconds);
  }

  insert(at: number, startMs: number, widthSeconds: number): number {
    const { rowSize } = this.#layout;
    this.reserve(this.size + rowSize);
    this.bytes.copyWithin((at + 1) * rowSize, at * rowSize, this.size);
    writeEmptyRow(this.view, at * rowSize, this.#layout, startMs, widthSeconds);
    this.count++;
    if (widthSeconds === INSTANT_ROW) this.instants++;
    this.markChanged(at);
    return at;
  }

  /** Makes room for so many bytes in all. */
  reserve(needed: number): void {
    if (needed <= this.bytes.length) return;
    const grown = new Uint8Array(Math.max(needed, 2 * this.bytes.length));
    grown.set(this.bytes.subarray(0, this.size));
    this.bytes = grown;
    this.view = viewOf(grown);
  }
}
