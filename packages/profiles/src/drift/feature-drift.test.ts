import type { Distribution, FeatureProfile } from '../feature-profile';
import { DEFAULT_THRESHOLDS, featureDrift, profileDrift } from './feature-drift';

function profile(distribution: Distribution, nulls = 0, feature = 'f'): FeatureProfile {
  const others = distribution.kind === 'categorical' ? distribution.others : 0;
  const values = distribution.counts.reduce((sum, count) => sum + count, others);
  return {
    feature,
    view: 'v@1',
    measure: distribution.kind === 'numeric' ? 'number' : 'category',
    rows: values + nulls,
    absent: 0,
    nulls,
    distinct: 0,
    moments: null,
    quantiles: [],
    histogram: null,
    distribution,
  };
}

const numbers = (uppers: readonly number[], counts: readonly number[]): Distribution => ({
  kind: 'numeric',
  uppers,
  counts,
});
const uniform = (from: number, to: number) =>
  numbers(
    Array.from({ length: 100 }, (_, i) => from + ((to - from) * (i + 1)) / 100),
    Array.from({ length: 100 }, () => 10),
  );
const categories = (counts: Readonly<Record<string, number>>, others = 0): Distribution => ({
  kind: 'categorical',
  categories: Object.keys(counts),
  counts: Object.values(counts),
  others,
});

test('the same values have not drifted', () => {
  const drift = featureDrift(profile(uniform(0, 100)), profile(uniform(0, 100)), DEFAULT_THRESHOLDS);
  expect(drift).toMatchObject({ state: 'steady', psi: 0, ks: 0, js: 0, exceeded: [] });
});

test("numbers are cut at the baseline's deciles, below and above it, and at null", () => {
  const { bins } = featureDrift(profile(uniform(0, 100)), profile(uniform(0, 100), 1000), DEFAULT_THRESHOLDS);
  expect(bins).toHaveLength(13);
  expect(bins[1]).toMatchObject({ label: '1 … 10', current: expect.closeTo(0.05, 12) });
  expect(bins.at(-1)).toEqual({ label: 'null', baseline: 0, current: 0.5 });
  for (const side of ['baseline', 'current'] as const)
    expect(bins.reduce((sum, bin) => sum + bin[side], 0)).toBeCloseTo(1, 12);
});

test('a shift by half of the range moves half of the values', () => {
  const drift = featureDrift(profile(uniform(0, 100)), profile(uniform(50, 150)), DEFAULT_THRESHOLDS);
  expect(drift).toMatchObject({ state: 'drifted', ks: 0.5, exceeded: ['psi', 'ks', 'js'] });
});

test('a constant that becomes another one has drifted', () => {
  const drift = featureDrift(profile(numbers([0], [50])), profile(numbers([5], [50])), DEFAULT_THRESHOLDS);
  expect(drift).toMatchObject({ state: 'drifted', ks: 1, js: 1 });
});

test('values that become null have drifted', () => {
  const drift = featureDrift(profile(uniform(0, 100)), profile(numbers([], []), 1000), DEFAULT_THRESHOLDS);
  expect(drift).toMatchObject({ state: 'drifted', ks: null, js: 1 });
});

test('categories have no order: PSI and Jensen–Shannon only; new ones are among the others', () => {
  const drift = featureDrift(
    profile(categories({ EUR: 80, USD: 20 })),
    profile(categories({ GBP: 60, EUR: 40 })),
    DEFAULT_THRESHOLDS,
  );
  expect(drift).toMatchObject({ state: 'drifted', ks: null });
  expect(drift.bins.map(({ label, current }) => [label, current])).toEqual([
    ['"EUR"', 0.4],
    ['"USD"', 0],
    ['others', 0.6],
    ['null', 0],
  ]);
});

test('without rows, or of another kind, it is not known', () => {
  const some = profile(uniform(0, 100));
  expect(featureDrift(some, profile(numbers([], [])), DEFAULT_THRESHOLDS).state).toBe('unknown');
  expect(featureDrift(some, profile(categories({ a: 1 })), DEFAULT_THRESHOLDS).state).toBe('unknown');
  const instants = { ...profile(uniform(500, 600)), measure: 'instant' as const };
  expect(featureDrift(some, instants, DEFAULT_THRESHOLDS).state).toBe('unknown');
});

test('a column of a file is a feature by its name, or by its name with the view', () => {
  const current = [
    profile(uniform(0, 100), 0, 'f'),
    profile(uniform(0, 100), 0, 'g'),
    profile(uniform(0, 100), 0, 'h'),
  ];
  const file = [profile(uniform(0, 100), 0, 'f'), profile(uniform(0, 100), 0, 'v__g')].map((each) => ({
    ...each,
    view: '',
  }));
  expect(profileDrift(file, current, DEFAULT_THRESHOLDS).map(({ state }) => state)).toEqual([
    'steady',
    'steady',
    'unknown',
  ]);
});
