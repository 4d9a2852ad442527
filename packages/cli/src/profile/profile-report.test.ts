import { type FeatureProfile, profileDrift, type StoredProfile } from '@forebay/profiles';
import { profileReport } from './profile-report';

const THRESHOLDS = { psi: 0.25, ks: 0.2, js: 0.2 };

function numbers(feature: string, from: number): FeatureProfile {
  const uppers = Array.from({ length: 50 }, (_, i) => from + i);
  return {
    ...{ feature, view: 'v@1', measure: 'number', rows: 100, absent: 3, nulls: 0, distinct: 50 },
    moments: { min: from, max: from + 49, mean: from + 24.5, stddev: 14.4 },
    quantiles: [0, 0.05, 0.25, 0.5, 0.75, 0.95, 1].map((share) => from + share * 49),
    histogram: null,
    distribution: { kind: 'numeric', uppers, counts: uppers.map(() => 2) },
  };
}

const categories = (feature: string): FeatureProfile => ({
  ...{ feature, view: 'v@1', measure: 'category', rows: 10, absent: 0, nulls: 2, distinct: 1 },
  ...{ moments: null, quantiles: [], histogram: null },
  distribution: { kind: 'categorical', categories: ['<script>'], counts: [8], others: 0 },
});

const empty = (feature: string): FeatureProfile => ({
  ...numbers(feature, 0),
  ...{ rows: 0, distinct: 0, moments: null, quantiles: [] },
  distribution: { kind: 'numeric', uppers: [], counts: [] },
});

const stored = (profile: string, features: readonly FeatureProfile[]): StoredProfile => ({
  ...{ project: 'p', profile, madeAtMs: 0, sample: 'recomputed', sampleName: '', fromMs: 0, untilMs: 1_000 },
  features,
});

test('what has drifted comes first, each feature with its pictures, and nothing is loaded', async () => {
  const baseline = stored('before', [numbers('steady', 0), numbers('moved', 0), categories('text')]);
  const current = stored('now', [
    numbers('steady', 0),
    numbers('moved', 40),
    categories('text'),
    empty('none'),
  ]);
  const drift = profileDrift(baseline.features, current.features, THRESHOLDS);
  const html = await profileReport({ current, baseline, drift, thresholds: THRESHOLDS });
  const sections = [...html.matchAll(/<section id="([^"]*)">/g)].map(([, id]) =>
    decodeURIComponent(id as string),
  );
  expect(sections).toEqual(['v@1:moved', 'v@1:none', 'v@1:steady', 'v@1:text']);
  expect(html.match(/<svg /g)).toHaveLength(5);
  expect(html).toContain('<span class="state drifted">drifted</span>');
  expect(html).not.toMatch(/<script|src=|<link|@import/);
});

test('without a baseline there are pictures of one side, and no distances', async () => {
  const current = stored('now', [numbers('one', 5), categories('text')]);
  const html = await profileReport({ current, baseline: null, drift: [], thresholds: THRESHOLDS });
  expect(html.match(/<svg /g)).toHaveLength(3);
  expect(html).not.toContain('class="state');
  expect(html).not.toContain('>baseline<');
});
