/** Sums of doubles, and counts, by a key of bytes: in memory of its own, in the order of the keys. */
import { addToPairs } from './exact-sum';

const INITIAL_ENTRIES = 16;
const INITIAL_KEY_BYTES = 256;

/** An entry keeps its number when others come; its rank is its place in the order of the keys' bytes. */
export class CategoryTable {
  size = 0;
  keys: Uint8Array = new Uint8Array(INITIAL_KEY_BYTES);
  #keysEnd = 0;
  #order = new Int32Array(INITIAL_ENTRIES);
  /** Of each entry: where its key stands in `keys`. */
  #offsets = new Int32Array(INITIAL_ENTRIES);
  #lengths = new Int32Array(INITIAL_ENTRIES);
  counts = new Float64Array(INITIAL_ENTRIES);
  /** Sums as pairs (see exact-sum). */
  highs = new Float64Array(INITIAL_ENTRIES);
  lows = new Float64Array(INITIAL_ENTRIES);

  clear(): void {
    this.size = 0;
    this.#keysEnd = 0;
  }

  entryAt(rank: number): number {
    return this.#order[rank] as number;
  }

  keyOffset(entry: number): number {
    return this.#offsets[entry] as number;
  }

  keyLength(entry: number): number {
    return this.#lengths[entry] as number;
  }

  /** The rank of a key that lies at or after the rank `from`, or where it would be: then `holds` is false. */
  rankOf(bytes: Uint8Array, at: number, length: number, from: number): number {
    // neighbouring segments mostly have the same keys
    if (from >= this.size || this.#compare(from, bytes, at, length) >= 0) return from;
    let lower = from + 1;
    let upper = this.size;
    while (lower < upper) {
      const middle = (lower + upper) >>> 1;
      if (this.#compare(middle, bytes, at, length) < 0) lower = middle + 1;
      else upper = middle;
    }
    return lower;
  }

  holds(rank: number, bytes: Uint8Array, at: number, length: number): boolean {
    return rank < this.size && this.#compare(rank, bytes, at, length) === 0;
  }

  #compare(rank: number, bytes: Uint8Array, at: number, length: number): number {
    const entry = this.#order[rank] as number;
    const { keys } = this;
    const offset = this.#offsets[entry] as number;
    const own = this.#lengths[entry] as number;
    const shared = Math.min(own, length);
    for (let i = 0; i < shared; i++) {
      const difference = (keys[offset + i] as number) - (bytes[at + i] as number);
      if (difference !== 0) return difference;
    }
    return own - length;
  }

  /** A new entry for the key, with count and sum 0; returns its number. */
  insert(rank: number, bytes: Uint8Array, at: number, length: number): number {
    const entry = this.size;
    if (entry === this.#order.length) this.#growEntries();
    if (this.#keysEnd + length > this.keys.length) this.#growKeys(this.#keysEnd + length);
    this.#order.copyWithin(rank + 1, rank, entry);
    this.#order[rank] = entry;
    this.#offsets[entry] = this.#keysEnd;
    this.#lengths[entry] = length;
    for (let i = 0; i < length; i++) this.keys[this.#keysEnd + i] = bytes[at + i] as number;
    this.#keysEnd += length;
    this.counts[entry] = 0;
    this.highs[entry] = 0;
    this.lows[entry] = 0;
    this.size++;
    return entry;
  }

  /** Adds a pair; the first one stays as it is, so that states come back from their bytes. */
  addPair(entry: number, high: number, low: number): void {
    if (this.counts[entry] === 0) {
      this.highs[entry] = high;
      this.lows[entry] = low;
      return;
    }
    addToPairs(this.highs, this.lows, entry, high);
    if (low !== 0) addToPairs(this.highs, this.lows, entry, low);
  }

  #growEntries(): void {
    this.#order = grownInt32(this.#order);
    this.#offsets = grownInt32(this.#offsets);
    this.#lengths = grownInt32(this.#lengths);
    this.counts = grownFloat64(this.counts);
    this.highs = grownFloat64(this.highs);
    this.lows = grownFloat64(this.lows);
  }

  #growKeys(needed: number): void {
    const grown = new Uint8Array(2 * needed);
    grown.set(this.keys.subarray(0, this.#keysEnd));
    this.keys = grown;
  }
}

function grownInt32(array: Int32Array<ArrayBuffer>): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(2 * array.length);
  grown.set(array);
  return grown;
}

function grownFloat64(array: Float64Array<ArrayBuffer>): Float64Array<ArrayBuffer> {
  const grown = new Float64Array(2 * array.length);
  grown.set(array);
  return grown;
}
