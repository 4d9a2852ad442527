/** Shares of a distribution of numbers; 0 where it has no values. */
import type { NumericDistribution } from '../feature-profile';

/** Of values ≤ x. */
export function shareUpTo(distribution: NumericDistribution, x: number): number {
  return shareWhere(distribution, (upper) => upper <= x);
}

/** Of values < x. */
export function shareBelow(distribution: NumericDistribution, x: number): number {
  return shareWhere(distribution, (upper) => upper < x);
}

function shareWhere({ uppers, counts }: NumericDistribution, counted: (upper: number) => boolean): number {
  let [below, all] = [0, 0];
  for (const [i, upper] of uppers.entries()) {
    const count = counts[i] as number;
    all += count;
    if (counted(upper)) below += count;
  }
  return all === 0 ? 0 : below / all;
}
