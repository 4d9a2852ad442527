/** Updates of one component's numbers, from slot `slot` on: the formulas of fixed-cells.ts, accumulator.ts and moment-folds.ts. */
import { compareWords, decayed } from './fixed-cells';

export function resetEnd(states: Float64Array, slot: number, time: number): void {
  states[slot] = time;
  for (let i = 1; i <= 4; i++) states[slot + i] = 0;
}

/** TwoSum (Knuth): what an addition rounds off goes to the second number. */
export function addToPair(states: Float64Array, slot: number, x: number): void {
  const high = states[slot] as number;
  const sum = high + x;
  const part = sum - high;
  states[slot + 1]! += high - (sum - part) + (x - part);
  states[slot] = sum;
}

export function keepExtreme(
  states: Float64Array,
  slot: number,
  high: number,
  low: number,
  sign: 1 | -1,
): void {
  if (sign * compareWords(high, low, states[slot] as number, states[slot + 1] as number) <= 0) return;
  states[slot] = high;
  states[slot + 1] = low;
}

/** Welford's update of n, mean and M2, and with `third` Pébay's of M3. */
export function addToMoments(states: Float64Array, slot: number, x: number, third: boolean): void {
  const n = (states[slot] as number) + 1;
  const mean = states[slot + 1] as number;
  const m2 = states[slot + 2] as number;
  const delta = x - mean;
  const share = delta / n;
  const next = mean + share;
  if (third) states[slot + 3]! += share * share * delta * (n - 1) * (n - 2) - 3 * share * m2;
  states[slot] = n;
  states[slot + 1] = next;
  states[slot + 2] = m2 + delta * (x - next);
}

/** Chan's pairwise update, and with `third` Pébay's: see moment-folds.ts. */
export function mergeMoments(
  states: Float64Array,
  slot: number,
  others: Float64Array,
  other: number,
  third: boolean,
): void {
  const count = others[other] as number;
  if (count === 0) return;
  const n = states[slot] as number;
  const otherM2 = others[other + 2] as number;
  if (n === 0) {
    states[slot] = count;
    states[slot + 1] = others[other + 1] as number;
    states[slot + 2] = otherM2;
    if (third) states[slot + 3] = others[other + 3] as number;
    return;
  }
  const delta = (others[other + 1] as number) - (states[slot + 1] as number);
  const total = n + count;
  const share = (delta * count) / total;
  if (third) {
    const m2 = states[slot + 2] as number;
    states[slot + 3]! +=
      (others[other + 3] as number) +
      share * delta * n * ((delta * (n - count)) / total) +
      3 * (share * -m2 + ((delta * n) / total) * otherM2);
  }
  states[slot] = total;
  states[slot + 1]! += share;
  states[slot + 2]! += otherM2 + share * delta * n;
}

/** Keeps what is later (sign 1) or earlier (−1) by (event time, tie, value). */
export function keepEnd(
  states: Float64Array,
  slot: number,
  sign: 1 | -1,
  time: number,
  tieHigh: number,
  tieLow: number,
  high: number,
  low: number,
): void {
  let order = sign * (time - (states[slot] as number));
  if (!(order >= 0)) return; // NaN: both are the state of no events
  if (order === 0)
    order = sign * compareWords(tieHigh, tieLow, states[slot + 1] as number, states[slot + 2] as number);
  if (order === 0)
    order = sign * compareWords(high, low, states[slot + 3] as number, states[slot + 4] as number);
  if (order <= 0) return;
  states[slot] = time;
  states[slot + 1] = tieHigh;
  states[slot + 2] = tieLow;
  states[slot + 3] = high;
  states[slot + 4] = low;
}

/** `x` is relative to `time`; the older sum is brought to the newer time, so no exponent is positive. */
export function addDecayed(
  states: Float64Array,
  slot: number,
  halfLifeMs: number,
  time: number,
  x: number,
): void {
  const held = states[slot] as number;
  if (time > held) {
    states[slot] = time;
    states[slot + 1] = decayed(states[slot + 1] as number, held - time, halfLifeMs) + x;
  } else {
    states[slot + 1]! += decayed(x, time - held, halfLifeMs);
  }
}
