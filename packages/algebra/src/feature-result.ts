/** From accumulators to feature values: how each operation does it, and in which form. */
import type { OperationName } from '@forebay/definitions';
import type { Emit, FeatureValues } from './emission';
import type { DegradedReason } from './exactness';
import * as fixed from './fixed-emissions';
import type { FeaturePlan } from './layout';
import * as variable from './variable-emissions';
import type { VariableState } from './variable-state';

export type { FeatureValues, OtherValue } from './emission';

/**
 * Where an operation leaves its values: a `number` in the float64 block, a `cell` of the input there or among the others
 * by its type, anything else among the `others`.
 */
type Form = 'number' | 'cell' | 'other';

interface Emission {
  readonly form: Form;
  readonly emit: Emit;
  /** For strings, where they go another way. */
  readonly emitString?: Emit;
}

const EMISSIONS = {
  count: { form: 'number', emit: fixed.count },
  sum: { form: 'number', emit: fixed.sum },
  mean: { form: 'number', emit: fixed.mean },
  min: { form: 'cell', emit: fixed.extreme('min') },
  max: { form: 'cell', emit: fixed.extreme('max') },
  variance: { form: 'number', emit: fixed.variance },
  stddev: { form: 'number', emit: fixed.stddev },
  skewness: { form: 'number', emit: fixed.skewness },
  first: { form: 'cell', emit: fixed.end('first'), emitString: variable.stringEnd },
  last: { form: 'cell', emit: fixed.end('last'), emitString: variable.stringEnd },
  first_n: { form: 'other', emit: variable.endValues },
  last_n: { form: 'other', emit: variable.endValues },
  distinct_count: { form: 'number', emit: variable.distinctCount },
  quantile: { form: 'number', emit: variable.quantile },
  quantiles: { form: 'other', emit: variable.quantiles },
  top_k: { form: 'other', emit: variable.topK },
  histogram: { form: 'other', emit: variable.histogram },
  count_by: { form: 'other', emit: variable.countBy },
  sum_by: { form: 'other', emit: variable.sumBy },
  mean_by: { form: 'other', emit: variable.meanBy },
  decayed_sum: { form: 'number', emit: fixed.decayedTo('decayed_sum') },
  decayed_count: { form: 'number', emit: fixed.decayedTo('decayed_count') },
  rate: { form: 'number', emit: fixed.rate },
  time_since_last: { form: 'number', emit: fixed.timeSinceLast },
  session_events: { form: 'number', emit: variable.sessionEvents },
  session_sum: { form: 'number', emit: variable.sessionSum },
  session_duration: { form: 'number', emit: variable.sessionDuration },
  session_count: { form: 'number', emit: variable.sessionCount },
} as const satisfies Record<OperationName, Emission>;

/** Whether the values of a feature stand in the float64 block: numbers that cannot pass 2^53, booleans and timestamps. */
export function isFloat64(plan: FeaturePlan): boolean {
  const { form }: Emission = EMISSIONS[plan.operation];
  return form === 'number' || (form === 'cell' && plan.lane.cell === 'float64');
}

/** How a feature's value is made; looked up once per plan. */
export function emitOf(plan: FeaturePlan): Emit {
  const emission: Emission = EMISSIONS[plan.operation];
  return plan.lane.cell === 'string' ? (emission.emitString ?? emission.emit) : emission.emit;
}

/** Writes the feature's value, null unless the accumulators hold one. Returns why the value is not exact, or null. */
export function emitFeature(
  plan: FeaturePlan,
  acc: Float64Array,
  states: readonly VariableState[],
  tMs: number,
  out: FeatureValues,
): DegradedReason | null {
  out.numbers[plan.index] = Number.NaN;
  out.others[plan.index] = null;
  return emitOf(plan)(plan, acc, states, tMs, out);
}
