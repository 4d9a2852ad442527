/** Whether two values of a feature are the same, as far as two ways of computing it can agree. */
import { type FeatureValue, isFloat64, type ViewLayout, type ViewOutput } from '@forebay/algebra';
import type { OperationName } from '@forebay/definitions';

type FeaturePlan = ViewLayout['features'][number];

/** Of sums of doubles, which are added in another order on each path. */
const OF_SUMS = 1e-9;
/** Of what is computed from squares and differences of such sums, where most digits may cancel. */
const OF_SPREADS = 1e-6;
const EXACT = 0;

/** How far two values may be apart, as a share of the larger one. */
const TOLERANCES = {
  count: EXACT,
  sum: OF_SUMS,
  mean: OF_SUMS,
  min: EXACT,
  max: EXACT,
  variance: OF_SPREADS,
  stddev: OF_SPREADS,
  skewness: OF_SPREADS,
  first: EXACT,
  last: EXACT,
  first_n: EXACT,
  last_n: EXACT,
  distinct_count: EXACT,
  quantile: EXACT,
  quantiles: EXACT,
  top_k: OF_SUMS,
  histogram: EXACT,
  count_by: EXACT,
  sum_by: OF_SUMS,
  mean_by: OF_SUMS,
  decayed_sum: OF_SUMS,
  decayed_count: OF_SUMS,
  rate: EXACT,
  time_since_last: EXACT,
  session_events: EXACT,
  session_sum: OF_SUMS,
  session_duration: EXACT,
  session_count: EXACT,
} as const satisfies Record<OperationName, number>;

export function toleranceOf({ operation, lane }: FeaturePlan): number {
  return operation === 'sum' && lane.integer ? EXACT : TOLERANCES[operation];
}

/** null: the feature has no value. */
export function featureValue(plan: FeaturePlan, { numbers, others }: ViewOutput): FeatureValue {
  if (!isFloat64(plan)) return others[plan.index] ?? null;
  const number = numbers[plan.index] as number;
  return Number.isNaN(number) ? null : number;
}

/** @param tolerance as a share of the larger number; of numbers below 1, of 1 */
export function isSame(a: FeatureValue, b: FeatureValue, tolerance: number): boolean {
  if (typeof a === 'number' && typeof b === 'number') return isNear(a, b, tolerance);
  if (a instanceof Uint8Array && b instanceof Uint8Array) return Buffer.compare(a, b) === 0;
  if (a instanceof Map && b instanceof Map) return haveSameEntries(a, b, tolerance);
  if (Array.isArray(a) && Array.isArray(b))
    return a.length === b.length && a.every((item, i) => isSame(item, b[i] as FeatureValue, tolerance));
  return a === b;
}

function isNear(a: number, b: number, tolerance: number): boolean {
  return a === b || Math.abs(a - b) <= tolerance * Math.max(1, Math.abs(a), Math.abs(b));
}

function haveSameEntries(
  a: ReadonlyMap<unknown, number>,
  b: ReadonlyMap<unknown, number>,
  tolerance: number,
): boolean {
  if (a.size !== b.size) return false;
  for (const [key, value] of a) {
    const other = b.get(key);
    if (other === undefined || !isNear(value, other, tolerance)) return false;
  }
  return true;
}
