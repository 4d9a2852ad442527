/** Folding rows of mean and higher moments, and of decayed sums, into an accumulator. */
import { type ColumnAccess, readCount } from './column-access';
import { decayed } from './fixed-cells';
import type { FixedComponent } from './layout';

/** Chan, Golub and LeVeque's pairwise update of (n, mean, M2), "Updating formulae and a pairwise algorithm", 1979. */
export function foldMoments(
  acc: Float64Array,
  slot: number,
  column: ColumnAccess,
  counts: ColumnAccess,
  from: number,
  to: number,
): void {
  let n = acc[slot] as number;
  let mean = acc[slot + 1] as number;
  let m2 = acc[slot + 2] as number;
  for (let row = from; row < to; row++) {
    const count = readCount(counts, row);
    if (count === 0) continue;
    const at = column.base + row * column.stride;
    if (n === 0) {
      n = count;
      mean = column.view.getFloat64(at, true);
      m2 = column.view.getFloat64(at + column.second, true);
      continue;
    }
    const delta = column.view.getFloat64(at, true) - mean;
    const total = n + count;
    mean += (delta * count) / total;
    m2 += column.view.getFloat64(at + column.second, true) + (delta * delta * n * count) / total;
    n = total;
  }
  acc[slot] = n;
  acc[slot + 1] = mean;
  acc[slot + 2] = m2;
}

/** Pébay, "Formulas for robust, one-pass parallel computation of covariances and arbitrary-order moments", 2008, (2.1). */
export function foldSkew(
  acc: Float64Array,
  slot: number,
  column: ColumnAccess,
  counts: ColumnAccess,
  from: number,
  to: number,
): void {
  let n = acc[slot] as number;
  let mean = acc[slot + 1] as number;
  let m2 = acc[slot + 2] as number;
  let m3 = acc[slot + 3] as number;
  for (let row = from; row < to; row++) {
    const count = readCount(counts, row);
    if (count === 0) continue;
    const at = column.base + row * column.stride;
    const otherM2 = column.view.getFloat64(at + column.second, true);
    const otherM3 = column.view.getFloat64(at + column.third, true);
    if (n === 0) {
      n = count;
      mean = column.view.getFloat64(at, true);
      m2 = otherM2;
      m3 = otherM3;
      continue;
    }
    const delta = column.view.getFloat64(at, true) - mean;
    const total = n + count;
    const share = (delta * count) / total;
    m3 +=
      otherM3 +
      share * delta * n * ((delta * (n - count)) / total) +
      3 * (share * -m2 + ((delta * n) / total) * otherM2);
    m2 += otherM2 + share * delta * n;
    mean += share;
    n = total;
  }
  acc[slot] = n;
  acc[slot + 1] = mean;
  acc[slot + 2] = m2;
  acc[slot + 3] = m3;
}

/** Sums relative to different times: the older one is brought to the newer time, so no exponent is positive. */
export function foldDecayed(
  acc: Float64Array,
  component: FixedComponent,
  column: ColumnAccess,
  from: number,
  to: number,
): void {
  const { slot, parameter: halfLifeMs } = component;
  let time = acc[slot] as number;
  let sum = acc[slot + 1] as number;
  for (let row = from; row < to; row++) {
    const at = column.base + row * column.stride;
    const otherTime = column.view.getFloat64(at, true);
    if (otherTime === Number.NEGATIVE_INFINITY) continue;
    const other = column.view.getFloat64(at + column.second, true);
    if (otherTime > time) {
      sum = decayed(sum, time - otherTime, halfLifeMs) + other;
      time = otherTime;
    } else {
      sum += decayed(other, otherTime - time, halfLifeMs);
    }
  }
  acc[slot] = time;
  acc[slot + 1] = sum;
}
