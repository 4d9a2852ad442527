/** The keys of a category state: found by their bytes, numbered as they come. */
import type { ScalarType } from '@forebay/definitions';
import { compareWords, joinInt64, writeInt64 } from './fixed-cells';
import { KeyPlaces } from './key-places';
import { viewOf } from './stream-tail';

/** A key of a map; an integer that is not safe is a bigint. */
export type CategoryKey = string | number | bigint;

/** Owns a copy of what it holds. An entry keeps its number until `clear`. */
export interface CategoryKeys {
  readonly size: number;
  clear(): void;
  /** Of an encoded key: the bytes before it that say how long it is. */
  readonly prefixBytes: number;
  /** The number of the key that stands in `bytes`, of which `view` is one, after its prefix; a new one if it is not held; −1 if `limit` are held. */
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
const WORD_BYTES = 4;
/** Odd numbers whose products spread the bits (the golden ratio's, and one of MurmurHash3's). */
const SPREAD = 0x9e3779b1;
const SPREAD_AGAIN = 0x85ebca6b;

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
    const hash = finished(Math.imul(low ^ Math.imul(high, SPREAD_AGAIN), SPREAD));
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
  #view = viewOf(this.#bytes);
  /** Where the key of each entry ends, and the next one begins. */
  #ends = new Int32Array(INITIAL_KEYS);
  /** What was asked for already, by entry; null: was not. */
  readonly #texts: (string | null)[] = [];

  get size(): number {
    return this.#places.size;
  }

  clear(): void {
    this.#places.clear();
  }

  entryAt(bytes: Uint8Array, view: DataView, at: number, length: number, limit: number): number {
    const hash = hashOfText(view, at, length);
    let entry = this.#places.first(hash);
    while (entry >= 0 && !this.#equals(entry, view, at, length)) entry = this.#places.next();
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
      this.#view = viewOf(this.#bytes);
    }
    for (let i = 0; i < length; i++) this.#bytes[from + i] = bytes[at + i] as number;
    this.#ends[entry] = from + length;
    this.#texts[entry] = null;
  }

  #startOf(entry: number): number {
    return entry === 0 ? 0 : (this.#ends[entry - 1] as number);
  }

  #equals(entry: number, view: DataView, at: number, length: number): boolean {
    const from = this.#startOf(entry);
    if ((this.#ends[entry] as number) - from !== length) return false;
    const own = this.#view;
    const last = length - WORD_BYTES;
    if (last < 0) return shortWord(own, from, length) === shortWord(view, at, length);
    for (let i = 0; i < last; i += WORD_BYTES)
      if (own.getUint32(from + i) !== view.getUint32(at + i)) return false;
    return own.getUint32(from + last) === view.getUint32(at + last);
  }

  keyOf(entry: number): CategoryKey {
    const known = this.#texts[entry];
    if (known) return known;
    const text = decoder.decode(this.#bytes.subarray(this.#startOf(entry), this.#ends[entry] as number));
    this.#texts[entry] = text;
    return text;
  }

  compare(a: number, b: number): number {
    const fromA = this.#startOf(a);
    const fromB = this.#startOf(b);
    const lengthA = (this.#ends[a] as number) - fromA;
    const lengthB = (this.#ends[b] as number) - fromB;
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

/** By words; the last one overlaps the one before where the length is no multiple of a word's. */
function hashOfText(view: DataView, at: number, length: number): number {
  const last = length - WORD_BYTES;
  if (last < 0) return finished(Math.imul(shortWord(view, at, length) ^ length, SPREAD));
  let hash = length;
  for (let i = 0; i < last; i += WORD_BYTES) hash = Math.imul(hash ^ view.getUint32(at + i), SPREAD);
  return finished(Math.imul(hash ^ view.getUint32(at + last), SPREAD_AGAIN));
}

/** Of less than four bytes. */
function shortWord(view: DataView, at: number, length: number): number {
  let word = 0;
  for (let i = 0; i < length; i++) word = (word << 8) | view.getUint8(at + i);
  return word;
}

/** The upper bits of a product are the better ones: brings them down. */
function finished(product: number): number {
  return (product ^ (product >>> 15)) >>> 0;
}
