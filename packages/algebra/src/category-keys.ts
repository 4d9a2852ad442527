/** The keys of a category state: found by their bytes, numbered as they come. */
import type { ScalarType } from '@forebay/definitions';
import { compareWords, joinInt64, writeInt64 } from './fixed-cells';
import { KeyPlaces } from './key-places';

/** A key of a map; an integer that is not safe is a bigint. */
export type CategoryKey = string | number | bigint;

/** Owns a copy of what it holds. An entry keeps its number until `clear`. */
export interface CategoryKeys {
  readonly size: number;
  clear(): void;
  /** Of an encoded key: the bytes before it that say how long it is. */
  readonly prefixBytes: number;
  /** The number of the key that stands in `bytes`, after its prefix; a new one if it is not held; −1 if `limit` are held. */
  entryAt(bytes: Uint8Array, view: DataView, at: number, length: number, limit: number): number;
  keyOf(entry: number): CategoryKey;
  compare(a: number, b: number): number;
  encodedSize(entry: number): number;
  /** Writes prefix and key; returns the position after them. */
  write(entry: number, bytes: Uint8Array, view: DataView, at: number): number;
}

export function newCategoryKeys(type: ScalarType): CategoryKeys {
  return type === 'string' ? new TextKeys() : new IntegerKeys();
}

const INITIAL_KEYS = 16;
const INTEGER_BYTES = 8;
const LENGTH_BYTES = 4;
/** Of the 32-bit FNV-1a hash. */
const [FNV_BASIS, FNV_PRIME] = [0x811c9dc5, 0x01000193];

class IntegerKeys implements CategoryKeys {
  readonly prefixBytes = 0;
  readonly #places = new KeyPlaces();
  #highs = new Int32Array(INITIAL_KEYS);
  #lows = new Uint32Array(INITIAL_KEYS);

  get size(): number {
    return this.#places.size;
  }

  clear(): void {
    this.#places.clear();
  }

  entryAt(_bytes: Uint8Array, view: DataView, at: number, _length: number, limit: number): number {
    const low = view.getUint32(at, true);
    const high = view.getInt32(at + 4, true);
    const hash = Math.imul(low ^ Math.imul(high, FNV_PRIME), 0x9e3779b1) >>> 0;
    let entry = this.#places.first(hash);
    while (entry >= 0 && (this.#lows[entry] !== low || this.#highs[entry] !== high))
      entry = this.#places.next();
    if (entry >= 0 || this.size >= limit) return entry;
    entry = this.#places.add(hash);
    if (entry === this.#lows.length) {
      const [highs, lows] = [this.#highs, this.#lows];
      this.#highs = new Int32Array(2 * entry);
      this.#highs.set(highs);
      this.#lows = new Uint32Array(2 * entry);
      this.#lows.set(lows);
    }
    this.#highs[entry] = high;
    this.#lows[entry] = low;
    return entry;
  }

  keyOf(entry: number): CategoryKey {
    return joinInt64(this.#highs[entry] as number, this.#lows[entry] as number);
  }

  compare(a: number, b: number): number {
    return compareWords(
      this.#highs[a] as number,
      this.#lows[a] as number,
      this.#highs[b] as number,
      this.#lows[b] as number,
    );
  }

  encodedSize(): number {
    return INTEGER_BYTES;
  }

  write(entry: number, _bytes: Uint8Array, view: DataView, at: number): number {
    writeInt64(view, at, this.#highs[entry] as number, this.#lows[entry] as number);
    return at + INTEGER_BYTES;
  }
}

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

class TextKeys implements CategoryKeys {
  readonly prefixBytes = LENGTH_BYTES;
  readonly #places = new KeyPlaces();
  #bytes = new Uint8Array(INITIAL_KEYS * INITIAL_KEYS);
  /** Where the key of each entry ends, and the next one begins. */
  #ends = new Int32Array(INITIAL_KEYS);
  /** What was asked for already, by entry. */
  readonly #texts: string[] = [];

  get size(): number {
    return this.#places.size;
  }

  clear(): void {
    this.#places.clear();
    if (this.#texts.length > 0) this.#texts.length = 0;
  }

  entryAt(bytes: Uint8Array, _view: DataView, at: number, length: number, limit: number): number {
    let hash = FNV_BASIS;
    for (let i = at; i < at + length; i++) hash = Math.imul(hash ^ (bytes[i] as number), FNV_PRIME);
    hash = (hash ^ (hash >>> 15)) >>> 0;
    let entry = this.#places.first(hash);
    while (entry >= 0 && !this.#equals(entry, bytes, at, length)) entry = this.#places.next();
    if (entry >= 0 || this.size >= limit) return entry;
    entry = this.#places.add(hash);
    this.#append(entry, bytes, at, length);
    return entry;
  }

  #append(entry: number, bytes: Uint8Array, at: number, length: number): void {
    const from = this.#startOf(entry);
    if (entry === this.#ends.length) {
      const ends = this.#ends;
      this.#ends = new Int32Array(2 * entry);
      this.#ends.set(ends);
    }
    if (from + length > this.#bytes.length) {
      const held = this.#bytes;
      this.#bytes = new Uint8Array(2 * (from + length));
      this.#bytes.set(held);
    }
    for (let i = 0; i < length; i++) this.#bytes[from + i] = bytes[at + i] as number;
    this.#ends[entry] = from + length;
  }

  #startOf(entry: number): number {
    return entry === 0 ? 0 : (this.#ends[entry - 1] as number);
  }

  #equals(entry: number, bytes: Uint8Array, at: number, length: number): boolean {
    const from = this.#startOf(entry);
    if ((this.#ends[entry] as number) - from !== length) return false;
    for (let i = 0; i < length; i++) if (this.#bytes[from + i] !== bytes[at + i]) return false;
    return true;
  }

  keyOf(entry: number): CategoryKey {
    const known = this.#texts[entry];
    if (known !== undefined) return known;
    const text = decoder.decode(this.#bytes.subarray(this.#startOf(entry), this.#ends[entry] as number));
    this.#texts[entry] = text;
    return text;
  }

  compare(a: number, b: number): number {
    const [fromA, fromB] = [this.#startOf(a), this.#startOf(b)];
    const [lengthA, lengthB] = [(this.#ends[a] as number) - fromA, (this.#ends[b] as number) - fromB];
    const shared = Math.min(lengthA, lengthB);
    for (let i = 0; i < shared; i++) {
      const difference = (this.#bytes[fromA + i] as number) - (this.#bytes[fromB + i] as number);
      if (difference !== 0) return difference;
    }
    return lengthA - lengthB;
  }

  encodedSize(entry: number): number {
    return LENGTH_BYTES + (this.#ends[entry] as number) - this.#startOf(entry);
  }

  write(entry: number, bytes: Uint8Array, view: DataView, at: number): number {
    const from = this.#startOf(entry);
    const length = (this.#ends[entry] as number) - from;
    view.setUint32(at, length, true);
    const to = at + LENGTH_BYTES;
    for (let i = 0; i < length; i++) bytes[to + i] = this.#bytes[from + i] as number;
    return to + length;
  }
}
