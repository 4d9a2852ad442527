/** How far two distributions are apart. All take shares of the same bins on both sides, or step functions; 0 for equal ones. */
import type { NumericDistribution } from '../feature-profile';

/** A share of 0 would make the logarithm infinite; what is rarer than this counts as this. */
const LEAST_SHARE = 0.0001;

interface Shares {
  readonly baseline: number;
  readonly current: number;
}

/**
 * Population stability index, Σ (aᵢ − eᵢ) · ln(aᵢ / eᵢ) over the bins, with e the baseline's shares and a the current ones
 * (N. Siddiqi, Credit Risk Scorecards, 2006, ch. 8; it is the symmetrised Kullback–Leibler divergence: H. Jeffreys, 1946).
 * By custom below 0.1 is no change, above 0.25 a large one.
 */
export function populationStabilityIndex(bins: readonly Shares[]): number {
  let sum = 0;
  for (const { baseline, current } of bins) {
    const expected = Math.max(baseline, LEAST_SHARE);
    const actual = Math.max(current, LEAST_SHARE);
    sum += (actual - expected) * Math.log(actual / expected);
  }
  return sum;
}

/**
 * Jensen–Shannon distance, √(½·KL(p‖m) + ½·KL(q‖m)) with m = (p + q) / 2 and logarithms of base 2, so that it lies in [0, 1]
 * (J. Lin, Divergence measures based on the Shannon entropy, 1991; D. Endres and J. Schindelin, 2003: its root is a metric).
 */
export function jensenShannonDistance(bins: readonly Shares[]): number {
  let divergence = 0;
  for (const { baseline, current } of bins) {
    const middle = (baseline + current) / 2;
    divergence += relativeEntropy(baseline, middle) / 2 + relativeEntropy(current, middle) / 2;
  }
  return Math.sqrt(Math.min(1, Math.max(0, divergence)));
}

function relativeEntropy(share: number, other: number): number {
  return share === 0 ? 0 : share * Math.log2(share / other);
}

/**
 * The two-sample Kolmogorov–Smirnov statistic, the largest difference of the two empirical distribution functions (N. Smirnov, 1939),
 * in [0, 1]; at most 0.001 smaller than that of the values themselves for each side that is not held value by value. Null: a side
 * has no values.
 */
export function kolmogorovSmirnov(
  baseline: NumericDistribution,
  current: NumericDistribution,
): number | null {
  const [allBefore, allAfter] = [totalOf(baseline), totalOf(current)];
  if (allBefore === 0 || allAfter === 0) return null;
  let [i, j, before, after, largest] = [0, 0, 0, 0, 0];
  while (i < baseline.uppers.length || j < current.uppers.length) {
    const x = Math.min(
      baseline.uppers[i] ?? Number.POSITIVE_INFINITY,
      current.uppers[j] ?? Number.POSITIVE_INFINITY,
    );
    if (baseline.uppers[i] === x) before += baseline.counts[i++] as number;
    if (current.uppers[j] === x) after += current.counts[j++] as number;
    largest = Math.max(largest, Math.abs(before / allBefore - after / allAfter));
  }
  return largest;
}

function totalOf({ counts }: NumericDistribution): number {
  return counts.reduce((sum, count) => sum + count, 0);
}
