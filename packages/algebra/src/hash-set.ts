/** A set of 64-bit hashes. */
const HASH_BYTES = 8;
/** Where the lower word of a 64-bit number stands in memory. */
const LOW_WORD = new Uint8Array(Uint32Array.of(1).buffer)[0] === 1 ? 0 : 1;

/**
 * Open addressing: the hashes are spread already. Holds at most as many as it is made for. Words are signed, as those that are
 * not may be numbers on the heap.
 */
export class HashSet {
  size = 0;
  /** Numbers of entries from 1; 0: free. More than twice as many as entries. */
  readonly #table: Uint16Array;
  readonly highs: Int32Array;
  readonly lows: Int32Array;

  constructor(capacity: number) {
    this.#table = new Uint16Array(2 ** Math.ceil(Math.log2(2 * capacity + 1)));
    this.highs = new Int32Array(capacity);
    this.lows = new Int32Array(capacity);
  }

  clear(): void {
    if (this.size === 0) return;
    this.#table.fill(0);
    this.size = 0;
  }

  add(high: number, low: number): void {
    const mask = this.#table.length - 1;
    let place = low & mask;
    for (;;) {
      const entry = (this.#table[place] as number) - 1;
      if (entry < 0) break;
      if (this.lows[entry] === low && this.highs[entry] === high) return;
      place = (place + 1) & mask;
    }
    this.highs[this.size] = high;
    this.lows[this.size] = low;
    this.#table[place] = ++this.size;
  }

  /** Ascending, little-endian, from `at` on. */
  write(view: DataView, at: number): void {
    const sorted = new BigUint64Array(this.size);
    const words = new Uint32Array(sorted.buffer);
    for (let i = 0; i < this.size; i++) {
      words[2 * i + LOW_WORD] = this.lows[i] as number;
      words[2 * i + 1 - LOW_WORD] = this.highs[i] as number;
    }
    sorted.sort();
    for (let i = 0; i < this.size; i++) view.setBigUint64(at + HASH_BYTES * i, sorted[i] as bigint, true);
  }
}
