import { compileProject } from './compile-project';
import { definitionsOf, dependenciesOf } from './dependencies';
import { definitionName } from './identity';
import { paymentsProject } from './payments.fixture';

const compiled = compileProject(paymentsProject());

test('the definitions of a project are listed with what they are made with before them', () => {
  expect(
    definitionsOf(compiled).map(({ kind, definition }) => `${kind} ${definitionName(definition)}`),
  ).toEqual([
    'entity customer',
    'event source payments',
    'table source profiles',
    'function part_of',
    'aggregation view recent@1',
    'aggregation view daily@1',
    'table view profile@1',
    'on-demand view risk@1',
    'feature service fraud@1',
  ]);
});

test('what depends on what is known, with the features that are read', () => {
  const texts = dependenciesOf(compiled).map(({ from, on, features }) =>
    [`${from.name} → ${on.kind} ${on.name}`, ...features].join(' '),
  );
  expect(texts).toEqual([
    'recent@1 → entity customer',
    'recent@1 → event source payments',
    'daily@1 → entity customer',
    'daily@1 → event source payments',
    'profile@1 → entity customer',
    'profile@1 → table source profiles',
    'risk@1 → aggregation view recent@1 amount_mean_7d amount_stddev_7d',
    'risk@1 → table view profile@1 credit_limit',
    'risk@1 → function part_of',
    'fraud@1 → aggregation view recent@1 amount_1h',
    'fraud@1 → aggregation view daily@1 amounts by_country payments',
    'fraud@1 → table view profile@1 credit_limit tier taste',
    'fraud@1 → on-demand view risk@1 z of_limit suspicious',
  ]);
});
