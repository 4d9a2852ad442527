/** What has become of a feature since its baseline. */
import type { FeatureProfile } from '../feature-profile';
import { jensenShannonDistance, kolmogorovSmirnov, populationStabilityIndex } from './distances';
import { type Bin, partition } from './partition';

/** The closed set of distances, by the names that options and results have. */
export const DISTANCES = ['psi', 'ks', 'js'] as const;
export type Distance = (typeof DISTANCES)[number];

/** A feature whose distance is above its threshold has drifted. */
export type Thresholds = Readonly<Record<Distance, number>>;

/** PSI by custom (see `populationStabilityIndex`); the others are about what a shift gives that makes a PSI of 0.25 of a normal distribution. */
export const DEFAULT_THRESHOLDS: Thresholds = { psi: 0.25, ks: 0.2, js: 0.2 };

export const DRIFT_STATES = {
  steady: 'no distance is above its threshold',
  drifted: 'at least one is',
  unknown:
    'there is nothing to compare: no rows, values of another kind, or instants, which move by themselves',
} as const;
export type DriftState = keyof typeof DRIFT_STATES;

export interface FeatureDrift {
  readonly feature: string;
  readonly view: string;
  readonly state: DriftState;
  readonly psi: number | null;
  /** Null also of categories, which have no order. */
  readonly ks: number | null;
  readonly js: number | null;
  /** Those that are above their thresholds. */
  readonly exceeded: readonly Distance[];
  readonly bins: readonly Bin[];
}

export function featureDrift(
  baseline: FeatureProfile,
  current: FeatureProfile,
  thresholds: Thresholds,
): FeatureDrift {
  const { feature, view } = current;
  const bins = current.measure === 'instant' ? null : partition(baseline, current);
  if (bins === null)
    return { feature, view, state: 'unknown', psi: null, ks: null, js: null, exceeded: [], bins: [] };
  const [before, after] = [baseline.distribution, current.distribution];
  const distances = {
    psi: populationStabilityIndex(bins),
    ks: before.kind === 'numeric' && after.kind === 'numeric' ? kolmogorovSmirnov(before, after) : null,
    js: jensenShannonDistance(bins),
  };
  const exceeded = DISTANCES.filter((name) => (distances[name] ?? 0) > thresholds[name]);
  return {
    feature,
    view,
    state: exceeded.length > 0 ? 'drifted' : 'steady',
    ...distances,
    exceeded,
    bins,
  };
}

/** Of the features that both have, in the order of the current ones; a feature that only the current one has is `unknown`. */
export function profileDrift(
  baseline: readonly FeatureProfile[],
  current: readonly FeatureProfile[],
  thresholds: Thresholds,
): FeatureDrift[] {
  return current.map((profile) => {
    const found = counterpartOf(baseline, profile);
    if (found !== undefined) return featureDrift(found, profile, thresholds);
    const { feature, view } = profile;
    return { feature, view, state: 'unknown', psi: null, ks: null, js: null, exceeded: [], bins: [] };
  });
}

/** A file does not say of which view a column is, and may call it `view__feature`. */
export function counterpartOf(
  profiles: readonly FeatureProfile[],
  { feature, view }: Pick<FeatureProfile, 'feature' | 'view'>,
): FeatureProfile | undefined {
  const named = (name: string) =>
    profiles.find(
      (other) => other.feature === name && (other.view === view || other.view === '' || view === ''),
    );
  const own = view.slice(0, view.lastIndexOf('@'));
  return named(feature) ?? (own === '' ? undefined : named(`${own}__${feature}`));
}
