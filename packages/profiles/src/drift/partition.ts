/** Cuts two distributions into the same bins, which the baseline decides: what PSI and Jensen–Shannon are computed over. */
import type { CategoricalDistribution, FeatureProfile, NumericDistribution } from '../feature-profile';
import { valuesOf } from '../feature-profile';
import { shareBelow, shareUpTo } from './step-function';

/** Numbers are cut at the baseline's deciles, as is usual for PSI. */
const QUANTILE_BINS = 10;
/** More categories than this would make a large PSI of noise; the rarer ones are one bin. */
const MOST_CATEGORIES = 20;

export interface Bin {
  /** For people: `null`, `≤ 3`, `3 … 5`, `> 5`, `"EUR"`, `others`. */
  readonly label: string;
  /** Shares of all rows, 0 to 1. */
  readonly baseline: number;
  readonly current: number;
}

/** Bins whose shares sum to 1 on both sides, nulls among them; null: one side has no rows, or the two are of different kinds. */
export function partition(baseline: FeatureProfile, current: FeatureProfile): Bin[] | null {
  if (baseline.rows === 0 || current.rows === 0) return null;
  const [before, after] = [baseline.distribution, current.distribution];
  const [ofBaseline, ofCurrent] = [valuesOf(baseline) / baseline.rows, valuesOf(current) / current.rows];
  const scaled = (bins: readonly Bin[]) =>
    bins.map((bin) => ({
      label: bin.label,
      baseline: bin.baseline * ofBaseline,
      current: bin.current * ofCurrent,
    }));
  const nulls: Bin = { label: 'null', baseline: 1 - ofBaseline, current: 1 - ofCurrent };
  if (before.kind === 'numeric' && after.kind === 'numeric')
    return [...scaled(numericBins(before, after)), nulls];
  if (before.kind === 'categorical' && after.kind === 'categorical')
    return [...scaled(categoryBins(before, after)), nulls];
  return null;
}

/** Below the baseline's least value and above its greatest are bins of their own: where all its values are equal there is no other. */
function numericBins(before: NumericDistribution, after: NumericDistribution): Bin[] {
  const edges = decilesOf(before);
  const least = before.uppers[0];
  if (least === undefined) return [{ label: 'any', baseline: 0, current: after.uppers.length === 0 ? 0 : 1 }];
  const bins: Bin[] = [
    {
      label: `< ${shortNumber(least)}`,
      baseline: shareBelow(before, least),
      current: shareBelow(after, least),
    },
  ];
  let [doneBefore, doneAfter] = [shareBelow(before, least), shareBelow(after, least)];
  let from = least;
  for (const edge of edges) {
    const [upBefore, upAfter] = [shareUpTo(before, edge), shareUpTo(after, edge)];
    const label = from === edge ? `= ${shortNumber(edge)}` : `${shortNumber(from)} … ${shortNumber(edge)}`;
    bins.push({ label, baseline: upBefore - doneBefore, current: upAfter - doneAfter });
    [doneBefore, doneAfter, from] = [upBefore, upAfter, edge];
  }
  const hasValues = after.uppers.length > 0;
  bins.push({
    label: `> ${shortNumber(from)}`,
    baseline: 1 - doneBefore,
    current: hasValues ? 1 - doneAfter : 0,
  });
  return bins;
}

/** The upper ends of the bins, the greatest value last; fewer than ten where values are equal. */
function decilesOf(distribution: NumericDistribution): number[] {
  const { uppers, counts } = distribution;
  const total = counts.reduce((sum, count) => sum + count, 0);
  const edges: number[] = [];
  let seen = 0;
  let next = 1;
  for (const [i, upper] of uppers.entries()) {
    seen += counts[i] as number;
    if (seen * QUANTILE_BINS < next * total && i < uppers.length - 1) continue;
    edges.push(upper);
    while (next * total <= seen * QUANTILE_BINS) next++;
  }
  return edges;
}

function categoryBins(before: CategoricalDistribution, after: CategoricalDistribution): Bin[] {
  const shown = before.categories.slice(0, MOST_CATEGORIES);
  const [allBefore, allAfter] = [totalOf(before), totalOf(after)];
  const bins = shown.map((category) => ({
    label: JSON.stringify(category),
    baseline: shareOf(before, category, allBefore),
    current: shareOf(after, category, allAfter),
  }));
  const rest = (field: 'baseline' | 'current', all: number) =>
    all === 0 ? 0 : Math.max(0, 1 - bins.reduce((sum, bin) => sum + bin[field], 0));
  return [
    ...bins,
    { label: 'others', baseline: rest('baseline', allBefore), current: rest('current', allAfter) },
  ];
}

function totalOf({ counts, others }: CategoricalDistribution): number {
  return counts.reduce((sum, count) => sum + count, others);
}

function shareOf({ categories, counts }: CategoricalDistribution, category: string, all: number): number {
  const count = counts[categories.indexOf(category)] ?? 0;
  return all === 0 ? 0 : count / all;
}

const DIGITS = 4;

/** `0.3333`, `1234568`. */
export function shortNumber(value: number): string {
  return Math.abs(value) >= 10 ** DIGITS
    ? String(Math.round(value))
    : String(Number(value.toPrecision(DIGITS)));
}
