/** From the accumulator of fixed components to feature values. */
import { countOf, type Emit, setOther, slotOf } from './emission';
import { joinInt64 } from './fixed-cells';
import type { FeaturePlan, FixedComponent, FixedKind } from './layout';
import { NUMBER, type NumberRecipe } from './number-recipe';

/** How a feature's number is read off the accumulator. */
export type Read = (plan: FeaturePlan) => NumberRecipe;

function recipe(plan: FeaturePlan, more: Pick<NumberRecipe, 'code'> & Partial<NumberRecipe>): NumberRecipe {
  return { index: plan.index, count: slotOf(plan, 'count'), slot: 0, parameter: 0, integer: false, ...more };
}

export const count: Read = (plan) => recipe(plan, { code: NUMBER.count });

/** Over the declared length of the window. */
export const rate: Read = (plan) => {
  const { window } = plan.feature;
  const parameter = window.kind === 'lifetime' ? Number.NaN : window.lengthMs / 1000;
  return recipe(plan, { code: NUMBER.rate, parameter });
};

export const sum: Read = (plan) =>
  recipe(plan, { code: NUMBER.sum, slot: slotOf(plan, 'sum'), integer: plan.lane.integer });

export const mean: Read = (plan) => recipe(plan, { code: NUMBER.mean, slot: slotOf(plan, 'sum') });

const sampled = ({ feature }: FeaturePlan) => (feature.parameters.sample === 1 ? 1 : 0);

export const variance: Read = (plan) =>
  recipe(plan, { code: NUMBER.variance, slot: slotOf(plan, 'moments'), parameter: sampled(plan) });

export const stddev: Read = (plan) =>
  recipe(plan, { code: NUMBER.stddev, slot: slotOf(plan, 'moments'), parameter: sampled(plan) });

export const skewness: Read = (plan) => recipe(plan, { code: NUMBER.skewness, slot: slotOf(plan, 'skew') });

/** Where the value of an extreme, or of the first or last event, begins among the component's slots. */
const VALUE_SLOT = { min: 0, max: 0, first: 3, last: 3 } as const satisfies Partial<
  Record<FixedKind, number>
>;

type Held = keyof typeof VALUE_SLOT;

/** Of inputs that a double holds. */
export const held =
  (kind: Held): Read =>
  (plan) =>
    recipe(plan, { code: NUMBER.held, slot: slotOf(plan, kind) + VALUE_SLOT[kind] });

/** Of int64 inputs: slots with the high and the low word. */
export const heldInteger =
  (kind: Held): Emit =>
  (plan, acc, _states, _t, out) => {
    const slot = slotOf(plan, kind) + VALUE_SLOT[kind];
    if (countOf(plan, acc) === 0) return setOther(out, plan, null);
    return setOther(out, plan, joinInt64(acc[slot] as number, acc[slot + 1] as number));
  };

export const timeSinceLast: Read = (plan) =>
  recipe(plan, { code: NUMBER.time_since_last, slot: slotOf(plan, 'max_time') });

/** What is left at t of a sum that is relative to its newest event. */
export const decayedTo =
  (kind: 'decayed_sum' | 'decayed_count'): Read =>
  (plan) => {
    const { slot, parameter } = plan.fixed[kind] as FixedComponent;
    return recipe(plan, { code: NUMBER.decayed, slot, parameter });
  };
