import { ForebayError, type Hash64, xxHash64Into } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import { compareWords, int64High, int64Low, writeInt64 } from './fixed-cells';
import { HashSet } from './hash-set';
import { addHash, REGISTERS, Registers } from './hyperloglog';
import { LastView } from './last-view';
import { viewOf } from './stream-tail';
import { Utf8Scratch } from './utf8-scratch';
import type { VariableState } from './variable-state';

const HASH_BYTES = 8;
export const DISTINCT_MODE = { set: 0, registers: 1 } as const;

const text = new Utf8Scratch();
const integerBytes = new Uint8Array(8);
const integerView = new DataView(integerBytes.buffer);

/** The hash of a value for distinct counts: see docs/CODEC.md. Writes into `out`. */
export function hashValue(value: string | number | bigint | boolean, out: Hash64): void {
  if (typeof value === 'string') {
    const size = text.write(value);
    xxHash64Into(text.bytes, 0, size, out);
    return;
  }
  const integer = typeof value === 'boolean' ? Number(value) : value;
  writeInt64(integerView, 0, int64High(integer), int64Low(integer));
  xxHash64Into(integerBytes, 0, 8, out);
}

/**
 * Distinct values: an exact, sorted set of at most `exact` hashes, beyond it HyperLogLog registers made from them.
 * The state is a function of the set of values alone, so no order of adding or merging shows in it.
 */
export class DistinctState implements VariableState {
  readonly #exact: number;
  readonly #hash: Hash64 = { high: 0, low: 0 };
  readonly #views = new LastView();
  readonly #set: HashSet;
  readonly #registers = new Registers();
  #inRegisters = false;

  constructor(exact: number) {
    this.#exact = exact;
    this.#set = new HashSet(exact + 1);
  }

  reset(): void {
    this.#set.clear();
    this.#inRegisters = false;
  }

  absorb(bytes: Uint8Array, from: number, size: number): void {
    if (size === 0) return;
    const view = this.#views.of(bytes);
    if (bytes[from] === DISTINCT_MODE.registers) {
      if (size !== 1 + REGISTERS)
        throw new ForebayError('corrupt_data', `registers of a distinct count are ${size} bytes`);
      this.#toRegisters();
      this.#registers.absorb(view, from + 1);
      return;
    }
    const end = from + size;
    for (let at = from + 1; at < end; at += HASH_BYTES)
      this.#addHash(view.getInt32(at + 4, true), view.getInt32(at, true));
  }

  add(value: Value): void {
    hashValue(value as string | number | bigint | boolean, this.#hash);
    this.#addHash(this.#hash.high | 0, this.#hash.low | 0);
  }

  addTo(held: Uint8Array, value: Value, _eventTimeMs: number, _tie: Hash64): Uint8Array {
    hashValue(value as string | number | bigint | boolean, this.#hash);
    const { high, low } = this.#hash;
    if (held[0] === DISTINCT_MODE.registers) {
      addHash(held.subarray(1), high, low);
      return held;
    }
    const size = held.length === 0 ? 0 : (held.length - 1) / HASH_BYTES;
    const at = placeOf(held, size, high, low);
    if (at < 0) return held;
    if (size < this.#exact) return insertHash(held, at, high, low);
    this.reset();
    this.absorb(held, 0, held.length);
    this.#addHash(high | 0, low | 0);
    return this.encode();
  }

  /** Words are signed. */
  #addHash(high: number, low: number): void {
    if (this.#inRegisters) {
      this.#registers.add(high, low);
      return;
    }
    this.#set.add(high, low);
    if (this.#set.size > this.#exact) this.#toRegisters();
  }

  #toRegisters(): void {
    if (this.#inRegisters) return;
    const { size, highs, lows } = this.#set;
    this.#registers.clear();
    for (let i = 0; i < size; i++) this.#registers.add(highs[i] as number, lows[i] as number);
    this.#set.clear();
    this.#inRegisters = true;
  }

  encode(): Uint8Array {
    if (this.#inRegisters) {
      const bytes = new Uint8Array(1 + REGISTERS);
      bytes[0] = DISTINCT_MODE.registers;
      bytes.set(this.#registers.bytes, 1);
      return bytes;
    }
    const { size } = this.#set;
    if (size === 0) return new Uint8Array(0);
    const bytes = new Uint8Array(1 + HASH_BYTES * size);
    this.#set.write(viewOf(bytes), 1);
    return bytes;
  }

  get isExact(): boolean {
    return !this.#inRegisters;
  }

  result(): number {
    return this.#inRegisters ? this.#registers.estimate() : this.#set.size;
  }
}

/** Where a hash belongs in an encoded set of `size` hashes; −1: it is there. */
function placeOf(set: Uint8Array, size: number, high: number, low: number): number {
  const view = new DataView(set.buffer, set.byteOffset, set.byteLength);
  let lower = 0;
  let upper = size;
  while (lower < upper) {
    const middle = (lower + upper) >>> 1;
    const at = 1 + HASH_BYTES * middle;
    const order = compareWords(high, low, view.getUint32(at + 4, true), view.getUint32(at, true));
    if (order === 0) return -1;
    if (order > 0) lower = middle + 1;
    else upper = middle;
  }
  return lower;
}

function insertHash(set: Uint8Array, place: number, high: number, low: number): Uint8Array {
  const at = 1 + HASH_BYTES * place;
  const bytes = new Uint8Array(Math.max(1, set.length) + HASH_BYTES);
  bytes.set(set.subarray(0, at));
  bytes.set(set.subarray(at), at + HASH_BYTES);
  const view = new DataView(bytes.buffer);
  view.setUint32(at, low, true);
  view.setUint32(at + 4, high, true);
  return bytes;
}
