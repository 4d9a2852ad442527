/** Tiles of one width with the fixed states of their events, in time order, in memory that is used again for entity after entity. */
import type { LaneInputs, SlotAlgebra } from '@forebay/algebra';
import type { Hash64 } from '@forebay/contract';

const FIRST_CAPACITY = 64;

/** Rows `[head, tail)` hold the tiles that are there; a tile without events is not. */
export class SlotLevel {
  readonly widthMs: number;
  /** Numbers of a tile. */
  readonly stride: number;
  starts = new Float64Array(FIRST_CAPACITY);
  slots: Float64Array;
  head = 0;
  tail = 0;
  readonly #algebra: SlotAlgebra;
  /** The start of the last tile. */
  #newestMs = Number.NEGATIVE_INFINITY;
  /** Tiles that begin before it were given up. */
  #fromMs = Number.NEGATIVE_INFINITY;
  /** The owner looks for tiles to give up when there are so many. */
  #dropAt = FIRST_CAPACITY;

  constructor(algebra: SlotAlgebra, widthMs: number, stride: number) {
    this.#algebra = algebra;
    this.widthMs = widthMs;
    this.stride = stride;
    this.slots = new Float64Array(FIRST_CAPACITY * stride);
  }

  clear(): void {
    this.head = 0;
    this.tail = 0;
    this.#newestMs = Number.NEGATIVE_INFINITY;
    this.#fromMs = Number.NEGATIVE_INFINITY;
    this.#dropAt = FIRST_CAPACITY;
  }

  add(eventTimeMs: number, tie: Hash64, inputs: LaneInputs): void {
    let row = this.tail - 1;
    if (eventTimeMs < this.#newestMs || eventTimeMs >= this.#newestMs + this.widthMs) {
      row = this.#rowOf(Math.floor(eventTimeMs / this.widthMs) * this.widthMs);
      if (row === -1) return;
    }
    this.#algebra.add(this.slots, row * this.stride, inputs, eventTimeMs, tie);
  }

  /** Merges the state of all events of a time that is taken whole or not at all, into the tile where that begins. */
  merge(startMs: number, state: Float64Array): void {
    const row = this.#rowOf(Math.floor(startMs / this.widthMs) * this.widthMs);
    if (row !== -1) this.#algebra.merge(this.slots, row * this.stride, state, 0);
  }

  /** Where the tile is, made if need be; −1: it was given up. */
  #rowOf(startMs: number): number {
    if (startMs < this.#fromMs) return -1;
    if (startMs === this.#newestMs) return this.tail - 1;
    if (startMs > this.#newestMs) {
      if (this.tail === this.starts.length) this.#makeRoom();
      this.#newestMs = startMs;
      return this.#begin(this.tail++, startMs);
    }
    let row = this.find(startMs);
    if (this.starts[row] === startMs) return row;
    if (this.tail === this.starts.length) {
      const behindHead = row - this.head;
      this.#makeRoom();
      row = this.head + behindHead;
    }
    const { stride } = this;
    this.starts.copyWithin(row + 1, row, this.tail);
    this.slots.copyWithin((row + 1) * stride, row * stride, this.tail * stride);
    this.tail++;
    return this.#begin(row, startMs);
  }

  #begin(row: number, startMs: number): number {
    this.starts[row] = startMs;
    this.#algebra.reset(this.slots, row * this.stride);
    return row;
  }

  /** The first row whose tile begins at or after `startMs`. */
  find(startMs: number): number {
    const { starts } = this;
    let lower = this.head;
    let upper = this.tail;
    if (upper === lower || (starts[upper - 1] as number) < startMs) return upper;
    // tiles do not overlap, so no more of them than fit lie from there on
    const most = ((starts[upper - 1] as number) - startMs) / this.widthMs + 1;
    if (upper - most > lower) lower = upper - Math.ceil(most);
    while (lower < upper) {
      const middle = (lower + upper) >>> 1;
      if ((starts[middle] as number) < startMs) lower = middle + 1;
      else upper = middle;
    }
    return lower;
  }

  get isDue(): boolean {
    return this.tail - this.head >= this.#dropAt;
  }

  /** Gives up the tiles that begin before `fromMs`. */
  dropBefore(fromMs: number): void {
    if (fromMs > this.#fromMs) {
      this.head = this.find(fromMs);
      this.#fromMs = fromMs;
    }
    this.#dropAt = Math.max(FIRST_CAPACITY, 2 * (this.tail - this.head));
  }

  /** Moves the tiles to the front, into twice the memory if half of it is in use. */
  #makeRoom(): void {
    const { stride, head, tail } = this;
    if (2 * (tail - head) <= this.starts.length) {
      this.starts.copyWithin(0, head, tail);
      this.slots.copyWithin(0, head * stride, tail * stride);
    } else {
      const starts = new Float64Array(2 * this.starts.length);
      starts.set(this.starts.subarray(head, tail));
      const slots = new Float64Array(2 * this.slots.length);
      slots.set(this.slots.subarray(head * stride, tail * stride));
      this.starts = starts;
      this.slots = slots;
    }
    this.head = 0;
    this.tail = tail - head;
  }
}
