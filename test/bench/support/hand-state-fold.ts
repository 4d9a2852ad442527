/** The hand-written fold over the states of a view with one component of variable length, whose lane takes every event. */
import { BATCH_HEADER_BYTES } from '@forebay/algebra';
import type { Entity } from './engine-values';
import type { HandState } from './hand-states';

const TAIL_BYTES = 24;
const ENTRY_HEADER_BYTES = 16;
/** Of a part's entry, before its only state: the header, and how long the state is. */
const STATE_OFFSET = ENTRY_HEADER_BYTES + 4;

class Entries {
  bytes: Buffer = Buffer.alloc(0);
  view: DataView = new DataView(this.bytes.buffer);
  starts: number[] = [];
  positions: number[] = [];

  open(part: Uint8Array | null): void {
    this.starts.length = 0;
    this.positions.length = 0;
    if (part === null) return;
    this.bytes = Buffer.from(part.buffer, part.byteOffset, part.length);
    this.view = new DataView(part.buffer, part.byteOffset, part.length);
    const end = part.length - TAIL_BYTES;
    for (let at = 0; at < end; at += ENTRY_HEADER_BYTES + this.view.getUint32(at + 12, true)) {
      this.starts.push(this.view.getFloat64(at, true));
      this.positions.push(at);
    }
  }
}

export class HandStateFold {
  readonly values: unknown[] = [];
  readonly #state: HandState;
  readonly #open = new Entries();
  readonly #sealed = new Entries();
  readonly #positions: number[] = [];

  constructor(state: HandState) {
    this.#state = state;
  }

  /** @param edges left edges, the newest first */
  fold({ parts }: Entity, tMs: number, cutMs: number, edges: readonly number[]): void {
    this.#state.reset();
    this.#open.open(parts.open);
    this.#sealed.open(parts.sealed);
    const { batch } = parts;
    let rows = 0;
    let bytes: Buffer = Buffer.alloc(0);
    let view: DataView = new DataView(bytes.buffer);
    if (batch !== null) {
      bytes = Buffer.from(batch.buffer, batch.byteOffset, batch.length);
      view = new DataView(batch.buffer, batch.byteOffset, batch.length);
      rows = view.getUint32(4, true);
      this.#place(view, rows);
    }
    const baseMs = rows === 0 ? 0 : view.getFloat64(32, true);
    let open = this.#open.starts.length - 1;
    let sealed = this.#sealed.starts.length - 1;
    let row = rows - 1;
    for (let window = 0; window < edges.length; window++) {
      const edge = edges[window] as number;
      const from = Math.max(edge, cutMs);
      open = this.#take(this.#open, open, from, tMs);
      sealed = this.#take(this.#sealed, sealed, from, tMs);
      for (; row >= 0; row--) {
        const startMs = baseMs + 1000 * view.getUint32(BATCH_HEADER_BYTES + 1 + 4 * row, true);
        if (startMs < edge) break;
        this.#state.absorb(bytes, view, this.#positions[row] as number, this.#positions[row + 1] as number);
      }
      this.values[window] = this.#state.value();
    }
  }

  #take(entries: Entries, last: number, from: number, tMs: number): number {
    let i = last;
    for (; i >= 0; i--) {
      const startMs = entries.starts[i] as number;
      if (startMs < from) break;
      if (startMs >= tMs) continue;
      const at = entries.positions[i] as number;
      const state = at + STATE_OFFSET;
      const length = entries.view.getUint32(at + ENTRY_HEADER_BYTES, true);
      this.#state.absorb(entries.bytes, entries.view, state, state + length);
    }
    return i;
  }

  /** Header, starts, widths, events and the lane's counts (u16 each), the lengths of the states, the states. */
  #place(view: DataView, rows: number): void {
    const lengths = BATCH_HEADER_BYTES + 2 * (1 + 4 * rows) + 2 * (1 + 2 * rows) + 1;
    let at = lengths + 4 * rows;
    this.#positions.length = 0;
    for (let row = 0; row < rows; row++) {
      this.#positions.push(at);
      at += view.getUint32(lengths + 4 * row, true);
    }
    this.#positions.push(at);
  }
}
