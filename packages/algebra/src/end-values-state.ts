import { ForebayError, type Hash64 } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import { compareWords, int64High, int64Low, joinInt64, writeInt64 } from './fixed-cells';
import type { CellType } from './lanes';
import { LastView } from './last-view';
import { viewOf } from './stream-tail';
import { compareBytes } from './string-end-state';
import { Utf8Scratch } from './utf8-scratch';
import type { VariableState } from './variable-state';

/** Of an entry: f64 time, u64 tie. */
const ENTRY_HEADER_BYTES = 16;
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const text = new Utf8Scratch();

/**
 * The n first (sign −1) or last (sign 1) values by (event time, tie, value), from that end on. Encoded: for each f64 time,
 * u64 tie, then 8 bytes of a float64 or int64, or u32 length and UTF-8 bytes. What is held is encoded, too.
 */
export class EndValuesState implements VariableState {
  readonly #sign: 1 | -1;
  readonly #n: number;
  readonly #cell: CellType;
  readonly #views = new LastView();
  #held: Uint8Array = new Uint8Array(256);
  #view: DataView = viewOf(this.#held);
  #size = 0;
  #count = 0;
  /** Where the entry stands that would have to go first. */
  #last = 0;
  /** Memory of the same kind, that the next merge is written to. */
  #spare: Uint8Array = new Uint8Array(256);
  #spareView: DataView = viewOf(this.#spare);

  constructor(sign: 1 | -1, n: number, cell: CellType) {
    this.#sign = sign;
    this.#n = n;
    this.#cell = cell;
  }

  reset(): void {
    this.#size = 0;
    this.#count = 0;
  }

  absorb(bytes: Uint8Array, from: number, size: number): void {
    if (size === 0) return;
    const view = this.#views.of(bytes);
    // the best of the others is not good enough
    if (
      this.#count === this.#n &&
      this.#sign * (view.getFloat64(from, true) - this.#view.getFloat64(this.#last, true)) < 0
    )
      return;
    this.#merge(bytes, view, from, from + size);
  }

  /** Two lists in order become one, of n entries at most. */
  #merge(bytes: Uint8Array, view: DataView, from: number, end: number): void {
    this.#reserve(this.#size + end - from);
    const merged = this.#spare;
    const mergedView = this.#spareView;
    let mine = 0;
    let other = from;
    let size = 0;
    let count = 0;
    for (; count < this.#n && (mine < this.#size || other < end); count++) {
      this.#last = size;
      if (other >= end || (mine < this.#size && this.#order(this.#view, mine, view, other) >= 0)) {
        const next = mine + this.#entrySize(this.#view, mine, this.#size);
        while (mine < next) merged[size++] = this.#held[mine++] as number;
      } else {
        const next = other + this.#entrySize(view, other, end);
        while (other < next) merged[size++] = bytes[other++] as number;
      }
    }
    this.#spare = this.#held;
    this.#spareView = this.#view;
    this.#held = merged;
    this.#view = mergedView;
    this.#size = size;
    this.#count = count;
  }

  #reserve(size: number): void {
    if (this.#spare.length >= size) return;
    this.#spare = new Uint8Array(2 * size);
    this.#spareView = viewOf(this.#spare);
  }

  #entrySize(view: DataView, at: number, end: number): number {
    const size =
      this.#cell === 'string'
        ? ENTRY_HEADER_BYTES + 4 + view.getUint32(at + ENTRY_HEADER_BYTES, true)
        : ENTRY_HEADER_BYTES + 8;
    if (at + size > end)
      throw new ForebayError(
        'corrupt_data',
        `a state of first or last values ends inside an entry at byte ${at}`,
      );
    return size;
  }

  /** Positive: the entry at a comes before that at b. */
  #order(viewA: DataView, a: number, viewB: DataView, b: number): number {
    return (
      this.#sign *
      (viewA.getFloat64(a, true) - viewB.getFloat64(b, true) ||
        compareWords(
          viewA.getUint32(a + 12, true),
          viewA.getUint32(a + 8, true),
          viewB.getUint32(b + 12, true),
          viewB.getUint32(b + 8, true),
        ) ||
        this.#compareValues(viewA, a + ENTRY_HEADER_BYTES, viewB, b + ENTRY_HEADER_BYTES))
    );
  }

  #compareValues(viewA: DataView, a: number, viewB: DataView, b: number): number {
    if (this.#cell === 'float64') return viewA.getFloat64(a, true) - viewB.getFloat64(b, true);
    if (this.#cell === 'int64')
      return compareWords(
        viewA.getInt32(a + 4, true),
        viewA.getUint32(a, true),
        viewB.getInt32(b + 4, true),
        viewB.getUint32(b, true),
      );
    return compareBytes(textAt(viewA, a), textAt(viewB, b));
  }

  add(value: Value, eventTimeMs: number, tie: Hash64): void {
    const entry = this.#insert(new Uint8Array(0), 0, 0, value, eventTimeMs, tie);
    this.absorb(entry, 0, entry.length);
  }

  addTo(held: Uint8Array, value: Value, eventTimeMs: number, tie: Hash64): Uint8Array {
    const view = viewOf(held);
    let place = -1;
    let count = 0;
    let last = 0;
    for (let at = 0; at < held.length; count++) {
      if (place < 0) {
        const order =
          eventTimeMs - view.getFloat64(at, true) ||
          compareWords(tie.high, tie.low, view.getUint32(at + 12, true), view.getUint32(at + 8, true));
        // of one event time and tie the value decides
        if (order === 0) return this.#addDecoded(held, value, eventTimeMs, tie);
        if (this.#sign * order > 0) place = at;
      }
      last = at;
      at += this.#entrySize(view, at, held.length);
    }
    if (place < 0 && count === this.#n) return held;
    const end = count === this.#n ? last : held.length;
    return this.#insert(held, place < 0 ? held.length : place, end, value, eventTimeMs, tie);
  }

  #addDecoded(held: Uint8Array, value: Value, eventTimeMs: number, tie: Hash64): Uint8Array {
    this.reset();
    this.absorb(held, 0, held.length);
    this.add(value, eventTimeMs, tie);
    return this.encode();
  }

  /** Puts an entry at `place`, and keeps what lies before `end`. */
  #insert(
    held: Uint8Array,
    place: number,
    end: number,
    value: Value,
    eventTimeMs: number,
    tie: Hash64,
  ): Uint8Array {
    const length = this.#cell === 'string' ? 4 + text.write(value as string) : 8;
    const size = ENTRY_HEADER_BYTES + length;
    const bytes = end + size === held.length ? held : new Uint8Array(end + size);
    if (bytes !== held) bytes.set(held.subarray(0, place));
    bytes.set(held.subarray(place, end), place + size);
    const view = viewOf(bytes);
    view.setFloat64(place, eventTimeMs, true);
    view.setUint32(place + 8, tie.low, true);
    view.setUint32(place + 12, tie.high, true);
    const at = place + ENTRY_HEADER_BYTES;
    if (this.#cell === 'string') {
      view.setUint32(at, length - 4, true);
      for (let i = 0; i < length - 4; i++) bytes[at + 4 + i] = text.bytes[i] as number;
    } else if (this.#cell === 'int64') {
      writeInt64(view, at, int64High(value as number | bigint), int64Low(value as number | bigint));
    } else {
      view.setFloat64(at, Number(value) + 0, true);
    }
    return bytes;
  }

  encode(): Uint8Array {
    return this.#held.slice(0, this.#size);
  }

  result(): (number | bigint | string)[] {
    const values: (number | bigint | string)[] = [];
    for (let at = 0; at < this.#size; at += this.#entrySize(this.#view, at, this.#size))
      values.push(this.#valueAt(at + ENTRY_HEADER_BYTES));
    return values;
  }

  #valueAt(at: number): number | bigint | string {
    if (this.#cell === 'string') return decoder.decode(textAt(this.#view, at));
    return this.#cell === 'int64'
      ? joinInt64(this.#view.getInt32(at + 4, true), this.#view.getUint32(at, true))
      : this.#view.getFloat64(at, true);
  }
}

/** The UTF-8 bytes of a string that stands there with its length. */
function textAt(view: DataView, at: number): Uint8Array {
  return new Uint8Array(view.buffer, view.byteOffset + at + 4, view.getUint32(at, true));
}
