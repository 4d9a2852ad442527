/** Counts, and sums of doubles, by category. */
import type { ScalarType } from '@forebay/definitions';
import { type CategoryKeys, newCategoryKeys } from './category-keys';
import { addToPairs } from './exact-sum';

const INITIAL_ENTRIES = 16;

/** An entry keeps its number when others come; its order among the keys is found when it is asked for. */
export class CategoryTable {
  readonly keys: CategoryKeys;
  counts = new Float64Array(INITIAL_ENTRIES);
  /** Sums as pairs (see exact-sum). */
  highs = new Float64Array(INITIAL_ENTRIES);
  lows = new Float64Array(INITIAL_ENTRIES);
  /** How many entries were ever begun since `clear`. */
  #begun = 0;
  #order = new Int32Array(INITIAL_ENTRIES);
  /** How many entries are in it. */
  #ordered = 0;

  constructor(keyType: ScalarType) {
    this.keys = newCategoryKeys(keyType);
  }

  get size(): number {
    return this.keys.size;
  }

  clear(): void {
    this.keys.clear();
    this.#begun = 0;
    this.#ordered = 0;
  }

  /** The entry of a key (see CategoryKeys), with count and sum 0 if it is new; −1: there is no room for it. */
  entryAt(bytes: Uint8Array, view: DataView, at: number, length: number, limit: number): number {
    const entry = this.keys.entryAt(bytes, view, at, length, limit);
    if (entry === this.#begun) this.#begin(entry);
    return entry;
  }

  #begin(entry: number): void {
    if (entry === this.counts.length) {
      this.counts = grown(this.counts);
      this.highs = grown(this.highs);
      this.lows = grown(this.lows);
      const order = this.#order;
      this.#order = new Int32Array(2 * entry);
      this.#order.set(order);
    }
    this.counts[entry] = 0;
    this.highs[entry] = 0;
    this.lows[entry] = 0;
    this.#begun++;
  }

  /** Adds a pair; the first one stays as it is, so that states come back from their bytes. Before the count that goes with it. */
  addPair(entry: number, high: number, low: number): void {
    if (this.counts[entry] === 0) {
      this.highs[entry] = high;
      this.lows[entry] = low;
      return;
    }
    addToPairs(this.highs, this.lows, entry, high);
    if (low !== 0) addToPairs(this.highs, this.lows, entry, low);
  }

  /** The entries in the order of their keys, the first `size` of the array. */
  inOrder(): Int32Array {
    const { keys, size } = this;
    if (size - this.#ordered > MANY) {
      const all = Int32Array.from({ length: size }, (_, entry) => entry).sort((a, b) => keys.compare(a, b));
      this.#order.set(all);
    } else {
      for (let entry = this.#ordered; entry < size; entry++) this.#insert(entry);
    }
    this.#ordered = size;
    return this.#order;
  }

  #insert(entry: number): void {
    let lower = 0;
    let upper = entry;
    while (lower < upper) {
      const middle = (lower + upper) >>> 1;
      if (this.keys.compare(this.#order[middle] as number, entry) < 0) lower = middle + 1;
      else upper = middle;
    }
    for (let at = entry; at > lower; at--) this.#order[at] = this.#order[at - 1] as number;
    this.#order[lower] = entry;
  }
}

/** More new entries than this are sorted with all the others. */
const MANY = 100;

function grown(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(2 * array.length);
  larger.set(array);
  return larger;
}
