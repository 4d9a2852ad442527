/** Reading a table view's value in place (docs/CODEC.md, table value, codec 1). */
import { ForebayError } from '@forebay/contract';
import type { ScalarType } from '@forebay/definitions';
import type { FeatureValues, OtherValue } from './feature-result';
import { joinInt64 } from './fixed-cells';
import { placeOf, type StoredPlace } from './stored-place';
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
  /** Where the value lies in both. */
  #begin = 0;
  #size = 0;

  constructor(layout: TableLayout) {
    this.#layout = layout;
  }

  /** Returns false if the value is not one that this version and layout can read. */
  open(bytes: Uint8Array): boolean {
    return this.openAt(placeOf(bytes));
  }

  /** The same of a value that is there. */
  openAt({ bytes, view, from, size }: StoredPlace): boolean {
    this.slots = 0;
    if (size < TABLE_HEADER_BYTES || view.getUint8(from) !== TABLE_CODEC) return false;
    const slots = view.getUint8(from + 1);
    if (slots < 1 || slots > MAX_SLOTS) return false;
    this.#bytes = bytes;
    this.#view = view;
    this.#begin = from;
    this.#size = size;
    this.hadEarlierRow = (view.getUint8(from + 2) & HAD_EARLIER_ROW) !== 0;
    const firstEnd = TABLE_HEADER_BYTES + view.getUint32(from + 4, true);
    this.#at[0] = TABLE_HEADER_BYTES;
    this.#ends[0] = firstEnd;
    this.#at[1] = firstEnd;
    this.#ends[1] = size;
    if (slots === 1 && firstEnd !== size) return false;
    for (let slot = 0; slot < slots; slot++) if (!this.#isWhole(slot)) return false;
    this.slots = slots;
    return true;
  }

  /** Whether the slot's bytes are as many as its lengths say. */
  #isWhole(slot: number): boolean {
    const end = this.#ends[slot] as number;
    const cells = (this.#at[slot] as number) + SLOT_HEADER_BYTES;
    const { headBytes, otherCells } = this.#layout;
    let at = cells + headBytes;
    if (at > end || end > this.#size) return false;
    for (let i = 0; i < otherCells.length; i++) {
      const plan = otherCells[i] as TableFeaturePlan;
      if (plan.isVariable) at += this.#view.getUint32(this.#begin + cells + plan.offset, true);
    }
    return at === end;
  }

  /** The newest slot that a tick sees; −1: none. */
  slotAt(tickMs: number): number {
    for (let slot = 0; slot < this.slots; slot++) if (this.validFromMs(slot) <= tickMs) return slot;
    return -1;
  }

  #positionOf(slot: number): number {
    return this.#begin + (this.#at[slot] as number);
  }

  /** The first tick that sees the row. */
  validFromMs(slot: number): number {
    return this.#view.getFloat64(this.#positionOf(slot), true);
  }

  eventTimeMs(slot: number): number {
    return this.#view.getFloat64(this.#positionOf(slot) + 8, true);
  }

  knownAtMs(slot: number): number {
    return this.#view.getFloat64(this.#positionOf(slot) + 16, true);
  }

  rowHash(slot: number): bigint {
    return this.#view.getBigUint64(this.#positionOf(slot) + 24, true);
  }

  /**
   * Leaves the slot's values in `out`, by feature index: NaN, or null in `others`, where null. Returns whether any is.
   * Throws `corrupt_data` or a RangeError for a list or vector that is not as long as its cell.
   */
  read(slot: number, out: FeatureValues): boolean {
    return readCells(this.#layout, this.#view, this.#bytes, this.#positionOf(slot) + SLOT_HEADER_BYTES, out);
  }
}

/**
 * Decodes the cells of one row, which begin at `from`, into `out`. Vectors are views on `bytes`: copy what is to be kept.
 * Returns whether any of them is null. Throws as `TableValue.read` does.
 */
export function readTableCells(
  layout: TableLayout,
  bytes: Uint8Array,
  from: number,
  out: FeatureValues,
): boolean {
  return readCells(layout, viewOf(bytes), bytes, from, out);
}

/** `view` is of all the bytes. */
function readCells(
  layout: TableLayout,
  view: DataView,
  bytes: Uint8Array,
  from: number,
  out: FeatureValues,
): boolean {
  const nulls = hasNulls(bytes, from, layout.nullBytes);
  const { numbers, others } = out;
  const { cells, otherCells, headBytes } = layout;
  const hasNaN = !nulls && readFloat64Cells(layout, view, from, numbers);
  let variableAt = from + headBytes;
  const plans = nulls ? cells : otherCells;
  for (let i = 0; i < plans.length; i++) {
    const plan = plans[i] as TableFeaturePlan;
    const at = from + plan.offset;
    const size = plan.isVariable ? view.getUint32(at, true) : 0;
    numbers[plan.index] = Number.NaN;
    others[plan.index] = null;
    if (!nulls || !isNull(bytes, from, plan)) {
      if (plan.isVariable)
        others[plan.index] = variableValue(plan, bytes.subarray(variableAt, variableAt + size));
      else readFixed(plan, view, at, out);
    }
    variableAt += size;
  }
  return nulls || hasNaN;
}

/** Of a row without nulls. Returns whether one of them is NaN all the same. */
function readFloat64Cells(
  { float64Features, float64Offsets, isFloat64Only }: TableLayout,
  view: DataView,
  begin: number,
  numbers: Float64Array,
): boolean {
  const count = float64Features.length;
  let sum = 0;
  if (isFloat64Only) {
    const first = begin + (float64Offsets[0] as number);
    for (let i = 0; i < count; i++) {
      const value = view.getFloat64(first + 8 * i, true);
      numbers[i] = value;
      sum += value;
    }
  } else {
    for (let i = 0; i < count; i++) {
      const value = view.getFloat64(begin + (float64Offsets[i] as number), true);
      numbers[float64Features[i] as number] = value;
      sum += value;
    }
  }
  if (!Number.isNaN(sum)) return false;
  // or +∞ and −∞ met in the sum
  return numbers.some((value) => Number.isNaN(value));
}

function hasNulls(bytes: Uint8Array, from: number, nullBytes: number): boolean {
  for (let i = from; i < from + nullBytes; i++) if (bytes[i] !== 0) return true;
  return false;
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

function variableValue({ shape, feature }: TableFeaturePlan, bytes: Uint8Array): OtherValue {
  if (shape.kind === 'scalar') return decoder.decode(bytes);
  if (shape.kind === 'list') return listOf(shape.type, bytes, feature.name);
  // a response has room for exactly so many
  if (bytes.length === FLOAT32_BYTES * shape.length) return bytes;
  throw wrongSize(feature.name, bytes.length);
}

const wrongSize = (feature: string, size: number) =>
  new ForebayError('corrupt_data', `feature "${feature}": its cell of ${size} bytes is not one of its type`);

function listOf(type: ScalarType, bytes: Uint8Array, feature: string): OtherValue {
  const view = viewOf(bytes);
  const list: (number | bigint | string)[] = [];
  const width = CELL_BYTES[type];
  if (width !== null) {
    for (let at = 0; at < bytes.length; at += width) list.push(scalarAt(type, view, at));
    return list;
  }
  for (let at = 0; at < bytes.length; ) {
    const end = at + 4 + view.getUint32(at, true);
    if (end > bytes.length) throw wrongSize(feature, bytes.length);
    list.push(decoder.decode(bytes.subarray(at + 4, end)));
    at = end;
  }
  return list;
}
