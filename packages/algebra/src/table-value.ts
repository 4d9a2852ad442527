/** Reading a table view's value in place (docs/CODEC.md, table value, codec 1). */
import type { ScalarType } from '@forebay/definitions';
import type { FeatureValues, OtherValue } from './feature-result';
import { joinInt64 } from './fixed-cells';
import { viewOf } from './stream-tail';
import { CELL_BYTES, FLOAT32_BYTES, type TableFeaturePlan, type TableLayout } from './table-layout';

export const TABLE_CODEC = 1;
export const TABLE_HEADER_BYTES = 8;
/** Valid from, event time, known at, row hash. */
export const SLOT_HEADER_BYTES = 32;
export const MAX_SLOTS = 2;
/** Flag: the entity had a row before those that are held. */
export const HAD_EARLIER_ROW = 1;

const decoder = new TextDecoder('utf-8', { ignoreBOM: true });

/** A cursor over one value after another; what it exposes is valid until the next `open`. */
export class TableValue {
  /** Whether the entity had a row that was seen by a tick before those of the rows that are held. */
  hadEarlierRow = false;
  slots = 0;
  readonly #layout: TableLayout;
  readonly #at = new Int32Array(MAX_SLOTS);
  readonly #ends = new Int32Array(MAX_SLOTS);
  #bytes: Uint8Array = new Uint8Array(0);
  #view: DataView = new DataView(new ArrayBuffer(0));

  constructor(layout: TableLayout) {
    this.#layout = layout;
  }

  /** Returns false if the value is not one that this version and layout can read. */
  open(bytes: Uint8Array): boolean {
    this.slots = 0;
    const view = viewOf(bytes);
    if (bytes.length < TABLE_HEADER_BYTES || view.getUint8(0) !== TABLE_CODEC) return false;
    const slots = view.getUint8(1);
    if (slots < 1 || slots > MAX_SLOTS) return false;
    this.#bytes = bytes;
    this.#view = view;
    this.hadEarlierRow = (view.getUint8(2) & HAD_EARLIER_ROW) !== 0;
    const firstEnd = TABLE_HEADER_BYTES + view.getUint32(4, true);
    this.#at[0] = TABLE_HEADER_BYTES;
    this.#ends[0] = firstEnd;
    this.#at[1] = firstEnd;
    this.#ends[1] = bytes.length;
    if (slots === 1 && firstEnd !== bytes.length) return false;
    for (let slot = 0; slot < slots; slot++) if (!this.#isWhole(slot)) return false;
    this.slots = slots;
    return true;
  }

  /** Whether the slot's bytes are as many as its lengths say. */
  #isWhole(slot: number): boolean {
    const end = this.#ends[slot] as number;
    const cells = (this.#at[slot] as number) + SLOT_HEADER_BYTES;
    let at = cells + this.#layout.headBytes;
    if (at > end || end > this.#bytes.length) return false;
    for (const plan of this.#layout.cells)
      if (plan.isVariable) at += this.#view.getUint32(cells + plan.offset, true);
    return at === end;
  }

  /** The newest slot that a tick sees; −1: none. */
  slotAt(tickMs: number): number {
    for (let slot = 0; slot < this.slots; slot++) if (this.validFromMs(slot) <= tickMs) return slot;
    return -1;
  }

  /** The first tick that sees the row. */
  validFromMs(slot: number): number {
    return this.#view.getFloat64(this.#at[slot] as number, true);
  }

  eventTimeMs(slot: number): number {
    return this.#view.getFloat64((this.#at[slot] as number) + 8, true);
  }

  knownAtMs(slot: number): number {
    return this.#view.getFloat64((this.#at[slot] as number) + 16, true);
  }

  /** Leaves the slot's values in `out`, by feature index: NaN, or null in `others`, where null. */
  read(slot: number, out: FeatureValues): void {
    readTableCells(this.#layout, this.#bytes, (this.#at[slot] as number) + SLOT_HEADER_BYTES, out);
  }
}

/** Decodes the cells of one row, which begin at `from`, into `out`. Vectors are views on `bytes`: copy what is to be kept. */
export function readTableCells(
  layout: TableLayout,
  bytes: Uint8Array,
  from: number,
  out: FeatureValues,
): void {
  const view = viewOf(bytes);
  let variableAt = from + layout.headBytes;
  for (const plan of layout.cells) {
    const at = from + plan.offset;
    const size = plan.isVariable ? view.getUint32(at, true) : 0;
    out.numbers[plan.index] = Number.NaN;
    out.others[plan.index] = null;
    if (!isNull(bytes, from, plan)) {
      if (plan.isVariable)
        out.others[plan.index] = variableValue(plan, bytes.subarray(variableAt, variableAt + size));
      else readFixed(plan, view, at, out);
    }
    variableAt += size;
  }
}

function isNull(bytes: Uint8Array, from: number, { bit }: TableFeaturePlan): boolean {
  return (((bytes[from + (bit >> 3)] as number) >> (bit & 7)) & 1) === 1;
}

function readFixed({ shape, index }: TableFeaturePlan, view: DataView, at: number, out: FeatureValues): void {
  if (shape.kind !== 'scalar') return;
  const value = scalarAt(shape.type, view, at);
  if (shape.type === 'int64') out.others[index] = value;
  else out.numbers[index] = Number(value);
}

function scalarAt(type: ScalarType, view: DataView, at: number): number | bigint {
  switch (type) {
    case 'bool':
      return view.getUint8(at);
    case 'int32':
      return view.getInt32(at, true);
    case 'int64':
      return joinInt64(view.getInt32(at + 4, true), view.getUint32(at, true));
    default:
      return view.getFloat64(at, true);
  }
}

function variableValue({ shape }: TableFeaturePlan, bytes: Uint8Array): OtherValue {
  if (shape.kind === 'vector') return bytes.subarray(0, FLOAT32_BYTES * shape.length);
  if (shape.kind === 'scalar') return decoder.decode(bytes);
  return listOf(shape.type, bytes);
}

function listOf(type: ScalarType, bytes: Uint8Array): OtherValue {
  const view = viewOf(bytes);
  const list: (number | bigint | string)[] = [];
  const width = CELL_BYTES[type];
  if (width !== null) {
    for (let at = 0; at < bytes.length; at += width) list.push(scalarAt(type, view, at));
    return list;
  }
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + view.getUint32(at, true);
    list.push(decoder.decode(bytes.subarray(at + 4, end)));
    at = end;
  }
  return list;
}
