import type { Hash64 } from '@forebay/contract';
import type { Value } from '@forebay/expressions';
import { compareWords } from './fixed-cells';
import { Utf8Scratch } from './utf8-scratch';
import type { VariableState } from './variable-state';

const HEADER_BYTES = 16;
const text = new Utf8Scratch();
const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** The first (sign −1) or last (sign 1) string by (event time, tie, bytes). Encoded: f64 time, u64 tie, UTF-8 bytes. */
export class StringEndState implements VariableState {
  readonly #sign: 1 | -1;
  #state: Uint8Array = new Uint8Array(0);
  /** That of the state, while there is one. */
  #timeMs = 0;

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  reset(): void {
    this.#state = new Uint8Array(0);
  }

  absorb(bytes: Uint8Array, from: number, size: number): void {
    if (size === 0) return;
    const timeMs = new DataView(bytes.buffer, bytes.byteOffset + from, HEADER_BYTES).getFloat64(0, true);
    if (this.#state.length > 0 && this.#sign * (timeMs - this.#timeMs) < 0) return;
    const other = bytes.subarray(from, from + size);
    if (this.#state.length > 0 && this.#sign * compareStringEnds(other, this.#state) <= 0) return;
    this.#state = other.slice();
    this.#timeMs = timeMs;
  }

  add(value: Value, eventTimeMs: number, tie: Hash64): void {
    const state = encodeEnd(null, value as string, eventTimeMs, tie);
    this.absorb(state, 0, state.length);
  }

  addTo(held: Uint8Array, value: Value, eventTimeMs: number, tie: Hash64): Uint8Array {
    if (held.length === 0) return encodeEnd(null, value as string, eventTimeMs, tie);
    const view = new DataView(held.buffer, held.byteOffset, held.byteLength);
    const order =
      eventTimeMs - view.getFloat64(0, true) ||
      compareWords(tie.high, tie.low, view.getUint32(12, true), view.getUint32(8, true));
    if (order !== 0)
      return this.#sign * order > 0 ? encodeEnd(held, value as string, eventTimeMs, tie) : held;
    this.reset();
    this.absorb(held, 0, held.length);
    this.add(value, eventTimeMs, tie);
    return this.encode();
  }

  encode(): Uint8Array {
    return this.#state.slice();
  }

  result(): string | null {
    return this.#state.length === 0 ? null : decoder.decode(this.#state.subarray(HEADER_BYTES));
  }
}

/** Writes into `reused` if that has the right size. */
function encodeEnd(reused: Uint8Array | null, value: string, eventTimeMs: number, tie: Hash64): Uint8Array {
  const size = HEADER_BYTES + text.write(value);
  const state = reused?.length === size ? reused : new Uint8Array(size);
  const view = new DataView(state.buffer, state.byteOffset, size);
  view.setFloat64(0, eventTimeMs, true);
  view.setUint32(8, tie.low, true);
  view.setUint32(12, tie.high, true);
  for (let at = HEADER_BYTES; at < size; at++) state[at] = text.bytes[at - HEADER_BYTES] as number;
  return state;
}

function compareStringEnds(a: Uint8Array, b: Uint8Array): number {
  const viewA = new DataView(a.buffer, a.byteOffset, a.byteLength);
  const viewB = new DataView(b.buffer, b.byteOffset, b.byteLength);
  return (
    viewA.getFloat64(0, true) - viewB.getFloat64(0, true) ||
    compareWords(
      viewA.getUint32(12, true),
      viewA.getUint32(8, true),
      viewB.getUint32(12, true),
      viewB.getUint32(8, true),
    ) ||
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
