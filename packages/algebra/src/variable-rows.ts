/** Reading variable-length states in place: of the batch list, and of the open and sealed parts of a stream list. */
import type { BatchList } from './batch-list';
import type { DegradedReason } from './exactness';
import type { VariableParts } from './fold-lists';
import type { ViewLayout } from './layout';
import type { StreamRows } from './stream-rows';
import { TAIL_BYTES, TOKEN_BYTES, viewOf } from './stream-tail';
import { ENTRY_HEADER_BYTES, isReadableVariablePart } from './variable-part';
import type { VariableState } from './variable-state';

/** Room that is kept from fold to fold, and grows. */
const INITIAL_ENTRIES = 64;

/** Entries of one part, indexed by position; newest first when taken from `next` downwards. */
class PartCursor {
  bytes: Uint8Array = new Uint8Array(0);
  view: DataView = new DataView(new ArrayBuffer(0));
  starts = new Float64Array(INITIAL_ENTRIES);
  positions = new Int32Array(INITIAL_ENTRIES);
  #entries = 0;
  from = 0;
  next = 0;

  close(): void {
    this.#entries = 0;
  }

  /** Returns false, and is closed, if the entries are not those of a part with so many components. */
  open(bytes: Uint8Array, components: number): boolean {
    this.close();
    this.bytes = bytes;
    this.view = viewOf(bytes);
    const end = bytes.length - TAIL_BYTES;
    let at = 0;
    while (at >= 0 && at + ENTRY_HEADER_BYTES <= end) {
      if (this.#entries === this.starts.length) this.#grow();
      this.starts[this.#entries] = this.view.getFloat64(at, true);
      this.positions[this.#entries++] = at + ENTRY_HEADER_BYTES;
      at = this.#endOfEntry(at, components, end);
    }
    if (at === end) return true;
    this.close();
    return false;
  }

  #grow(): void {
    const { starts, positions } = this;
    this.starts = new Float64Array(2 * starts.length);
    this.starts.set(starts);
    this.positions = grownInt32(positions, 2 * positions.length);
  }

  /** Where the next entry begins; −1 if the states of this one are not as long as it says. */
  #endOfEntry(entry: number, components: number, limit: number): number {
    let at = entry + ENTRY_HEADER_BYTES;
    const end = at + this.view.getUint32(entry + 12, true);
    if (end > limit) return -1;
    for (let i = 0; i < components; i++) {
      if (at + 4 > end) return -1;
      at += 4 + this.view.getUint32(at, true);
    }
    return at === end ? end : -1;
  }

  limit(cutMs: number, tMs: number): void {
    this.next = this.#entries;
    while (this.next > 0 && (this.starts[this.next - 1] as number) >= tMs) this.next--;
    this.from = 0;
    while (this.from < this.next && (this.starts[this.from] as number) < cutMs) this.from++;
  }
}

/** One cursor set for value after value of a view; not re-entrant. */
export class VariableRows {
  readonly #components: number;
  readonly #open = new PartCursor();
  readonly #sealed = new PartCursor();
  #batch: BatchList | null = null;
  #batchNext = 0;
  /** Per component, the position of each batch row's state, and its length. */
  readonly #batchPositions: Int32Array<ArrayBuffer>[];

  constructor(layout: ViewLayout) {
    this.#components = layout.variable.length;
    this.#batchPositions = layout.variable.map(() => new Int32Array(INITIAL_ENTRIES));
  }

  /** Opens the parts that belong to the given lists; returns why they cannot be used, or null. */
  open(parts: VariableParts, stream: StreamRows | null, batch: BatchList | null): DegradedReason | null {
    if (this.#components === 0) return null;
    this.#open.close();
    this.#sealed.close();
    this.#batch = null;
    if (batch !== null) this.#openBatch(batch);
    return stream === null ? null : this.#openStream(parts, stream);
  }

  #openStream(parts: VariableParts, stream: StreamRows): DegradedReason | null {
    const { open, sealed } = parts;
    if (!stream.hasOpen) return null;
    if (open === null) return 'torn';
    if (!isReadableVariablePart(open)) return 'unreadable';
    if (!stream.tokenEquals(open)) return 'torn';
    if (!this.#open.open(open, this.#components)) return 'unreadable';
    if (!stream.hasSealed) return null;
    if (sealed === null) return 'torn';
    if (!isReadableVariablePart(sealed)) return 'unreadable';
    const expected = open.length - TAIL_BYTES + TOKEN_BYTES;
    const actual = sealed.length - TAIL_BYTES;
    for (let i = 0; i < TOKEN_BYTES; i++) if (open[expected + i] !== sealed[actual + i]) return 'torn';
    return this.#sealed.open(sealed, this.#components) ? null : 'unreadable';
  }

  #openBatch(batch: BatchList): void {
    this.#batch = batch;
    for (let i = 0; i < this.#components; i++) {
      const lengths = batch.variableLengths[i] as number;
      let positions = this.#batchPositions[i] as Int32Array<ArrayBuffer>;
      if (positions.length < batch.rows) {
        positions = grownInt32(positions, 2 * batch.rows);
        this.#batchPositions[i] = positions;
      }
      let at = lengths + 4 * batch.rows;
      for (let row = 0; row < batch.rows; row++) {
        positions[row] = at;
        at += batch.view.getUint32(lengths + 4 * row, true);
      }
    }
  }

  /** Leaves out states before the cut in the stream's parts, and at or after `endMs` in all. */
  limit(cutMs: number, endMs: number): void {
    if (this.#components === 0) return;
    this.#open.limit(cutMs, endMs);
    this.#sealed.limit(cutMs, endMs);
    const batch = this.#batch;
    if (batch === null) return;
    this.#batchNext = batch.rows;
    while (this.#batchNext > 0 && batch.startOf(this.#batchNext - 1) >= endMs) this.#batchNext--;
  }

  /** Absorbs the states of segments from `edge` on that no window before took, of components that this window, at `place`, or a later one needs. */
  take(edge: number, states: readonly VariableState[], until: Int32Array, place: number): void {
    if (this.#components === 0) return;
    this.#takePart(this.#open, edge, states, until, place);
    this.#takePart(this.#sealed, edge, states, until, place);
    const batch = this.#batch;
    if (batch === null) return;
    while (this.#batchNext > 0 && batch.startOf(this.#batchNext - 1) >= edge) {
      const row = --this.#batchNext;
      for (let i = 0; i < this.#components; i++) {
        if ((until[i] as number) < place) continue;
        const length = batch.view.getUint32((batch.variableLengths[i] as number) + 4 * row, true);
        (states[i] as VariableState).absorb(
          batch.bytes,
          (this.#batchPositions[i] as Int32Array)[row] as number,
          length,
        );
      }
    }
  }

  #takePart(
    part: PartCursor,
    edge: number,
    states: readonly VariableState[],
    until: Int32Array,
    place: number,
  ): void {
    while (part.next > part.from && (part.starts[part.next - 1] as number) >= edge) {
      let at = part.positions[--part.next] as number;
      for (let i = 0; i < this.#components; i++) {
        const length = part.view.getUint32(at, true);
        if ((until[i] as number) >= place) (states[i] as VariableState).absorb(part.bytes, at + 4, length);
        at += 4 + length;
      }
    }
  }
}

function grownInt32(array: Int32Array<ArrayBuffer>, length: number): Int32Array<ArrayBuffer> {
  const grown = new Int32Array(length);
  grown.set(array);
  return grown;
}
