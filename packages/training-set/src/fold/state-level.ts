/** Tiles of one width with the states of a component of variable length, in time order. */

const FIRST_CAPACITY = 64;
/** Tiles that may pile up before it is looked which of them are still needed: states are larger than what finding out costs. */
const FIRST_EVICTION = 16;
/** Of no events. */
export const NO_STATE = new Uint8Array(0);

/** Rows `[head, tail)` hold the tiles that are there; a tile without events is not. */
export class StateLevel {
  readonly widthMs: number;
  starts = new Float64Array(FIRST_CAPACITY);
  /** By row. */
  readonly states: Uint8Array[] = [];
  head = 0;
  tail = 0;
  /** Tiles that begin before it were given up; −∞: none was. */
  fromMs = Number.NEGATIVE_INFINITY;
  /** Of wider tiles: they are made of narrower ones up to here, and not yet beyond. */
  builtMs = Number.NEGATIVE_INFINITY;
  /** The owner looks for tiles to give up when there are so many. */
  evictAt = FIRST_EVICTION;

  constructor(widthMs: number) {
    this.widthMs = widthMs;
  }

  clear(): void {
    this.head = 0;
    this.tail = 0;
    this.fromMs = Number.NEGATIVE_INFINITY;
    this.builtMs = Number.NEGATIVE_INFINITY;
    this.evictAt = FIRST_EVICTION;
  }

  /** The first row whose tile begins at or after `startMs`. */
  find(startMs: number): number {
    const { starts } = this;
    let lower = this.head;
    let upper = this.tail;
    if (upper > lower) {
      // tiles do not overlap, so no more of them than fit lie from there on
      const most = ((starts[upper - 1] as number) - startMs) / this.widthMs + 1;
      if (most <= 0) return upper;
      if (upper - most > lower) lower = upper - Math.ceil(most);
    }
    while (lower < upper) {
      const middle = (lower + upper) >>> 1;
      if ((starts[middle] as number) < startMs) lower = middle + 1;
      else upper = middle;
    }
    return lower;
  }

  /** An empty tile behind all others; returns its row. */
  append(startMs: number): number {
    if (this.tail === this.starts.length) this.#makeRoom();
    this.#writeEmpty(this.tail, startMs);
    return this.tail++;
  }

  /** An empty tile at `row`, before those that stand there. */
  insert(row: number, startMs: number): number {
    if (this.tail === this.starts.length) {
      const at = row - this.head;
      this.#makeRoom();
      row = this.head + at;
    }
    this.starts.copyWithin(row + 1, row, this.tail);
    this.states.splice(row, 0, NO_STATE);
    this.#writeEmpty(row, startMs);
    this.tail++;
    return row;
  }

  /** Gives up the tiles that begin before `fromMs`. */
  dropBefore(fromMs: number): void {
    if (fromMs <= this.fromMs) return;
    this.head = this.find(fromMs);
    this.fromMs = fromMs;
  }

  #writeEmpty(row: number, startMs: number): void {
    this.starts[row] = startMs;
    this.states[row] = NO_STATE;
  }

  /** Moves the rows to the front, into twice the memory if half of it is in use. */
  #makeRoom(): void {
    const rows = this.tail - this.head;
    if (2 * rows <= this.starts.length) this.starts.copyWithin(0, this.head, this.tail);
    else {
      const starts = new Float64Array(2 * this.starts.length);
      starts.set(this.starts.subarray(this.head, this.tail));
      this.starts = starts;
    }
    this.states.splice(0, this.head);
    this.head = 0;
    this.tail = rows;
  }
}
