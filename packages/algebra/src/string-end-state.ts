import type { Hash64 } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import { compareWords } from './fixed-cells';
import type { VariableState } from './variable-state';

const HEADER_BYTES = 16;
const encoder = new TextEncoder();
const decoder = new TextDecoder();

/** The first (sign −1) or last (sign 1) string by (event time, tie, bytes). Encoded: f64 time, u64 tie, UTF-8 bytes. */
export class StringEndState implements VariableState {
  readonly #sign: 1 | -1;
  #state: Uint8Array = new Uint8Array(0);

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  reset(): void {
    this.#state = new Uint8Array(0);
  }

  absorb(bytes: Uint8Array, from: number, size: number): void {
    if (size === 0) return;
    const other = bytes.subarray(from, from + size);
    if (this.#state.length === 0 || this.#sign * compareStringEnds(other, this.#state) > 0) this.#state = other.slice();
  }

  add(value: Value, eventTimeMs: number, tie: Hash64): void {
    const text = encoder.encode(value as string);
    const state = new Uint8Array(HEADER_BYTES + text.length);
    const view = new DataView(state.buffer);
    view.setFloat64(0, eventTimeMs, true);
    view.setUint32(8, tie.low, true);
    view.setUint32(12, tie.high, true);
    state.set(text, HEADER_BYTES);
    this.absorb(state, 0, state.length);
  }

  encode(): Uint8Array {
    return this.#state.slice();
  }

  result(): string | null {
    return this.#state.length === 0 ? null : decoder.decode(this.#state.subarray(HEADER_BYTES));
  }
}

function compareStringEnds(a: Uint8Array, b: Uint8Array): number {
  const viewA = new DataView(a.buffer, a.byteOffset, a.byteLength);
  const viewB = new DataView(b.buffer, b.byteOffset, b.byteLength);
  return (
    viewA.getFloat64(0, true) - viewB.getFloat64(0, true) ||
    compareWords(viewA.getUint32(12, true), viewA.getUint32(8, true), viewB.getUint32(12, true), viewB.getUint32(8, true)) ||
    compareBytes(a.subarray(HEADER_BYTES), b.subarray(HEADER_BYTES))
  );
}

export function compareBytes(a: Uint8Array, b: Uint8Array): number {
  const shared = Math.min(a.length, b.length);
  for (let i = 0; i < shared; i++) {
    const difference = (a[i] as number) - (b[i] as number);
    if (difference !== 0) return difference;
  }
  return a.length - b.length;
}
