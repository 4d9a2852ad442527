import { ForebayError, type Hash64 } from '@forebay/contract';
import type { ScalarType } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { CategoryTable } from './category-table';
import { addToPair, MAX_EXACT_SUM, numberOf, restOf } from './exact-sum';
import { int64High, int64Low, joinInt64 } from './fixed-cells';
import { LastView } from './last-view';
import { viewOf } from './stream-tail';
import { Utf8Scratch } from './utf8-scratch';
import type { VariableState } from './variable-state';

export const CATEGORY_MODE = { map: 0, overflow: 1 } as const;

const INTEGER_BYTES = 8;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const text = new Utf8Scratch();
const integer = new Uint8Array(INTEGER_BYTES);

/** A key of a map; an integer that is not safe is a bigint. */
export type CategoryKey = string | number | bigint;

/**
 * Counts, and with `sums` sums, by category. Encoded: u8 mode; mode 0: entries ascending by key: the key (i64, or u32
 * length and UTF-8 bytes), f64 count, with sums f64 high and low; mode 1: more than `maxKeys` keys, of which nothing is
 * known, and which absorbs all.
 */
export class CategoryState implements VariableState {
  readonly #maxKeys: number;
  readonly #texts: boolean;
  readonly #sums: boolean;
  readonly #payload: number;
  readonly #table = new CategoryTable();
  readonly #views = new LastView();
  #overflow = false;

  constructor(maxKeys: number, keyType: ScalarType, sums: boolean) {
    this.#maxKeys = maxKeys;
    this.#texts = keyType === 'string';
    this.#sums = sums;
    this.#payload = sums ? 24 : 8;
  }

  reset(): void {
    this.#table.clear();
    this.#overflow = false;
  }

  absorb(bytes: Uint8Array, from: number, size: number): void {
    if (size === 0 || this.#overflow) return;
    if (bytes[from] === CATEGORY_MODE.overflow) {
      this.#overflow = true;
      return;
    }
    const view = this.#views.of(bytes);
    const end = from + size;
    let rank = 0;
    for (let at = from + 1; at < end && !this.#overflow; ) {
      const length = this.#texts ? view.getUint32(at, true) : INTEGER_BYTES;
      if (this.#texts) at += 4;
      const payload = at + length;
      if (payload + this.#payload > end)
        throw new ForebayError('corrupt_data', `a category state of ${size} bytes ends inside an entry`);
      if (!this.#texts) orderedInteger(view.getInt32(at + 4, true), view.getUint32(at, true));
      rank = this.#place(this.#texts ? bytes : integer, this.#texts ? at : 0, length, rank);
      if (rank < 0) return;
      const entry = this.#table.entryAt(rank);
      if (this.#sums)
        this.#table.addPair(entry, view.getFloat64(payload + 8, true), view.getFloat64(payload + 16, true));
      this.#table.counts[entry] = (this.#table.counts[entry] as number) + view.getFloat64(payload, true);
      rank++;
      at = payload + this.#payload;
    }
  }

  /** The rank of a key at or after the rank `from`, made if need be; −1: there is no room for it. */
  #place(bytes: Uint8Array, at: number, length: number, from: number): number {
    const table = this.#table;
    const rank = table.rankOf(bytes, at, length, from);
    if (table.holds(rank, bytes, at, length)) return rank;
    if (table.size === this.#maxKeys) {
      this.#overflow = true;
      return -1;
    }
    table.insert(rank, bytes, at, length);
    return rank;
  }

  add(value: Value, _eventTimeMs: number, _tie: Hash64, category: Value): void {
    if (this.#overflow) return;
    const key = this.#sums ? category : value;
    const length = this.#writeKey(key);
    const rank = this.#place(this.#texts ? text.bytes : integer, 0, length, 0);
    if (rank < 0) return;
    const entry = this.#table.entryAt(rank);
    if (this.#sums) {
      this.#table.addPair(entry, numberOf(value), 0);
      this.#table.counts[entry] = (this.#table.counts[entry] as number) + 1;
      if (restOf(value) !== 0) this.#table.addPair(entry, restOf(value), 0);
    } else {
      this.#table.counts[entry] = (this.#table.counts[entry] as number) + 1;
    }
  }

  /** Into the scratch of its type, in the order of bytes; returns the length. */
  #writeKey(key: Value): number {
    if (this.#texts) return text.write(key as string);
    const number = typeof key === 'boolean' ? Number(key) : (key as number | bigint);
    orderedInteger(int64High(number), int64Low(number));
    return INTEGER_BYTES;
  }

  addTo(held: Uint8Array, value: Value, eventTimeMs: number, tie: Hash64, category: Value): Uint8Array {
    if (held[0] === CATEGORY_MODE.overflow) return held;
    const at = this.#payloadIn(held, this.#sums ? category : value);
    if (at < 0) {
      this.reset();
      this.absorb(held, 0, held.length);
      this.add(value, eventTimeMs, tie, category);
      return this.encode();
    }
    const view = this.#views.of(held);
    view.setFloat64(at, view.getFloat64(at, true) + 1, true);
    if (!this.#sums) return held;
    addToPair(view, at + 8, numberOf(value));
    if (restOf(value) !== 0) addToPair(view, at + 8, restOf(value));
    return held;
  }

  /** Where the count of a key stands in encoded bytes; −1 if they do not have the key. */
  #payloadIn(held: Uint8Array, key: Value): number {
    const wanted = this.#writeKey(key);
    const view = this.#views.of(held);
    if (!this.#texts) {
      const number = typeof key === 'boolean' ? Number(key) : (key as number | bigint);
      const [high, low] = [int64High(number), int64Low(number)];
      for (let at = 1; at < held.length; at += INTEGER_BYTES + this.#payload)
        if (view.getUint32(at, true) === low && view.getInt32(at + 4, true) === high)
          return at + INTEGER_BYTES;
      return -1;
    }
    for (let at = 1; at < held.length; ) {
      const length = view.getUint32(at, true);
      if (length === wanted && textEquals(held, at + 4, length)) return at + 4 + length;
      at += 4 + length + this.#payload;
    }
    return -1;
  }

  encode(): Uint8Array {
    const table = this.#table;
    if (this.#overflow) return Uint8Array.of(CATEGORY_MODE.overflow);
    if (table.size === 0) return new Uint8Array(0);
    const prefix = this.#texts ? 4 : 0;
    let size = 1;
    for (let entry = 0; entry < table.size; entry++) size += prefix + table.keyLength(entry) + this.#payload;
    const bytes = new Uint8Array(size);
    const view = viewOf(bytes);
    let at = 1;
    for (let rank = 0; rank < table.size; rank++) {
      const entry = table.entryAt(rank);
      const offset = table.keyOffset(entry);
      const length = table.keyLength(entry);
      if (this.#texts) view.setUint32(at, length, true);
      at += prefix;
      for (let i = 0; i < length; i++)
        bytes[at + i] = this.#texts ? (table.keys[offset + i] as number) : plainByte(table.keys, offset, i);
      at += length;
      view.setFloat64(at, table.counts[entry] as number, true);
      if (this.#sums) {
        view.setFloat64(at + 8, table.highs[entry] as number, true);
        view.setFloat64(at + 16, table.lows[entry] as number, true);
      }
      at += this.#payload;
    }
    return bytes;
  }

  get isOverflown(): boolean {
    return this.#overflow;
  }

  /** Whether a sum is so large that its double does not tell it from its neighbours. */
  get hasInexactSum(): boolean {
    for (let entry = 0; entry < this.#table.size; entry++)
      if (Math.abs(this.#sumOf(entry)) >= MAX_EXACT_SUM) return true;
    return false;
  }

  counts(): Map<CategoryKey, number> {
    return this.#map((entry) => this.#table.counts[entry] as number);
  }

  sums(): Map<CategoryKey, number> {
    return this.#map((entry) => this.#sumOf(entry));
  }

  means(): Map<CategoryKey, number> {
    return this.#map((entry) => this.#sumOf(entry) / (this.#table.counts[entry] as number));
  }

  #sumOf(entry: number): number {
    return (this.#table.highs[entry] as number) + (this.#table.lows[entry] as number);
  }

  /** Ascending by key; a number that is not finite is left out. */
  #map(numberOfEntry: (entry: number) => number): Map<CategoryKey, number> {
    const map = new Map<CategoryKey, number>();
    for (let rank = 0; rank < this.#table.size; rank++) {
      const entry = this.#table.entryAt(rank);
      const number = numberOfEntry(entry);
      if (Number.isFinite(number)) map.set(this.#keyOf(entry), number + 0);
    }
    return map;
  }

  /** The k keys with the largest counts, the largest first; of equal ones the smaller key first. */
  top(k: number): CategoryKey[] {
    const { counts, size } = this.#table;
    const best: number[] = [];
    for (let rank = 0; rank < size; rank++) {
      const entry = this.#table.entryAt(rank);
      const count = counts[entry] as number;
      let place = best.length;
      while (place > 0 && (counts[best[place - 1] as number] as number) < count) place--;
      if (place === k) continue;
      best.splice(place, 0, entry);
      if (best.length > k) best.pop();
    }
    return best.map((entry) => this.#keyOf(entry));
  }

  #keyOf(entry: number): CategoryKey {
    const { keys } = this.#table;
    const offset = this.#table.keyOffset(entry);
    if (this.#texts) return decoder.decode(keys.subarray(offset, offset + this.#table.keyLength(entry)));
    const view = this.#views.of(keys);
    return joinInt64((view.getUint32(offset) ^ SIGN) | 0, view.getUint32(offset + 4));
  }
}

const SIGN = 0x80000000;

/** An int64 as bytes that are in the order of the integers: big-endian, the sign bit flipped. */
function orderedInteger(high: number, low: number): void {
  const flipped = high ^ SIGN;
  integer[0] = flipped >>> 24;
  integer[1] = flipped >>> 16;
  integer[2] = flipped >>> 8;
  integer[3] = flipped;
  integer[4] = low >>> 24;
  integer[5] = low >>> 16;
  integer[6] = low >>> 8;
  integer[7] = low;
}

/** Byte i of the little-endian int64 whose ordered bytes stand at `offset`. */
function plainByte(keys: Uint8Array, offset: number, i: number): number {
  const byte = keys[offset + 7 - i] as number;
  return i === 7 ? byte ^ 0x80 : byte;
}

function textEquals(bytes: Uint8Array, at: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[at + i] !== text.bytes[i]) return false;
  return true;
}
