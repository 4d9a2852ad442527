/** From the accumulator of fixed components to feature values. */
import { countOf, type Emit, type FeatureValues, setNumber, slotOf } from './emission';
import { MAX_EXACT_SUM } from './exact-sum';
import { decayed, joinInt64 } from './fixed-cells';
import type { FeaturePlan, FixedComponent } from './layout';

/** Below this share of its mean a standard deviation is rounding noise, and the variance is 0. */
const NOISE = 1e-14;

export const count: Emit = (plan, acc, _states, _t, out) => setNumber(out, plan, countOf(plan, acc));

/** Events per second over the declared length of the window. */
export const rate: Emit = (plan, acc, _states, _t, out) => {
  const { window } = plan.feature;
  const seconds = window.kind === 'lifetime' ? Number.NaN : window.lengthMs / 1000;
  return setNumber(out, plan, countOf(plan, acc) / seconds);
};

function sumOf(plan: FeaturePlan, acc: Float64Array): number {
  const slot = slotOf(plan, 'sum');
  return (acc[slot] as number) + (acc[slot + 1] as number);
}

export const sum: Emit = (plan, acc, _states, _t, out) => {
  const value = sumOf(plan, acc);
  setNumber(out, plan, value);
  return plan.lane.integer && Math.abs(value) >= MAX_EXACT_SUM ? 'inexact' : null;
};

export const mean: Emit = (plan, acc, _states, _t, out) => {
  const n = countOf(plan, acc);
  return n === 0 ? null : setNumber(out, plan, sumOf(plan, acc) / n);
};

/** Whether M2 is no more than the rounding of numbers around the mean. */
function isNoise(n: number, mean: number, m2: number): boolean {
  return m2 <= n * (NOISE * mean) ** 2;
}

/** Of the population, or of the sample; NaN where there are too few values. */
function varianceOf(plan: FeaturePlan, acc: Float64Array): number {
  const slot = slotOf(plan, 'moments');
  const n = acc[slot] as number;
  const m2 = acc[slot + 2] as number;
  const divisor = plan.feature.parameters.sample === 1 ? n - 1 : n;
  if (divisor <= 0) return Number.NaN;
  return isNoise(n, acc[slot + 1] as number, m2) ? 0 : m2 / divisor;
}

export const variance: Emit = (plan, acc, _states, _t, out) => setNumber(out, plan, varianceOf(plan, acc));

export const stddev: Emit = (plan, acc, _states, _t, out) =>
  setNumber(out, plan, Math.sqrt(varianceOf(plan, acc)));

/** (M3 / n) / (M2 / n)^1.5; null where there is no variance. */
export const skewness: Emit = (plan, acc, _states, _t, out) => {
  const slot = slotOf(plan, 'skew');
  const n = acc[slot] as number;
  const m2 = acc[slot + 2] as number;
  if (n === 0 || isNoise(n, acc[slot + 1] as number, m2)) return null;
  const deviation = Math.sqrt(m2 / n);
  return setNumber(out, plan, (acc[slot + 3] as number) / n / deviation / deviation / deviation);
};

/** The value in slots (value) or (high, low). */
function setCell(out: FeatureValues, plan: FeaturePlan, acc: Float64Array, slot: number): null {
  if (plan.lane.cell === 'int64')
    out.others[plan.index] = joinInt64(acc[slot] as number, acc[slot + 1] as number);
  else out.numbers[plan.index] = acc[slot] as number;
  return null;
}

export function extreme(kind: 'min' | 'max'): Emit {
  return (plan, acc, _states, _t, out) =>
    countOf(plan, acc) === 0 ? null : setCell(out, plan, acc, slotOf(plan, kind));
}

/** Of inputs that are no strings. */
export function end(kind: 'first' | 'last'): Emit {
  return (plan, acc, _states, _t, out) =>
    countOf(plan, acc) === 0 ? null : setCell(out, plan, acc, slotOf(plan, kind) + 3);
}

export const timeSinceLast: Emit = (plan, acc, _states, tMs, out) =>
  countOf(plan, acc) === 0
    ? null
    : setNumber(out, plan, (tMs - (acc[slotOf(plan, 'max_time')] as number)) / 1000);

/** What is left at t of a sum that is relative to its newest event. */
export function decayedTo(kind: 'decayed_sum' | 'decayed_count'): Emit {
  return (plan, acc, _states, tMs, out) => {
    if (countOf(plan, acc) === 0) return setNumber(out, plan, 0);
    const { slot, parameter } = plan.fixed[kind] as FixedComponent;
    return setNumber(out, plan, decayed(acc[slot + 1] as number, (acc[slot] as number) - tMs, parameter));
  };
}
