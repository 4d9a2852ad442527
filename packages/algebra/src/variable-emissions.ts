/** From states of variable length to feature values. */
import { parameterList } from '@forebay/definitions';
import type { CategoryState } from './category-state';
import { type Emit, type OtherValue, setNumber, setOther, stateOf } from './emission';
import { MAX_EXACT_SUM } from './exact-sum';
import type { DegradedReason } from './exactness';

export const stringEnd: Emit = (plan, _acc, states, _t, out) =>
  setOther(out, plan, stateOf<'first_string' | 'last_string'>(plan, states).result());

export const endValues: Emit = (plan, _acc, states, _t, out) =>
  setOther(out, plan, stateOf<'first_n' | 'last_n'>(plan, states).result());

export const distinctCount: Emit = (plan, _acc, states, _t, out) =>
  setNumber(out, plan, stateOf<'distinct'>(plan, states).result());

export const quantile: Emit = (plan, _acc, states, _t, out) =>
  setNumber(out, plan, stateOf<'quantile'>(plan, states).quantile(plan.feature.parameters.q as number));

export const quantiles: Emit = (plan, _acc, states, _t, out) => {
  const state = stateOf<'quantile'>(plan, states);
  const asked = state.isEmpty ? [] : parameterList(plan.operation, plan.feature.parameters);
  return setOther(
    out,
    plan,
    asked.map((q) => state.quantile(q)),
  );
};

export const histogram: Emit = (plan, _acc, states, _t, out) =>
  setOther(out, plan, stateOf<'histogram'>(plan, states).result());

/** Of a map that has not overflown; null of one that has. */
function ofCategories(
  value: (state: CategoryState, parameters: Readonly<Record<string, number>>) => OtherValue,
  flaw: (state: CategoryState, integer: boolean) => DegradedReason | null = () => null,
): Emit {
  return (plan, _acc, states, _t, out) => {
    const state = stateOf<'category_counts' | 'category_sums'>(plan, states);
    if (state.isOverflown) return 'overflow';
    setOther(out, plan, value(state, plan.feature.parameters));
    return flaw(state, plan.lane.integer);
  };
}

export const topK = ofCategories((state, parameters) => state.top(parameters.k as number));
export const countBy = ofCategories((state) => state.counts());
export const sumBy = ofCategories(
  (state) => state.sums(),
  (state, integer) => (integer && state.hasInexactSum ? 'inexact' : null),
);
export const meanBy = ofCategories((state) => state.means());

export const sessionEvents: Emit = (plan, _acc, states, tMs, out) => {
  const state = stateOf<'session'>(plan, states);
  return setNumber(out, plan, state.isOpenAt(tMs) ? state.lastEvents : 0);
};

export const sessionSum: Emit = (plan, _acc, states, tMs, out) => {
  const state = stateOf<'session_sum'>(plan, states);
  const sum = state.isOpenAt(tMs) ? state.lastSum : 0;
  setNumber(out, plan, sum);
  return plan.lane.integer && Math.abs(sum) >= MAX_EXACT_SUM ? 'inexact' : null;
};

export const sessionDuration: Emit = (plan, _acc, states, tMs, out) => {
  const state = stateOf<'session'>(plan, states);
  return state.isOpenAt(tMs) ? setNumber(out, plan, state.lastDurationMs / 1000) : null;
};

export const sessionCount: Emit = (plan, _acc, states, _t, out) =>
  setNumber(out, plan, stateOf<'session'>(plan, states).runs);
