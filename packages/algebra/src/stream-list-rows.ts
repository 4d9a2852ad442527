/** The rows of a stream list in a writer's memory: the very bytes of the stored value, ascending by (start, width). */
import { SECOND_MS } from '@forebay/contract';
import { writeEmptyRow } from './fixed-cells';
import type { ViewLayout } from './layout';
import { RowMemory, type RowPiece } from './row-memory';
import { FENCE_ENTRY_BYTES, TAIL_BYTES } from './stream-tail';

/** Width of the row of an event that lay in its writer's future: 1 ms; it covers and overlaps nothing. */
export const INSTANT_ROW = 0;
/** Width of the row from −∞ of a lifetime window. */
export const LIFETIME_ROW = 0xffffffff;

/** Behind the rows a write adds this, where one partition contributes. */
const END_BYTES = FENCE_ENTRY_BYTES + TAIL_BYTES;

/** Rows `[at, at + count × rowSize)` of `view`. Where they stand changes when rows are added: take `view` and places anew after any change. */
export class ListRows {
  readonly layout: ViewLayout;
  readonly #memory: RowMemory;
  readonly #headBytes: number;
  #address: number;
  #blockSize: number;
  #piece: RowPiece;
  /** Place of the first row in the piece. */
  at: number;
  count = 0;
  /** First row whose bytes differ from the stored ones; `count` when none does. */
  changedFrom = 0;
  instants = 0;

  /** @param headBytes room before the first row for what goes along with the rows */
  constructor(layout: ViewLayout, memory: RowMemory, rows: number, headBytes = 0) {
    this.layout = layout;
    this.#memory = memory;
    this.#headBytes = headBytes;
    this.#blockSize = memory.sizeFor(headBytes + rows * layout.rowSize + END_BYTES);
    this.#address = memory.take(this.#blockSize);
    this.#piece = memory.pieceOf(this.#address);
    this.at = RowMemory.placeOf(this.#address) + headBytes;
  }

  get bytes(): Uint8Array {
    return this.#piece.bytes;
  }

  get view(): DataView {
    return this.#piece.view;
  }

  /** What they take in memory. */
  get blockSize(): number {
    return this.#blockSize;
  }

  /** Takes a copy of stored rows, which count as unchanged; there is room for them. */
  protected takeRows(stored: Uint8Array, count: number): void {
    const size = count * this.layout.rowSize;
    this.bytes.set(size === stored.length ? stored : stored.subarray(0, size), this.at);
    this.count = count;
    this.changedFrom = count;
    this.#countInstants();
  }

  /** Takes a copy of other rows, which count as changed. */
  replace(bytes: Uint8Array, count: number): void {
    const size = count * this.layout.rowSize;
    this.reserve(size + END_BYTES);
    this.bytes.set(bytes.subarray(0, size), this.at);
    this.count = count;
    this.changedFrom = 0;
    this.#countInstants();
  }

  /** Gives the memory back: the rows must not be used any more. */
  release(): void {
    this.#memory.free(this.#address, this.#blockSize);
  }

  #countInstants(): void {
    this.instants = 0;
    for (let row = 0; row < this.count; row++) if (this.widthOf(row) === INSTANT_ROW) this.instants++;
  }

  /** Bytes that the rows take. */
  get size(): number {
    return this.count * this.layout.rowSize;
  }

  /** Place of a row in `view`. */
  placeOf(row: number): number {
    return this.at + row * this.layout.rowSize;
  }

  startOf(row: number): number {
    return this.#piece.view.getFloat64(this.at + row * this.layout.rowSize, true);
  }

  widthOf(row: number): number {
    return this.#piece.view.getUint32(this.at + row * this.layout.rowSize + 8, true);
  }

  eventsOf(row: number): number {
    return this.#piece.view.getUint32(this.at + row * this.layout.rowSize + 12, true);
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

  insert(row: number, startMs: number, widthSeconds: number): number {
    const { rowSize } = this.layout;
    this.reserve(this.size + rowSize + END_BYTES);
    const place = this.placeOf(row);
    if (row < this.count) this.bytes.copyWithin(place + rowSize, place, this.at + this.size);
    writeEmptyRow(this.view, place, this.layout, startMs, widthSeconds);
    this.count++;
    if (widthSeconds === INSTANT_ROW) this.instants++;
    this.markChanged(row);
    return row;
  }

  /** Makes room for so many bytes from the first row on. */
  reserve(needed: number): void {
    const size = this.#headBytes + needed;
    if (size <= this.#blockSize) return;
    const blockSize = this.#memory.sizeFor(size);
    const address = this.#memory.take(blockSize);
    const piece = this.#memory.pieceOf(address);
    const place = RowMemory.placeOf(address);
    const from = this.at - this.#headBytes;
    const to = this.at + this.size;
    if (piece === this.#piece) piece.bytes.copyWithin(place, from, to);
    else piece.bytes.set(this.bytes.subarray(from, to), place);
    this.release();
    this.#address = address;
    this.#blockSize = blockSize;
    this.#piece = piece;
    this.at = place + this.#headBytes;
  }
}
