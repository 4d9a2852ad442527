/**
 * Sums as pairs of doubles: high, and low for what rounding took off (TwoSum; Knuth, The Art of Computer Programming,
 * vol. 2, 4.2.2). Integer sums are exact up to 2^106.
 */
import type { Value } from '@forebay/expressions';

/** From here on a double no longer tells all integers apart. */
export const MAX_EXACT_SUM = 2 ** 53;

/** Adds x to the pair at `at`. */
export function addToPair(view: DataView, at: number, x: number): void {
  const high = view.getFloat64(at, true);
  const sum = high + x;
  const part = sum - high;
  view.setFloat64(at, sum, true);
  view.setFloat64(at + 8, view.getFloat64(at + 8, true) + (high - (sum - part)) + (x - part), true);
}

/** Adds x to the pair `i` of two arrays. */
export function addToPairs(highs: Float64Array, lows: Float64Array, i: number, x: number): void {
  const high = highs[i] as number;
  const sum = high + x;
  const part = sum - high;
  highs[i] = sum;
  lows[i] = (lows[i] as number) + (high - (sum - part)) + (x - part);
}

/** The nearest double; −0.0 is 0.0. */
export function numberOf(value: Value): number {
  return Number(value) + 0;
}

/** What the nearest double of an int64 lacks. */
export function restOf(value: Value): number {
  return typeof value === 'bigint' ? Number(value - BigInt(Number(value))) : 0;
}
