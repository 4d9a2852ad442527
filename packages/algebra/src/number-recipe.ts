/** Features that are one number, read off the accumulator of fixed components: by a code, since a fold emits dozens. */
import { MAX_EXACT_SUM } from './exact-sum';
import { decayed } from './fixed-cells';

/** Below this share of its mean a standard deviation is rounding noise, and the variance is 0. */
const NOISE = 1e-14;

export const NUMBER = {
  count: 0,
  rate: 1,
  sum: 2,
  mean: 3,
  variance: 4,
  stddev: 5,
  skewness: 6,
  /** What stands in a slot: an extreme, or the value of the first or last event. */
  held: 7,
  time_since_last: 8,
  decayed: 9,
} as const;

export interface NumberRecipe {
  readonly code: (typeof NUMBER)[keyof typeof NUMBER];
  /** Of the feature. */
  readonly index: number;
  /** Slots of the lane's count, and of the component. */
  readonly count: number;
  readonly slot: number;
  /** Seconds of a rate's window; what is taken off n for a variance; the half-life of decay, ms; 0 otherwise. */
  readonly parameter: number;
  /** Whether the value is no more exact from 2^53 on. */
  readonly integer: boolean;
}

/** Recipes as columns, of which each takes one look-up: a fold reads dozens of them for each entity. */
export interface NumberRecipes {
  readonly length: number;
  readonly code: Uint8Array;
  readonly index: Int32Array;
  readonly count: Int32Array;
  readonly slot: Int32Array;
  readonly parameter: Float64Array;
  readonly integer: Uint8Array;
}

export function recipesOf(recipes: readonly NumberRecipe[]): NumberRecipes {
  return {
    length: recipes.length,
    code: Uint8Array.from(recipes, ({ code }) => code),
    index: Int32Array.from(recipes, ({ index }) => index),
    count: Int32Array.from(recipes, ({ count }) => count),
    slot: Int32Array.from(recipes, ({ slot }) => slot),
    parameter: Float64Array.from(recipes, ({ parameter }) => parameter),
    integer: Uint8Array.from(recipes, ({ integer }) => (integer ? 1 : 0)),
  };
}

/** The `i`th number. Over no events as the operation has it; NaN: null. */
export function numberOf(recipes: NumberRecipes, i: number, acc: Float64Array, tMs: number): number {
  const n = acc[recipes.count[i] as number] as number;
  const slot = recipes.slot[i] as number;
  switch (recipes.code[i]) {
    case NUMBER.count:
      return n;
    case NUMBER.rate:
      return n / (recipes.parameter[i] as number);
    case NUMBER.sum:
      return (acc[slot] as number) + (acc[slot + 1] as number);
    case NUMBER.mean:
      return n === 0 ? Number.NaN : ((acc[slot] as number) + (acc[slot + 1] as number)) / n;
    case NUMBER.variance:
      return varianceAt(acc, slot, recipes.parameter[i] as number);
    case NUMBER.stddev:
      return Math.sqrt(varianceAt(acc, slot, recipes.parameter[i] as number));
    case NUMBER.skewness:
      return skewnessAt(acc, slot);
    case NUMBER.held:
      return n === 0 ? Number.NaN : (acc[slot] as number);
    case NUMBER.time_since_last:
      return n === 0 ? Number.NaN : (tMs - (acc[slot] as number)) / 1000;
    default:
      return n === 0
        ? 0
        : decayed(acc[slot + 1] as number, (acc[slot] as number) - tMs, recipes.parameter[i] as number);
  }
}

/** Whether the `i`th number, which is `value`, lies where doubles no longer tell all integers apart. */
export function isInexact({ integer }: NumberRecipes, i: number, value: number): boolean {
  return integer[i] === 1 && Math.abs(value) >= MAX_EXACT_SUM;
}

/** Whether M2 is no more than the rounding of numbers around the mean. */
function isNoise(n: number, mean: number, m2: number): boolean {
  return m2 <= n * (NOISE * mean) ** 2;
}

/** M2 / (n − less): of the population, or of the sample; NaN where there are too few values. */
function varianceAt(acc: Float64Array, slot: number, less: number): number {
  const n = acc[slot] as number;
  const m2 = acc[slot + 2] as number;
  if (n <= less) return Number.NaN;
  return isNoise(n, acc[slot + 1] as number, m2) ? 0 : m2 / (n - less);
}

/** (M3 / n) / (M2 / n)^1.5; null where there is no variance. */
function skewnessAt(acc: Float64Array, slot: number): number {
  const n = acc[slot] as number;
  const m2 = acc[slot + 2] as number;
  if (n === 0 || isNoise(n, acc[slot + 1] as number, m2)) return Number.NaN;
  const deviation = Math.sqrt(m2 / n);
  return (acc[slot + 3] as number) / n / deviation / deviation / deviation;
}
