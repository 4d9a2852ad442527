import { compileYamlProject } from '@forebay/definitions';
import { catalogueText } from './catalogue';
import { definitionText } from './describe-definition';
import { findDefinition } from './find-definition';
import { Output } from './output';

const silent = { write: () => true };
const output = new Output({ json: false, colors: false, out: silent, err: silent });

const project = compileYamlProject(`
name: payments
entities: [{ name: customer, joinKeys: { customer: int64 } }]
eventSources: [{ name: payments, topic: payments, fields: { time: timestamp, customer: int64 }, eventTime: time }]
aggregationViews:
  - name: some
    entity: customer
    source: payments
    output: { topic: values, format: protobuf, features: [payments_1h], every: 1s }
    series: { every: 10s, entities: [{ customer: 1 }] }
    features: { payments_1h: { operation: count, window: 1h }, payments_1d: { operation: count, window: 1d } }
  - name: all
    entity: customer
    source: payments
    output: { topic: all-values }
    series: { every: 1m, features: [payments_1h], keep: 7d }
    features: { payments_1h: { operation: count, window: 1h }, payments_1d: { operation: count, window: 1d } }
`);

function described(name: string): string {
  return definitionText(findDefinition(project, name, undefined), output);
}

test('a description says where changed values go, and what is sampled', () => {
  expect(described('some')).toContain(
    '\n  output: changed entities to topic values (protobuf), 1 of 2 features, at most once in 1s\n  series: every 10s, all features of one entity, kept for 30d\n',
  );
  expect(described('all')).toContain(
    '\n  output: changed entities to topic all-values (json), all features, after each flush\n  series: every 1m, 1 of 2 features of the 1000 entities that changed last, kept for 7d\n',
  );
});

test('the list shows it in short', () => {
  expect(catalogueText(project, output)).toContain('stream + batch, to topic all-values, series every 1m');
});
