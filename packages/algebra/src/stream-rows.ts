/** Reading a stream list in place, newest row first. */
import { SECOND_MS } from './clock';
import type { ColumnAccess } from './column-access';
import type { FixedComponent, ViewLayout } from './layout';
import { placeOf, type StoredPlace } from './stored-place';
import { streamColumns } from './stream-columns';
import { INSTANT_ROW, LIFETIME_ROW } from './stream-list-rows';
import { isReadableStream, TAIL_BYTES } from './stream-tail';

const NO_BYTES = new DataView(new ArrayBuffer(0));

/** A cursor over one value after another; what it exposes is valid until the next `open`. */
export class StreamRows {
  readonly #layout: ViewLayout;
  readonly columns: ColumnAccess[];
  #view: DataView = NO_BYTES;
  /** Positions in the view: of the value, and of its tail. */
  #begin = 0;
  #tail = 0;
  rows = 0;
  wMs = Number.NEGATIVE_INFINITY;
  hasOpen = false;
  hasSealed = false;
  /** Rows `[#from, next)` are still to be folded. */
  next = 0;
  #from = 0;

  constructor(layout: ViewLayout) {
    this.#layout = layout;
    this.columns = streamColumns(layout, NO_BYTES);
  }

  /** Returns false if the value is not one that this version and layout can read. */
  open(bytes: Uint8Array): boolean {
    return this.openAt(placeOf(bytes));
  }

  /** The same of a value that is there. */
  openAt({ view, from, size }: StoredPlace): boolean {
    const { rowSize, fixed } = this.#layout;
    if (!isReadableStream(view, from, size, rowSize)) return false;
    const tail = from + size - TAIL_BYTES;
    this.#view = view;
    this.#begin = from;
    this.#tail = tail;
    for (let i = 0; i < fixed.length; i++) {
      const column = this.columns[i] as ColumnAccess;
      column.view = view;
      column.base = from + (fixed[i] as FixedComponent).rowOffset;
    }
    this.wMs = view.getFloat64(tail + 8, true);
    this.rows = view.getUint32(tail + 16, true);
    const flags = view.getUint8(tail + 22);
    this.hasOpen = (flags & 1) !== 0;
    this.hasSealed = (flags & 2) !== 0;
    return true;
  }

  close(): void {
    this.rows = 0;
  }

  /** Leaves out rows before the cut and events at or after t. Returns whether a row straddles the cut. */
  limit(cutMs: number, tMs: number): boolean {
    let to = this.rows;
    while (to > 0 && this.startOf(to - 1) >= tMs) to--;
    this.next = to;
    this.#from = 0;
    if (cutMs === Number.NEGATIVE_INFINITY) return false;
    let from = to;
    while (from > 0 && this.startOf(from - 1) >= cutMs) from--;
    this.#from = from;
    return this.#ordinaryEndBefore(from) > cutMs;
  }

  /** Moves `next` down to the first row that starts at or after `edge`, and returns it. */
  descendTo(edge: number): number {
    let row = this.next;
    while (row > this.#from && this.startOf(row - 1) >= edge) row--;
    this.next = row;
    return row;
  }

  /** Whether a row that is still to come lies across `edge`. */
  straddles(edge: number): boolean {
    return this.next > this.#from && this.#ordinaryEndBefore(this.next) > edge;
  }

  /** End of the last ordinary row before `row`; −∞ without one. Ordinary rows are disjoint, so no earlier one ends later. */
  #ordinaryEndBefore(row: number): number {
    for (let at = row - 1; at >= 0; at--) {
      const width = this.#view.getUint32(this.#begin + at * this.#layout.rowSize + 8, true);
      if (width === LIFETIME_ROW) return Number.NEGATIVE_INFINITY;
      if (width !== INSTANT_ROW) return this.startOf(at) + width * SECOND_MS;
    }
    return Number.NEGATIVE_INFINITY;
  }

  startOf(row: number): number {
    return this.#view.getFloat64(this.#begin + row * this.#layout.rowSize, true);
  }

  /** In seconds, or what stands for the width of an instant or of lifetime (docs/CODEC.md). */
  widthOf(row: number): number {
    return this.#view.getUint32(this.#begin + row * this.#layout.rowSize + 8, true);
  }

  eventsOf(row: number): number {
    return this.#view.getUint32(this.#begin + row * this.#layout.rowSize + 12, true);
  }

  /** End of the newest row with events of those that `limit` left; −∞ without one, and where only the lifetime row is left. */
  newestEventEnd(): number {
    for (let row = this.next - 1; row >= this.#from; row--) {
      if (this.eventsOf(row) === 0) continue;
      const width = this.#view.getUint32(this.#begin + row * this.#layout.rowSize + 8, true);
      if (width === LIFETIME_ROW) return Number.NEGATIVE_INFINITY;
      return this.startOf(row) + (width === INSTANT_ROW ? 1 : width * SECOND_MS);
    }
    return Number.NEGATIVE_INFINITY;
  }

  tokenEquals(part: Uint8Array): boolean {
    const mine = this.#tail;
    const theirs = part.length - TAIL_BYTES;
    for (let i = 0; i < 8; i++) if (this.#view.getUint8(mine + i) !== part[theirs + i]) return false;
    return true;
  }
}
