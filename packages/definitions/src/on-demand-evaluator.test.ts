import type { OnDemandView, UserFunction } from './model';
import { onDemandEvaluator } from './on-demand-evaluator';

const reference = { view: 'account_totals', version: 1, feature: 'amount_sum' };

const VIEW: OnDemandView = {
  id: 9,
  name: 'risk',
  version: 1,
  inputs: [
    { column: 'amount_sum', feature: reference, type: 'int64' },
    { column: 'amount_mean', feature: { ...reference, feature: 'amount_mean' }, type: 'double' },
    { column: 'flagged', feature: { ...reference, feature: 'flagged' }, type: 'bool' },
  ],
  request: [{ name: 'amount', type: 'double' }],
  features: [
    { name: 'ratio', expression: 'amount / amount_mean', type: 'double', description: '' },
    { name: 'is_large', expression: 'ratio > 10.0 || flagged', type: 'bool', description: '' },
    { name: 'doubled', expression: 'twice(amount_sum)', type: 'int64', description: '' },
    { name: 'small', expression: 'amount_sum', type: 'int32', description: '' },
    { name: 'constant', expression: '1 + 1', type: 'int64', description: '' },
  ],
  metadata: { owner: '', description: '', tags: {} },
  fingerprint: '',
};

const TWICE: UserFunction = {
  name: 'twice',
  parameters: ['int64'],
  result: 'int64',
  source: '(n) => BigInt(n) * 2n',
  sql: '{0} * 2',
  description: '',
};

const { columns, firstFeature, inputsOf, evaluate } = onDemandEvaluator(VIEW, [TWICE]);

function features(
  amountSum: number | null,
  mean: number | null,
  flagged: boolean | null,
  amount: number | null,
) {
  const row = [amountSum, mean, flagged, amount, null, null, null, null, null];
  evaluate(row);
  return row.slice(firstFeature);
}

test('the row is inputs, request data, features', () => {
  expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
    'amount_sum int',
    'amount_mean double',
    'flagged bool',
    'amount double',
    'ratio double',
    'is_large bool',
    'doubled int',
    'small int',
    'constant int',
  ]);
  expect(firstFeature).toBe(4);
});

test('features are computed from inputs, request data, user functions and the features before them', () => {
  expect(features(21, 2, false, 30)).toEqual([15, true, 42, 21, 2]);
  expect(features(null, null, null, 30)).toEqual([null, null, null, null, 2]);
  expect(features(null, null, true, 30)).toEqual([null, true, null, null, 2]);
});

test('inputs that are not canonical are made so', () => {
  expect(features(2 ** 53, Number.NaN, false, -0)).toEqual([null, null, 2n ** 54n, null, 2]);
});

test('the inputs of a feature are those that it reads, also through other features', () => {
  expect(inputsOf).toEqual([[1], [1, 2], [0], [0], []]);
});

test('an expression that does not compile names the view and the feature', () => {
  const broken = { ...VIEW, features: [{ ...VIEW.features[0]!, expression: 'is_large' }] };
  expect(() => onDemandEvaluator(broken, [])).toThrow(
    /^view "risk", feature "ratio": unknown column "is_large"/,
  );
});
