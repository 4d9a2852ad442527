/** From accumulators to feature values. */
import type { OperationName } from '@forebay/definitions';
import { joinInt64 } from './fixed-cells';
import type { FeaturePlan, FixedComponent, FixedKind } from './layout';
import type { VariableState } from './variable-state';

/** What a feature can be besides a number: a wide integer, a string, or a list. */
export type OtherValue = bigint | number | string | readonly (number | bigint | string)[];

/**
 * Where a fold leaves the values of a view, by feature index. Owned by the caller and overwritten whole by each fold.
 * A feature is in `others` if its type does not fit a float64 (see `isFloat64`), else in `numbers`.
 */
export interface FeatureValues {
  /** NaN where null. */
  readonly numbers: Float64Array;
  readonly others: (OtherValue | null)[];
}

const MAX_EXACT_SUM = 2 ** 53;
/** Below this share of its mean a standard deviation is rounding noise, and the variance is 0. */
const NOISE = 1e-14;

/** Whether the values of a feature stand in the float64 block: numbers that cannot pass 2^53, booleans and timestamps. */
export function isFloat64(plan: FeaturePlan): boolean {
  switch (plan.operation) {
    case 'min':
    case 'max':
    case 'first':
    case 'last':
      return plan.lane.cell === 'float64';
    case 'last_n':
      return false;
    default:
      return true;
  }
}

type Emit = (
  acc: Float64Array,
  plan: FeaturePlan,
  tMs: number,
  states: readonly VariableState[],
  out: FeatureValues,
) => boolean;

const slotOf = (plan: FeaturePlan, kind: FixedKind) => (plan.fixed[kind] as FixedComponent).slot;
const countOf = (acc: Float64Array, plan: FeaturePlan) => acc[slotOf(plan, 'count')] as number;

function sumOf(acc: Float64Array, plan: FeaturePlan): number {
  const slot = slotOf(plan, 'sum');
  return (acc[slot] as number) + (acc[slot + 1] as number);
}

function setNumber(out: FeatureValues, plan: FeaturePlan, value: number): true {
  out.numbers[plan.index] = Number.isFinite(value) ? value : Number.NaN;
  return true;
}

/** The value in slots (value) or (high, low). */
function setCell(acc: Float64Array, slot: number, plan: FeaturePlan, out: FeatureValues): true {
  if (plan.lane.cell === 'int64')
    out.others[plan.index] = joinInt64(acc[slot] as number, acc[slot + 1] as number);
  else out.numbers[plan.index] = acc[slot] as number;
  return true;
}

function varianceOf(acc: Float64Array, plan: FeaturePlan): number {
  const slot = slotOf(plan, 'moments');
  const n = acc[slot] as number;
  const mean = acc[slot + 1] as number;
  const m2 = acc[slot + 2] as number;
  const divisor = plan.feature.parameters.sample === 1 ? n - 1 : n;
  if (divisor <= 0) return Number.NaN;
  return m2 <= n * (NOISE * mean) ** 2 ? 0 : m2 / divisor;
}

function extreme(kind: 'min' | 'max'): Emit {
  return (acc, plan, _t, _states, out) =>
    countOf(acc, plan) === 0 || setCell(acc, slotOf(plan, kind), plan, out);
}

function end(kind: 'first' | 'last'): Emit {
  return (acc, plan, _t, states, out) => {
    if (plan.variable !== null) {
      out.others[plan.index] = (states[plan.variable] as VariableState).result() as string | null;
      return true;
    }
    return countOf(acc, plan) === 0 || setCell(acc, slotOf(plan, kind) + 3, plan, out);
  };
}

const notYet: Emit = () => {
  throw new Error('not emitted yet');
};
const NOT_YET = {
  skewness: notYet,
  first_n: notYet,
  quantile: notYet,
  quantiles: notYet,
  top_k: notYet,
  histogram: notYet,
  count_by: notYet,
  sum_by: notYet,
  mean_by: notYet,
  decayed_sum: notYet,
  decayed_count: notYet,
  rate: notYet,
  session_events: notYet,
  session_sum: notYet,
  session_duration: notYet,
  session_count: notYet,
};

/** Each leaves the value, or nothing for null; false: the value is inexact. */
const EMIT = {
  count: (acc, plan, _t, _states, out) => setNumber(out, plan, countOf(acc, plan)),
  sum: (acc, plan, _t, _states, out) => {
    const sum = sumOf(acc, plan);
    setNumber(out, plan, sum);
    return !plan.lane.integer || Math.abs(sum) < MAX_EXACT_SUM;
  },
  mean: (acc, plan, _t, _states, out) =>
    countOf(acc, plan) === 0 || setNumber(out, plan, sumOf(acc, plan) / countOf(acc, plan)),
  min: extreme('min'),
  max: extreme('max'),
  variance: (acc, plan, _t, _states, out) => setNumber(out, plan, varianceOf(acc, plan)),
  stddev: (acc, plan, _t, _states, out) => setNumber(out, plan, Math.sqrt(varianceOf(acc, plan))),
  first: end('first'),
  last: end('last'),
  last_n: (_acc, plan, _t, states, out) => {
    out.others[plan.index] = (states[plan.variable as number] as VariableState).result() as OtherValue;
    return true;
  },
  distinct_count: (_acc, plan, _t, states, out) =>
    setNumber(out, plan, (states[plan.variable as number] as VariableState).result() as number),
  ...NOT_YET,
  time_since_last: (acc, plan, tMs, _states, out) =>
    countOf(acc, plan) === 0 ||
    setNumber(out, plan, (tMs - (acc[slotOf(plan, 'max_time')] as number)) / 1000),
} as const satisfies Record<OperationName, Emit>;

/** Writes the feature's value, null unless the accumulators hold one. Returns false if the value is not exact. */
export function emitFeature(
  plan: FeaturePlan,
  acc: Float64Array,
  states: readonly VariableState[],
  tMs: number,
  out: FeatureValues,
): boolean {
  out.numbers[plan.index] = Number.NaN;
  out.others[plan.index] = null;
  return EMIT[plan.operation](acc, plan, tMs, states, out);
}
