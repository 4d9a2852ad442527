/** Folding the plain numbers of a lane row by row: the work on its components is independent, and so goes on side by side. */
import { COLUMN, type ColumnAccess } from './column-access';
import type { FixedComponent, FixedKind, ViewLayout } from './layout';

/** A component of a lane: indexes into the layout's components and the accumulator's slots; −1: the lane has none. */
interface Place {
  readonly index: number;
  readonly slot: number;
}

/** The components of a lane that are folded together. */
export interface NumberLane {
  readonly count: Place;
  readonly sum: Place;
  readonly min: Place;
  readonly max: Place;
  readonly moments: Place;
}

const NONE: Place = { index: -1, slot: -1 };

function isPlain({ kind, lane }: FixedComponent): boolean {
  if (kind === 'min' || kind === 'max') return lane.cell !== 'int64';
  return kind === 'count' || kind === 'sum' || kind === 'moments';
}

/** The lanes of a view, and the components that they leave to `foldColumn`. */
export function numberLanes({ fixed, lanes }: ViewLayout) {
  const placeOf = (kind: FixedKind, of: FixedComponent['lane']): Place => {
    const index = fixed.findIndex((one) => one.lane === of && one.kind === kind && isPlain(one));
    return index < 0 ? NONE : { index, slot: (fixed[index] as FixedComponent).slot };
  };
  return {
    lanes: lanes.map(
      (lane): NumberLane => ({
        count: placeOf('count', lane),
        sum: placeOf('sum', lane),
        min: placeOf('min', lane),
        max: placeOf('max', lane),
        moments: placeOf('moments', lane),
      }),
    ),
    others: [...fixed.keys()].filter((index) => !isPlain(fixed[index] as FixedComponent)),
  };
}

/**
 * Folds rows `[from, to)` of the lane's components into the accumulator, each of which only if `until` says that the
 * window at `place` or a later one needs it. The columns are those of one value: they share their view.
 */
export function foldNumbers(
  acc: Float64Array,
  lane: NumberLane,
  columns: readonly ColumnAccess[],
  until: Int32Array,
  place: number,
  from: number,
  to: number,
): void {
  const wanted = ({ index }: Place) => index >= 0 && (until[index] as number) >= place;
  const columnOf = ({ index }: Place) => columns[index < 0 ? lane.count.index : index] as ColumnAccess;
  const hasSum = wanted(lane.sum);
  const hasMin = wanted(lane.min);
  const hasMax = wanted(lane.max);
  const hasMoments = wanted(lane.moments);
  const counts = columnOf(lane.count);
  const sums = columnOf(lane.sum);
  const mins = columnOf(lane.min);
  const maxs = columnOf(lane.max);
  const moments = columnOf(lane.moments);
  const { view } = counts;
  const second = sums.code === COLUMN.pair ? sums.second : 0;
  const narrowSums = sums.code === COLUMN.i32;
  const narrowMins = mins.code === COLUMN.i32;
  const narrowMaxs = maxs.code === COLUMN.i32;

  let n = acc[lane.count.slot] as number;
  let high = hasSum ? (acc[lane.sum.slot] as number) : 0;
  let low = hasSum ? (acc[lane.sum.slot + 1] as number) : 0;
  let min = hasMin ? (acc[lane.min.slot] as number) : 0;
  let max = hasMax ? (acc[lane.max.slot] as number) : 0;
  let known = hasMoments ? (acc[lane.moments.slot] as number) : 0;
  let mean = hasMoments ? (acc[lane.moments.slot + 1] as number) : 0;
  let m2 = hasMoments ? (acc[lane.moments.slot + 2] as number) : 0;
  for (let row = from; row < to; row++) {
    const at = counts.base + row * counts.stride;
    const count =
      counts.code === COLUMN.u16
        ? view.getUint16(at, true)
        : counts.code === COLUMN.i32
          ? view.getUint32(at, true)
          : view.getFloat64(at, true);
    if (count === 0) continue;
    n += count;
    if (hasSum) {
      const at = sums.base + row * sums.stride;
      const x = narrowSums ? view.getInt32(at, true) : view.getFloat64(at, true);
      const sum = high + x;
      const part = sum - high;
      low += high - (sum - part) + (x - part);
      high = sum;
      if (second !== 0) {
        const y = view.getFloat64(at + second, true);
        const both = high + y;
        const rest = both - high;
        low += high - (both - rest) + (y - rest);
        high = both;
      }
    }
    if (hasMin) {
      const at = mins.base + row * mins.stride;
      const x = narrowMins ? view.getInt32(at, true) : view.getFloat64(at, true);
      if (x < min) min = x;
    }
    if (hasMax) {
      const at = maxs.base + row * maxs.stride;
      const x = narrowMaxs ? view.getInt32(at, true) : view.getFloat64(at, true);
      if (x > max) max = x;
    }
    if (hasMoments) {
      const at = moments.base + row * moments.stride;
      const total = known + count;
      const delta = view.getFloat64(at, true) - mean;
      const share = known === 0 ? delta : (delta * count) / total;
      m2 += view.getFloat64(at + moments.second, true) + delta * (share * known);
      mean += share;
      known = total;
    }
  }
  acc[lane.count.slot] = n;
  if (hasSum) {
    acc[lane.sum.slot] = high;
    acc[lane.sum.slot + 1] = low;
  }
  if (hasMin) acc[lane.min.slot] = min;
  if (hasMax) acc[lane.max.slot] = max;
  if (!hasMoments) return;
  acc[lane.moments.slot] = known;
  acc[lane.moments.slot + 1] = mean;
  acc[lane.moments.slot + 2] = m2;
}
