import { ForebayError, type Hash64 } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import { compareWords, int64High, int64Low, joinInt64, writeInt64 } from './fixed-cells';
import type { CellType } from './layout';
import { compareBytes } from './string-end-state';
import { Utf8Scratch } from './utf8-scratch';
import type { VariableState } from './variable-state';

interface Entry {
  readonly timeMs: number;
  readonly tieHigh: number;
  readonly tieLow: number;
  /** 8 bytes of a float64 or int64, or a string's UTF-8 bytes. */
  readonly value: Uint8Array;
}

const ENTRY_HEADER_BYTES = 16;
const encoder = new TextEncoder();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });
const text = new Utf8Scratch();

/** The n latest values by (event time, tie, value), newest first. */
export class LastNState implements VariableState {
  readonly #n: number;
  readonly #cell: CellType;
  #entries: Entry[] = [];

  constructor(n: number, cell: CellType) {
    this.#n = n;
    this.#cell = cell;
  }

  reset(): void {
    this.#entries = [];
  }

  absorb(bytes: Uint8Array, from: number, size: number): void {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const end = from + size;
    for (let at = from; at < end; ) {
      const header = at;
      // newest first: none of the rest is new enough either
      if (this.#isFull && view.getFloat64(header, true) < (this.#entries[this.#n - 1] as Entry).timeMs)
        return;
      at += ENTRY_HEADER_BYTES;
      let length = 8;
      if (this.#cell === 'string') {
        length = view.getUint32(at, true);
        at += 4;
      }
      if (at + length > end)
        throw new ForebayError('corrupt_data', `a last_n state of ${size} bytes ends inside an entry`);
      this.#insert({
        timeMs: view.getFloat64(header, true),
        tieLow: view.getUint32(header + 8, true),
        tieHigh: view.getUint32(header + 12, true),
        value: bytes.slice(at, at + length),
      });
      at += length;
    }
  }

  add(value: Value, eventTimeMs: number, tie: Hash64): void {
    this.#insert({
      timeMs: eventTimeMs,
      tieHigh: tie.high,
      tieLow: tie.low,
      value: this.#encodeValue(value),
    });
  }

  addTo(held: Uint8Array, value: Value, eventTimeMs: number, tie: Hash64): Uint8Array {
    const view = new DataView(held.buffer, held.byteOffset, held.byteLength);
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
        if (order > 0) place = at;
      }
      last = at;
      at +=
        this.#cell === 'string'
          ? ENTRY_HEADER_BYTES + 4 + view.getUint32(at + ENTRY_HEADER_BYTES, true)
          : ENTRY_HEADER_BYTES + 8;
    }
    if (place < 0 && count === this.#n) return held;
    return this.#insertEncoded(
      held,
      place < 0 ? held.length : place,
      count === this.#n ? last : held.length,
      value,
      eventTimeMs,
      tie,
    );
  }

  #addDecoded(held: Uint8Array, value: Value, eventTimeMs: number, tie: Hash64): Uint8Array {
    this.reset();
    this.absorb(held, 0, held.length);
    this.add(value, eventTimeMs, tie);
    return this.encode();
  }

  /** Puts an entry at `place`, and keeps what lies before `end`. */
  #insertEncoded(
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
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    view.setFloat64(place, eventTimeMs, true);
    view.setUint32(place + 8, tie.low, true);
    view.setUint32(place + 12, tie.high, true);
    const at = place + ENTRY_HEADER_BYTES;
    if (this.#cell === 'string') {
      view.setUint32(at, length - 4, true);
      for (let i = 0; i < length - 4; i++) bytes[at + 4 + i] = text.bytes[i] as number;
    } else {
      this.#writeNumber(view, at, value);
    }
    return bytes;
  }

  get #isFull(): boolean {
    return this.#entries.length === this.#n;
  }

  #insert(entry: Entry): void {
    const entries = this.#entries;
    let at = entries.length;
    while (at > 0 && this.#compare(entry, entries[at - 1] as Entry) > 0) at--;
    if (at >= this.#n) return;
    entries.splice(at, 0, entry);
    if (entries.length > this.#n) entries.pop();
  }

  #compare(a: Entry, b: Entry): number {
    return (
      a.timeMs - b.timeMs ||
      compareWords(a.tieHigh, a.tieLow, b.tieHigh, b.tieLow) ||
      this.#compareValues(a.value, b.value)
    );
  }

  #compareValues(a: Uint8Array, b: Uint8Array): number {
    if (this.#cell === 'string') return compareBytes(a, b);
    const viewA = new DataView(a.buffer, a.byteOffset, 8);
    const viewB = new DataView(b.buffer, b.byteOffset, 8);
    if (this.#cell === 'float64') return viewA.getFloat64(0, true) - viewB.getFloat64(0, true);
    return compareWords(
      viewA.getInt32(4, true),
      viewA.getUint32(0, true),
      viewB.getInt32(4, true),
      viewB.getUint32(0, true),
    );
  }

  #encodeValue(value: Value): Uint8Array {
    if (this.#cell === 'string') return encoder.encode(value as string);
    const bytes = new Uint8Array(8);
    this.#writeNumber(new DataView(bytes.buffer), 0, value);
    return bytes;
  }

  #writeNumber(view: DataView, at: number, value: Value): void {
    if (this.#cell === 'int64')
      writeInt64(view, at, int64High(value as number | bigint), int64Low(value as number | bigint));
    else view.setFloat64(at, Number(value) || 0, true);
  }

  #decodeValue(bytes: Uint8Array): number | bigint | string {
    if (this.#cell === 'string') return decoder.decode(bytes);
    const view = new DataView(bytes.buffer, bytes.byteOffset, 8);
    return this.#cell === 'int64'
      ? joinInt64(view.getInt32(4, true), view.getUint32(0, true))
      : view.getFloat64(0, true);
  }

  encode(): Uint8Array {
    const prefix = this.#cell === 'string' ? 4 : 0;
    const size = this.#entries.reduce(
      (sum, entry) => sum + ENTRY_HEADER_BYTES + prefix + entry.value.length,
      0,
    );
    const bytes = new Uint8Array(size);
    const view = new DataView(bytes.buffer);
    let at = 0;
    for (const entry of this.#entries) {
      view.setFloat64(at, entry.timeMs, true);
      view.setUint32(at + 8, entry.tieLow, true);
      view.setUint32(at + 12, entry.tieHigh, true);
      at += ENTRY_HEADER_BYTES;
      if (prefix !== 0) view.setUint32(at, entry.value.length, true);
      at += prefix;
      bytes.set(entry.value, at);
      at += entry.value.length;
    }
    return bytes;
  }

  result(): (number | bigint | string)[] {
    return this.#entries.map((entry) => this.#decodeValue(entry.value));
  }
}
