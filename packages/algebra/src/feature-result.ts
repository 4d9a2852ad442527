/** From accumulators to feature values: how each operation does it, and in which form. */
import type { OperationName } from '@forebay/definitions';
import type { Emit } from './emission';
import * as fixed from './fixed-emissions';
import type { FeaturePlan } from './layout';
import type { NumberRecipe } from './number-recipe';
import * as variable from './variable-emissions';

export type { FeatureValues, OtherValue } from './emission';

/** Where an operation's value comes from, and in which form it leaves it. */
type Emission =
  /** A number read off the fixed components. */
  | { readonly read: fixed.Read }
  /** A value of the input: a number, or a wide integer or a string among the others. */
  | { readonly read: fixed.Read; readonly integer: Emit; readonly string?: Emit }
  /** A number made from a state of variable length. */
  | { readonly number: Emit }
  /** Anything else made from a state of variable length. */
  | { readonly other: Emit };

const EMISSIONS = {
  count: { read: fixed.count },
  sum: { read: fixed.sum },
  mean: { read: fixed.mean },
  min: { read: fixed.held('min'), integer: fixed.heldInteger('min') },
  max: { read: fixed.held('max'), integer: fixed.heldInteger('max') },
  variance: { read: fixed.variance },
  stddev: { read: fixed.stddev },
  skewness: { read: fixed.skewness },
  first: { read: fixed.held('first'), integer: fixed.heldInteger('first'), string: variable.stringEnd },
  last: { read: fixed.held('last'), integer: fixed.heldInteger('last'), string: variable.stringEnd },
  first_n: { other: variable.endValues },
  last_n: { other: variable.endValues },
  distinct_count: { number: variable.distinctCount },
  quantile: { number: variable.quantile },
  quantiles: { other: variable.quantiles },
  top_k: { other: variable.topK },
  histogram: { other: variable.histogram },
  count_by: { other: variable.countBy },
  sum_by: { other: variable.sumBy },
  mean_by: { other: variable.meanBy },
  decayed_sum: { read: fixed.decayedTo('decayed_sum') },
  decayed_count: { read: fixed.decayedTo('decayed_count') },
  rate: { read: fixed.rate },
  time_since_last: { read: fixed.timeSinceLast },
  session_events: { number: variable.sessionEvents },
  session_sum: { number: variable.sessionSum },
  session_duration: { number: variable.sessionDuration },
  session_count: { number: variable.sessionCount },
} as const satisfies Record<OperationName, Emission>;

/** How one feature's value is made; `float64` says that it stands among the numbers. */
export type FeatureEmission =
  | { readonly float64: true; readonly recipe: NumberRecipe }
  | { readonly float64: boolean; readonly emit: Emit };

export function emissionOf(plan: FeaturePlan): FeatureEmission {
  const emission: Emission = EMISSIONS[plan.operation];
  if ('number' in emission) return { float64: true, emit: emission.number };
  if ('other' in emission) return { float64: false, emit: emission.other };
  const { cell } = plan.lane;
  if ('integer' in emission && cell === 'int64') return { float64: false, emit: emission.integer };
  if ('integer' in emission && emission.string !== undefined && cell === 'string')
    return { float64: false, emit: emission.string };
  return { float64: true, recipe: emission.read(plan) };
}

/** Whether the values of a feature stand in the float64 block: numbers that cannot pass 2^53, booleans and timestamps. */
export function isFloat64(plan: FeaturePlan): boolean {
  return emissionOf(plan).float64;
}
