import { Output } from './output';
import {
  reportText,
  shareText,
  type TrainingFeature,
  type TrainingSetReport,
  trainingFeatures,
  trainingSetWarnings,
} from './training-set-report';

const statusesOf = (given: Record<string, number>) => ({
  PRESENT: 0,
  NULL_VALUE: 0,
  NOT_FOUND: 0,
  OUTSIDE_MAX_AGE: 0,
  DEGRADED: 0,
  ...given,
});

const feature = (name: string, view: string, statuses: Record<string, number>): TrainingFeature => ({
  view,
  version: 1,
  feature: name,
  column: name,
  statuses: statusesOf(statuses),
});

test('features have the last columns, with or without their statuses', () => {
  const references = [
    { view: 'v', version: 1, feature: 'a' },
    { view: 'v', version: 2, feature: 'a' },
  ];
  const result = { rows: 1, bytes: 1, events: 1, statuses: [{ PRESENT: 1 }, { PRESENT: 0 }] };
  const columns = ['id', 'v_v1__a', 'v_v2__a'];
  expect(trainingFeatures(references, { ...result, columns }, false).map(({ column }) => column)).toEqual([
    'v_v1__a',
    'v_v2__a',
  ]);
  const withStatuses = ['id', 'v_v1__a', 'v_v1__a__status', 'v_v2__a', 'v_v2__a__status'];
  expect(
    trainingFeatures(references, { ...result, columns: withStatuses }, true).map(({ column }) => column),
  ).toEqual(['v_v1__a', 'v_v2__a']);
});

test('a share is 100 % only if it is all, and never 0 % of something', () => {
  expect([0, 1, 500, 123_456, 999_999, 1_000_000].map((count) => shareText(count, 1_000_000))).toEqual([
    '',
    '<0.1 %',
    '<0.1 %',
    '12.3 %',
    '>99.9 %',
    '100 %',
  ]);
});

test('the table has the statuses that there are', () => {
  const out = new Output({ json: false, colors: false, out: { write: () => 0 }, err: { write: () => 0 } });
  const report: TrainingSetReport = {
    project: 'p',
    file: 'train.parquet',
    format: 'Parquet',
    bytes: 2048,
    rows: 4,
    values: 8,
    events: 12,
    seconds: 2,
    columns: ['id', 'a', 'b'],
    features: [feature('a', 'v', { PRESENT: 3, NULL_VALUE: 1 }), feature('b', 'v', { PRESENT: 4 })],
    warnings: [],
  };
  const text = reportText(report, out);
  expect(text).toMatch(/feature\s+│ view\s+│ PRESENT\s+│ NULL_VALUE/);
  expect(text).toMatch(/a\s+│ v@1\s+│ 75.0 %\s+│ 25.0 %/);
  expect(text).not.toContain('NOT_FOUND');
  expect(text).toContain(
    '4 rows, 8 values from 12 events, in 2.0 s\ntrain.parquet: Parquet, 2.0 KiB, 3 columns',
  );
});

describe('what looks like a mistake is told, with what to look at', () => {
  test('features that are not found in any row, together if they are all of a view', () => {
    const features = [
      feature('a', 'v', { NOT_FOUND: 5 }),
      feature('b', 'v', { NOT_FOUND: 5 }),
      feature('c', 'w', { NOT_FOUND: 4, PRESENT: 1 }),
    ];
    expect(trainingSetWarnings(5, features)).toEqual([
      expect.stringMatching(
        /^all features of view "v@1" are NOT_FOUND in every row: .*join keys.*milliseconds.*history/,
      ),
    ]);
  });

  test('features without a value in any row, and degraded ones', () => {
    const features = [feature('a', 'v', { NULL_VALUE: 5 }), feature('b', 'v', { PRESENT: 3, DEGRADED: 2 })];
    expect(trainingSetWarnings(5, features)).toEqual([
      expect.stringMatching(/^a of view "v@1": NULL_VALUE in every row: .*expressions/),
      expect.stringMatching(/^b of view "v@1" is DEGRADED in 2 rows: /),
    ]);
  });

  test('a training set without rows', () => {
    expect(trainingSetWarnings(0, [feature('a', 'v', {})])).toEqual([
      'the rows are none: the training set has its columns only',
    ]);
  });

  test('nothing, if all is well', () => {
    expect(trainingSetWarnings(5, [feature('a', 'v', { PRESENT: 4, NOT_FOUND: 1 })])).toEqual([]);
  });
});
