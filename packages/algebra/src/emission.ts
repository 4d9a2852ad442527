/** What the emissions of features have in common. */
import type { CategoryKey } from './category-keys';
import type { DegradedReason } from './exactness';
import type { FeaturePlan, FixedComponent, FixedKind, VariableKind } from './layout';
import type { StateOf, VariableState } from './variable-state';

/** What a feature can be besides a number: a wide integer, a string, a list, a map whose keys ascend, or a vector's bytes. */
export type OtherValue =
  | bigint
  | number
  | string
  | readonly (number | bigint | string)[]
  | ReadonlyMap<CategoryKey, number>
  | Uint8Array;

/**
 * Where a fold leaves the values of a view, by feature index. Owned by the caller and overwritten whole by each fold.
 * A feature is in `others` if its type does not fit a float64 (see `isFloat64`), else in `numbers`.
 */
export interface FeatureValues {
  /** NaN where null. */
  readonly numbers: Float64Array;
  readonly others: (OtherValue | null)[];
}

/** Leaves the feature's value, or nothing for null: its place holds null before. Returns what is wrong with it, or null. */
export type Emit = (
  plan: FeaturePlan,
  acc: Float64Array,
  states: readonly VariableState[],
  tMs: number,
  out: FeatureValues,
) => DegradedReason | null;

export const slotOf = (plan: FeaturePlan, kind: FixedKind) => (plan.fixed[kind] as FixedComponent).slot;

export const countOf = (plan: FeaturePlan, acc: Float64Array) => acc[slotOf(plan, 'count')] as number;

/** The state that the feature is made from, which its operation knows to be of one of these kinds. */
export function stateOf<Kind extends VariableKind>(
  plan: FeaturePlan,
  states: readonly VariableState[],
): StateOf<Kind> {
  return states[plan.variable as number] as StateOf<Kind>;
}

/** A number that is not finite is null; −0.0 is 0.0. */
export function setNumber(out: FeatureValues, plan: FeaturePlan, value: number): null {
  out.numbers[plan.index] = Number.isFinite(value) ? value + 0 : Number.NaN;
  return null;
}

export function setOther(out: FeatureValues, plan: FeaturePlan, value: OtherValue | null): null {
  out.others[plan.index] = value;
  return null;
}
