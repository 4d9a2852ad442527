import { ForebayError, type Hash64 } from '@forebay/contract';
import type { ScalarType } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import type { CategoryKey } from './category-keys';
import { CategoryTable } from './category-table';
import { addToPair, MAX_EXACT_SUM, numberOf, restOf } from './exact-sum';
import { int64High, int64Low, writeInt64 } from './fixed-cells';
import { LastView } from './last-view';
import { viewOf } from './stream-tail';
import { Utf8Scratch } from './utf8-scratch';
import type { VariableState } from './variable-state';

export const CATEGORY_MODE = { map: 0, overflow: 1 } as const;

const INTEGER_BYTES = 8;
const text = new Utf8Scratch();
const integer = new Uint8Array(INTEGER_BYTES);
const integerView = viewOf(integer);

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
  readonly #table: CategoryTable;
  readonly #views = new LastView();
  readonly #scratchViews = new LastView();
  #overflow = false;

  constructor(maxKeys: number, keyType: ScalarType, sums: boolean) {
    this.#maxKeys = maxKeys;
    this.#texts = keyType === 'string';
    this.#table = new CategoryTable(keyType);
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
    const table = this.#table;
    const { prefixBytes } = table.keys;
    const view = this.#views.of(bytes);
    const end = from + size;
    for (let at = from + 1; at < end; ) {
      const length = this.#texts ? view.getUint32(at, true) : INTEGER_BYTES;
      const payload = at + prefixBytes + length;
      if (payload + this.#payload > end)
        throw new ForebayError('corrupt_data', `a category state of ${size} bytes ends inside an entry`);
      const entry = table.entryAt(bytes, view, at + prefixBytes, length, this.#maxKeys);
      if (entry < 0) {
        this.#overflow = true;
        return;
      }
      if (this.#sums)
        table.addPair(entry, view.getFloat64(payload + 8, true), view.getFloat64(payload + 16, true));
      table.counts[entry] = (table.counts[entry] as number) + view.getFloat64(payload, true);
      at = payload + this.#payload;
    }
  }

  add(value: Value, _eventTimeMs: number, _tie: Hash64, category: Value): void {
    if (this.#overflow) return;
    const table = this.#table;
    const length = this.#writeKey(this.#sums ? category : value);
    const scratch = this.#texts ? text.bytes : integer;
    const entry = table.entryAt(scratch, this.#scratchViews.of(scratch), 0, length, this.#maxKeys);
    if (entry < 0) {
      this.#overflow = true;
      return;
    }
    if (this.#sums) table.addPair(entry, numberOf(value), 0);
    table.counts[entry] = (table.counts[entry] as number) + 1;
    if (this.#sums && restOf(value) !== 0) table.addPair(entry, restOf(value), 0);
  }

  /** Into the scratch of its type; returns the length. */
  #writeKey(key: Value): number {
    if (this.#texts) return text.write(key as string);
    const number = typeof key === 'boolean' ? Number(key) : (key as number | bigint);
    writeInt64(integerView, 0, int64High(number), int64Low(number));
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
    let size = 1;
    for (let entry = 0; entry < table.size; entry++) size += table.keys.encodedSize(entry) + this.#payload;
    const bytes = new Uint8Array(size);
    const view = viewOf(bytes);
    const order = table.inOrder();
    let at = 1;
    for (let rank = 0; rank < table.size; rank++) {
      const entry = order[rank] as number;
      at = table.keys.write(entry, bytes, view, at);
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
    const { keys, size } = this.#table;
    const order = this.#table.inOrder();
    for (let rank = 0; rank < size; rank++) {
      const entry = order[rank] as number;
      const number = numberOfEntry(entry);
      if (Number.isFinite(number)) map.set(keys.keyOf(entry), number + 0);
    }
    return map;
  }

  /** The k keys with the largest counts, the largest first; of equal ones the smaller key first. */
  top(k: number): CategoryKey[] {
    const { counts, keys, size } = this.#table;
    const before = (a: number, b: number) =>
      (counts[a] as number) - (counts[b] as number) || keys.compare(b, a);
    const best: number[] = [];
    for (let entry = 0; entry < size; entry++) {
      if (best.length === k && before(entry, best[k - 1] as number) < 0) continue;
      let place = Math.min(best.length, k - 1);
      for (; place > 0 && before(entry, best[place - 1] as number) > 0; place--)
        best[place] = best[place - 1] as number;
      best[place] = entry;
    }
    return best.map((entry) => keys.keyOf(entry));
  }
}

function textEquals(bytes: Uint8Array, at: number, length: number): boolean {
  for (let i = 0; i < length; i++) if (bytes[at + i] !== text.bytes[i]) return false;
  return true;
}
