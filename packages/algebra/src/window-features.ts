/** The features of one window: their values and statuses, from what a fold has accumulated when it passes the window's edge. */
import type { Emit } from './emission';
import type { DegradedReason } from './exactness';
import { emissionOf } from './feature-result';
import type { FeaturePlan, ViewLayout } from './layout';
import { isInexact, type NumberRecipes, numberOf, recipesOf } from './number-recipe';
import type { VariableState } from './variable-state';
import { STATUS, type ViewOutput } from './view-output';

interface Emitting {
  readonly plan: FeaturePlan;
  readonly emit: Emit;
  readonly float64: boolean;
}

export class WindowFeatures {
  readonly #numbers: NumberRecipes;
  readonly #emitting: readonly Emitting[];

  constructor(plans: readonly FeaturePlan[]) {
    const emissions = plans.map((plan) => ({ plan, ...emissionOf(plan) }));
    this.#numbers = recipesOf(
      emissions.flatMap((emission) => ('recipe' in emission ? [emission.recipe] : [])),
    );
    this.#emitting = emissions.flatMap((emission) => ('emit' in emission ? [emission] : []));
  }

  /**
   * Leaves `out.allPresent` as it is unless a value is not PRESENT.
   * @param reason why nothing of the window is exact, or null
   */
  emit(
    acc: Float64Array,
    states: readonly VariableState[],
    tMs: number,
    reason: DegradedReason | null,
    out: ViewOutput,
  ): void {
    if (reason !== null) out.reason ??= reason;
    let allPresent = this.#emitNumbers(acc, tMs, reason, out);
    for (let i = 0; i < this.#emitting.length; i++) {
      const { plan, emit, float64 } = this.#emitting[i] as Emitting;
      if (float64) out.numbers[plan.index] = Number.NaN;
      else out.others[plan.index] = null;
      const flaw = emit(plan, acc, states, tMs, out);
      if (flaw !== null) out.reason ??= flaw;
      const isNull = float64 ? Number.isNaN(out.numbers[plan.index]) : out.others[plan.index] === null;
      const status = statusOf(reason !== null || flaw !== null, isNull);
      if (status !== STATUS.PRESENT) allPresent = false;
      out.statuses[plan.index] = status;
    }
    if (!allPresent) out.allPresent = false;
  }

  /** Returns whether all of them are PRESENT. */
  #emitNumbers(acc: Float64Array, tMs: number, reason: DegradedReason | null, out: ViewOutput): boolean {
    const { numbers, statuses } = out;
    const recipes = this.#numbers;
    const isDegraded = reason !== null;
    let allPresent = !isDegraded;
    for (let i = 0; i < recipes.length; i++) {
      const index = recipes.index[i] as number;
      const value = numberOf(recipes, i, acc, tMs);
      // −0.0 is 0.0, and what is not finite is null
      const isNull = !(Math.abs(value) <= Number.MAX_VALUE);
      numbers[index] = isNull ? Number.NaN : value + 0;
      let status: number = isDegraded ? STATUS.DEGRADED : STATUS.PRESENT;
      if (isNull) {
        allPresent = false;
        if (!isDegraded) status = STATUS.NULL_VALUE;
      }
      if (isInexact(recipes, i, value)) {
        out.reason ??= 'inexact';
        allPresent = false;
        status = STATUS.DEGRADED;
      }
      statuses[index] = status;
    }
    return allPresent;
  }
}

function statusOf(degraded: boolean, isNull: boolean): number {
  if (degraded) return STATUS.DEGRADED;
  return isNull ? STATUS.NULL_VALUE : STATUS.PRESENT;
}

/** By window of the layout. */
export function windowFeatures(layout: ViewLayout): WindowFeatures[] {
  return layout.windows.map(
    (_, window) => new WindowFeatures(layout.features.filter((plan) => plan.window === window)),
  );
}
