import { compileYamlProject, definitionName, dependenciesOf } from '@forebay/definitions';
import { catalogueText } from './catalogue';
import { definitionText } from './describe-definition';
import { findDefinition, type KindOption } from './find-definition';
import { lineageText } from './lineage';
import { Output } from './output';

const silent = { write: () => true };
const output = new Output({ json: false, colors: false, out: silent, err: silent });

const project = compileYamlProject(`
name: payments
entities: [{ name: customer, joinKeys: { customer: int64 }, owner: crm, description: who pays, tags: { tier: '1' } }]
eventSources:
  - name: payments
    topic: payments
    fields: { time: timestamp, id: string, customer: int64, amount: double, country: string }
    eventTime: time
    eventId: id
    dedupe: 2h
tableSources:
  - name: customer
    query: SELECT customer, since, seen, credit FROM crm.profiles WHERE customer IS NOT NULL
    fields: { customer: int64, since: timestamp, credit: double }
    eventTime: since
functions:
  - { name: part_of, parameters: [double, double], result: double, evaluate: '(a, b) => a / b', sql: '{0} / {1}' }
aggregationViews:
  - &recent
    name: recent
    entity: customer
    source: payments
    filter: amount != null
    derive: { large: amount > 100.0 }
    features:
      large_1h: { operation: count, window: 1h, filter: large, description: large payments }
      momentum: { operation: decayed_sum, input: amount, halfLife: 6h }
      by_country: { operation: sum_by, input: amount, category: country, window: { tumbling: 24h, origin: 6h } }
  - { <<: *recent, version: 2, stream: false, schedule: { every: 24h } }
tableViews:
  - { name: profile, entity: customer, source: customer, schedule: { every: 1h }, features: { credit: credit } }
onDemandViews:
  - name: risk
    inputs: [{ view: recent@1, pick: [momentum] }, profile]
    request: { amount: double }
    features: { of_credit: 'part_of(amount + momentum, credit)' }
featureServices:
  - { name: fraud, features: [{ view: recent@2, pick: [large_1h] }, risk] }
  - name: tried
    variants:
      - { name: hourly, share: 97.5, features: [{ view: recent@1, pick: [large_1h] }] }
      - { name: daily, share: 2.5, features: [{ view: recent@2, pick: [large_1h] }] }
`);

const found = (reference: string, kind?: KindOption) => findDefinition(project, reference, kind);

function described(reference: string, kind?: KindOption): string {
  const definition = found(reference, kind);
  const of = { kind: definition.kind, name: definitionName(definition.definition) };
  return `${definitionText(definition, output)}\n${lineageText(of, dependenciesOf(project))}`;
}

describe('finding a definition', () => {
  test.each<[string, KindOption | undefined, string]>([
    ['fraud', undefined, 'feature service fraud@1'],
    ['recent', undefined, 'aggregation view recent@2'],
    ['recent@1', undefined, 'aggregation view recent@1'],
    ['customer', 'entity', 'entity customer'],
    ['customer', 'table-source', 'table source customer'],
    ['risk', 'view', 'on-demand view risk@1'],
  ])('%s of kind %s', (reference, kind, expected) => {
    const { kind: ofKind, definition } = found(reference, kind);
    expect(`${ofKind} ${definitionName(definition)}`).toBe(expected);
  });

  test.each<[string, KindOption | undefined, string]>([
    [
      'customer',
      undefined,
      'several definitions of project "payments" are named "customer": choose one with --kind entity, --kind table-source',
    ],
    ['fruad', undefined, 'no definition "fruad" in project "payments": did you mean "fraud"?'],
    ['recent@3', undefined, 'no definition "recent@3" in project "payments": did you mean "recent@'],
    ['fraud', 'entity', 'no definition "fraud" in project "payments": "forebay list" shows what there is'],
  ])('%s of kind %s is refused', (reference, kind, message) => {
    expect(() => found(reference, kind)).toThrow(message);
  });
});

describe('a description', () => {
  test('of an entity: what it is, and all that is made with it', () => {
    expect(described('customer', 'entity')).toBe(`entity customer
  description: who pays
  owner: crm
  tags: tier=1
  join keys: customer: int64
is made with
  nothing
is used by
  aggregation view recent@1
    on-demand view risk@1: momentum
      feature service fraud@1: of_credit
    feature service tried@1: large_1h
  aggregation view recent@2
    feature service fraud@1: large_1h
    feature service tried@1: large_1h
  table view profile@1
    on-demand view risk@1: credit
      feature service fraud@1: of_credit`);
  });

  test('of an aggregation view: options, operations and windows', () => {
    const text = described('recent@1');
    for (const part of [
      '  filter: amount != null',
      '  derived column large: bool = amount > 100.0',
      '  batch: on demand, good for 75h, cuts at multiples of 1h',
      '  stream: rows are held for 76h',
      'decayed_sum(amount, half_life 6h)',
      'sum_by(amount, by country, max_keys 1024)',
      'tumbling 1d from 6h',
      'large payments',
    ]) {
      expect(text).toContain(part);
    }
  });

  test('of a scheduled view says when its values are made', () => {
    expect(described('recent@2')).toContain(
      '  schedule: every 1d, of what is known 1h later, served from 2h later',
    );
  });

  test('of an on-demand view names inputs, request, expressions and functions', () => {
    const text = described('risk');
    expect(text).toContain(
      '  input momentum: double = recent@1.momentum\n  input credit: double = profile@1.credit',
    );
    expect(text).toContain('  request: amount: double');
    expect(text).toContain('part_of(amount + momentum, credit)');
    expect(text).toContain(`is made with
  aggregation view recent@1: momentum
    entity customer
    event source payments
  table view profile@1: credit
    entity customer
    table source customer
  function part_of
is used by
  feature service fraud@1: of_credit`);
  });

  test.each<[string, KindOption | undefined, string]>([
    ['payments', undefined, '  copies count once for: 2h'],
    ['customer', 'table-source', '  query: SELECT customer, since'],
    ['profile', undefined, '  schedule: every 1h, of what is known 0ms later, served from 1h later'],
    ['part_of', undefined, '  signature: part_of(double, double): double'],
    ['fraud', undefined, '  recent@2.large_1h\n  risk@1.of_credit'],
    ['tried', undefined, '  variant daily: 2.5 % of the entities\n    recent@2.large_1h'],
    ['tried', undefined, '  aggregation view recent@1: large_1h\n'],
  ])('of %s %s', (reference, kind, part) => {
    expect(described(reference, kind)).toContain(part);
  });
});

test('the list of a project has every definition, by kind', () => {
  const text = catalogueText(project, output);
  const titles = ['entities', 'event sources', 'table sources', 'views', 'functions', 'feature services'];
  expect(text.split('\n').filter((line) => titles.includes(line))).toEqual(titles);
  for (const part of [
    'recent@2',
    'every 1d',
    'stream + batch',
    'on demand',
    'recent@1, profile@1',
    'who pays',
  ])
    expect(text).toContain(part);
  expect(text).toContain('(SELECT customer, since, seen, credit FRO…)');
});
