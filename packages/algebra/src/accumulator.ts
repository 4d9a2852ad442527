/**
 * Folding columns of fixed components into an accumulator: a Float64Array with the slots of `ViewLayout.fixed`.
 * Stream rows and batch columns go through the same functions: a column is (base, stride) in a DataView.
 * The accumulator belongs to its fold; the bytes that it reads are never written.
 *
 * Slots: count n · sum high, low · min, max value (int64: high, low) · moments n, mean, M2 · skew n, mean, M2, M3 ·
 * first, last time, tie high, tie low, value (int64: high, low) · max_time ms · decayed newest time, sum at it.
 */
import { COLUMN, type ColumnAccess, readCount, readNumber } from './column-access';
import { compareWords, INT64_MAX_HIGH, INT64_MIN_HIGH, WORD_MAX, writeInt64 } from './fixed-cells';
import type { FixedComponent, FixedKind, ViewLayout } from './layout';
import { foldDecayed, foldMoments, foldSkew } from './moment-folds';

/** Kinds whose first slot is a newest time. */
const STARTS_BEFORE_ALL: Readonly<Partial<Record<FixedKind, true>>> = {
  last: true,
  max_time: true,
  decayed_sum: true,
  decayed_count: true,
};

/** The accumulator of no rows. */
export function emptyAccumulator(layout: ViewLayout): Float64Array {
  const acc = new Float64Array(layout.slotCount);
  resetAccumulator(acc, layout);
  return acc;
}

export function resetAccumulator(acc: Float64Array, layout: ViewLayout): void {
  acc.fill(0);
  for (const component of layout.fixed) {
    const { slot, kind } = component;
    const wide = component.lane.cell === 'int64';
    if (kind === 'min') {
      acc[slot] = wide ? INT64_MAX_HIGH : Number.POSITIVE_INFINITY;
      acc[slot + 1] = WORD_MAX;
    } else if (kind === 'max') {
      acc[slot] = wide ? INT64_MIN_HIGH : Number.NEGATIVE_INFINITY;
    } else if (kind === 'first') {
      acc[slot] = Number.POSITIVE_INFINITY;
    } else if (STARTS_BEFORE_ALL[kind]) {
      acc[slot] = Number.NEGATIVE_INFINITY;
    }
  }
}

/** Folds rows `[from, to)` of one component into the accumulator. `counts` is the count column of the same lane. */
export function foldColumn(
  acc: Float64Array,
  component: FixedComponent,
  column: ColumnAccess,
  counts: ColumnAccess,
  from: number,
  to: number,
): void {
  switch (component.kind) {
    case 'count':
      foldCount(acc, component.slot, column, from, to);
      return;
    case 'sum':
      foldSum(acc, component.slot, column, from, to);
      return;
    case 'min':
      if (column.code === COLUMN.i64) foldExtreme64(acc, component.slot, column, from, to, -1);
      else foldMin(acc, component.slot, column, from, to);
      return;
    case 'max':
      if (column.code === COLUMN.i64) foldExtreme64(acc, component.slot, column, from, to, 1);
      else foldMax(acc, component.slot, column, from, to);
      return;
    case 'moments':
      foldMoments(acc, component.slot, column, counts, from, to);
      return;
    case 'skew':
      foldSkew(acc, component.slot, column, counts, from, to);
      return;
    case 'first':
      foldEnd(acc, component, column, from, to, -1);
      return;
    case 'last':
      foldEnd(acc, component, column, from, to, 1);
      return;
    case 'max_time':
      foldMax(acc, component.slot, column, from, to);
      return;
    case 'decayed_sum':
    case 'decayed_count':
      foldDecayed(acc, component, column, from, to);
  }
}

function foldCount(acc: Float64Array, slot: number, column: ColumnAccess, from: number, to: number): void {
  let n = acc[slot] as number;
  for (let row = from; row < to; row++) n += readCount(column, row);
  acc[slot] = n;
}

/**
 * TwoSum (Knuth): what an addition rounds off goes to `low`, which so stays small. The second number of a pair may be as
 * large as 2^53, so it is added in the same way.
 */
function foldSum(acc: Float64Array, slot: number, column: ColumnAccess, from: number, to: number): void {
  const second = column.code === COLUMN.pair ? column.second : 0;
  let high = acc[slot] as number;
  let low = acc[slot + 1] as number;
  for (let row = from; row < to; row++) {
    const x = readNumber(column, row);
    const sum = high + x;
    const part = sum - high;
    low += high - (sum - part) + (x - part);
    high = sum;
    if (second === 0) continue;
    const y = column.view.getFloat64(column.base + row * column.stride + second, true);
    const both = high + y;
    const rest = both - high;
    low += high - (both - rest) + (y - rest);
    high = both;
  }
  acc[slot] = high;
  acc[slot + 1] = low;
}

function foldMin(acc: Float64Array, slot: number, column: ColumnAccess, from: number, to: number): void {
  let held = acc[slot] as number;
  for (let row = from; row < to; row++) {
    const x = readNumber(column, row);
    if (x < held) held = x;
  }
  acc[slot] = held;
}

function foldMax(acc: Float64Array, slot: number, column: ColumnAccess, from: number, to: number): void {
  let held = acc[slot] as number;
  for (let row = from; row < to; row++) {
    const x = readNumber(column, row);
    if (x > held) held = x;
  }
  acc[slot] = held;
}

function foldExtreme64(
  acc: Float64Array,
  slot: number,
  column: ColumnAccess,
  from: number,
  to: number,
  sign: 1 | -1,
): void {
  for (let row = from; row < to; row++) {
    const at = column.base + row * column.stride;
    const high = column.view.getInt32(at + 4, true);
    const low = column.view.getUint32(at, true);
    if (sign * compareWords(high, low, acc[slot] as number, acc[slot + 1] as number) > 0) {
      acc[slot] = high;
      acc[slot + 1] = low;
    }
  }
}

function foldEnd(
  acc: Float64Array,
  component: FixedComponent,
  column: ColumnAccess,
  from: number,
  to: number,
  sign: 1 | -1,
): void {
  const { view } = column;
  const slot = component.slot;
  const wide = component.lane.cell === 'int64';
  for (let row = from; row < to; row++) {
    const at = column.base + row * column.stride;
    const time = view.getFloat64(at, true);
    let order = sign * (time - (acc[slot] as number));
    if (!(order >= 0)) continue;
    const tieAt = at + column.second;
    const valueAt = at + column.third;
    const tieLow = view.getUint32(tieAt, true);
    const tieHigh = view.getUint32(tieAt + 4, true);
    if (order === 0)
      order = sign * compareWords(tieHigh, tieLow, acc[slot + 1] as number, acc[slot + 2] as number);
    const high = wide ? view.getInt32(valueAt + 4, true) : view.getFloat64(valueAt, true);
    const low = wide ? view.getUint32(valueAt, true) : 0;
    if (order === 0) order = sign * compareWords(high, low, acc[slot + 3] as number, acc[slot + 4] as number);
    if (order <= 0) continue;
    acc[slot] = time;
    acc[slot + 1] = tieHigh;
    acc[slot + 2] = tieLow;
    acc[slot + 3] = high;
    acc[slot + 4] = low;
  }
}

/** Writes the accumulator as the cells of a stream row; the row's header is the caller's. */
export function writeCells(view: DataView, row: number, layout: ViewLayout, acc: Float64Array): void {
  for (const { kind, lane, rowOffset, slot } of layout.fixed) {
    const at = row + rowOffset;
    const wide = lane.cell === 'int64';
    switch (kind) {
      case 'count':
      case 'max_time':
        view.setFloat64(at, acc[slot] as number, true);
        break;
      case 'sum':
      case 'decayed_sum':
      case 'decayed_count':
        view.setFloat64(at, acc[slot] as number, true);
        view.setFloat64(at + 8, acc[slot + 1] as number, true);
        break;
      case 'moments':
        view.setFloat64(at, acc[slot + 1] as number, true);
        view.setFloat64(at + 8, acc[slot + 2] as number, true);
        break;
      case 'skew':
        view.setFloat64(at, acc[slot + 1] as number, true);
        view.setFloat64(at + 8, acc[slot + 2] as number, true);
        view.setFloat64(at + 16, acc[slot + 3] as number, true);
        break;
      case 'min':
      case 'max':
        if (wide) writeInt64(view, at, acc[slot] as number, acc[slot + 1] as number);
        else view.setFloat64(at, acc[slot] as number, true);
        break;
      case 'first':
      case 'last':
        view.setFloat64(at, acc[slot] as number, true);
        view.setUint32(at + 8, acc[slot + 2] as number, true);
        view.setUint32(at + 12, acc[slot + 1] as number, true);
        if (wide) writeInt64(view, at + 16, acc[slot + 3] as number, acc[slot + 4] as number);
        else view.setFloat64(at + 16, acc[slot + 3] as number, true);
    }
  }
}
