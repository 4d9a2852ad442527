import { aggregationView } from './aggregation-view-declaration';
import { compileProject } from './compile-project';
import { problemsOf } from './compiling.fixture';
import { eventSource } from './declarations';
import { dependenciesOf } from './dependencies';
import { declareEnriched, ENRICHED_YAML, enrichedProject } from './enrichment.fixture';
import { recordFields } from './enrichment-fields';
import { count } from './feature-declarations';
import type { EventSource, Project } from './model';
import { onDemandView } from './on-demand-view-declaration';
import { planChanges } from './plan-changes';
import { project } from './project-declaration';
import { decodeRegistry, encodeRegistry } from './registry-codec';
import { compileYamlProject } from './yaml/compile-yaml-project';

const compiled = () => compileProject(enrichedProject());
const payments = ({ eventSources }: Project) =>
  eventSources.find(({ name }) => name === 'payments') as EventSource;
const risky = ({ aggregationViews }: Project) => aggregationViews.find(({ name }) => name === 'risky');
const snapshotOf = (applied: Project) => ({
  version: 1,
  appliedAtMs: 0,
  appliedBy: 'me',
  projects: [applied],
  nextId: 1,
});

describe('an enriched source', () => {
  it('has the fields that are looked up behind those of its records, with the types of their features', () => {
    const source = payments(compiled());
    expect(source.fields.slice(-2)).toEqual([
      { name: 'merchant_declines', type: 'int64' },
      { name: 'merchant_rating', type: 'double' },
    ]);
    expect(recordFields(source).map(({ name }) => name)).toEqual(['time', 'customer', 'shop', 'amount']);
    expect(source.enrichments).toEqual([
      {
        field: 'merchant_declines',
        feature: { view: 'merchants', version: 1, feature: 'declines_24h' },
        keyFields: ['shop'],
        degraded: 'best',
        exactWithinMs: 10_000,
      },
      {
        field: 'merchant_rating',
        feature: { view: 'rated', version: 1, feature: 'rating' },
        keyFields: ['shop'],
        degraded: 'null',
        exactWithinMs: 0,
      },
    ]);
  });

  it('is the same when it is written in YAML', () => {
    expect(compileYamlProject(ENRICHED_YAML)).toEqual(compiled());
  });

  it('survives the registry', () => {
    const snapshot = snapshotOf(compiled());
    expect(decodeRegistry(encodeRegistry(snapshot))).toEqual(snapshot);
  });

  it('depends on the views that it is enriched with', () => {
    const on = dependenciesOf(compiled()).filter(({ from }) => from.name === 'payments');
    expect(on).toEqual([
      {
        from: { kind: 'event source', name: 'payments' },
        on: { kind: 'aggregation view', name: 'merchants@1' },
        features: ['declines_24h'],
      },
      {
        from: { kind: 'event source', name: 'payments' },
        on: { kind: 'table view', name: 'rated@1' },
        features: ['rating'],
      },
    ]);
  });
});

describe('what an enriched source is refused for', () => {
  const problemsWith = (field: object) => problemsOf(enrichedProject({ x: field }));
  const { merchants } = declareEnriched();

  it('a view that is not in the project, on demand, or on a schedule', () => {
    expect(problemsWith({ feature: merchants.pick('declines_24h') })).toEqual([
      'event source "payments", enrich "x": view "merchants" is not in the project: add it to aggregationViews',
    ]);
    const declared = declareEnriched();
    const asked = onDemandView({ name: 'asked', request: { a: 'double' }, features: { b: 'a + 1.0' } });
    const daily = aggregationView({
      name: 'daily',
      entity: declared.merchant,
      source: declared.declines,
      stream: false,
      schedule: { every: '24h' },
      features: { declines: count({ window: '24h' }) },
    });
    const enriched = eventSource({
      name: 'enriched',
      topic: 'enriched',
      fields: { time: 'timestamp', merchant: 'string' },
      eventTime: 'time',
      enrich: { a: { feature: asked.pick('b') }, b: { feature: daily.pick('declines') } },
    });
    expect(
      problemsOf(
        project({
          name: 'p',
          entities: [declared.merchant],
          eventSources: [declared.declines, enriched],
          aggregationViews: [daily],
          onDemandViews: [asked],
        }),
      ),
    ).toEqual([
      'event source "enriched", enrich "a": view "asked" is an on-demand view: features of aggregation views with a stream and of table views can be looked up',
      'event source "enriched", enrich "b": view "daily" is on a schedule: features of aggregation views with a stream and of table views can be looked up',
    ]);
  });

  it('keys that are missing or of another type, and names that are taken', () => {
    const { rated, ...declared } = declareEnriched();
    const source = (enrich: object) => {
      const enriched = eventSource({
        name: 'enriched',
        topic: 'enriched',
        fields: { time: 'timestamp', shop: 'string', number: 'int64' },
        eventTime: 'time',
        enrich: enrich as never,
      });
      const { merchant, declines, merchants: view, ratings } = declared;
      return problemsOf(
        project({
          name: 'p',
          entities: [merchant],
          eventSources: [declines, enriched],
          tableSources: [ratings],
          aggregationViews: [view],
          tableViews: [rated],
        }),
      );
    };
    const feature = declared.merchants.pick('declines_24h');
    expect(source({ x: { feature } })).toEqual([
      'event source "enriched", enrich "x", key "merchant": there is no field "merchant": there are "time", "shop", "number"; say which in "keys"',
    ]);
    expect(source({ x: { feature, keys: { merchant: 'number' } } })).toEqual([
      'event source "enriched", enrich "x", key "merchant": "number" is int64, and the join key is string: it can be read from string',
    ]);
    const keys = { merchant: 'shop' };
    expect(source({ shop: { feature, keys } })).toEqual([
      'event source "enriched", enrich "shop": records have a field of that name: choose another',
    ]);
    expect(source({ x: { feature: declared.merchants.pick('declines_24h', 'amount_1h'), keys } })).toEqual([
      'event source "enriched", enrich "x": 2 features: pick one',
    ]);
    expect(source({ x: { feature: rated.pick('taste'), keys } })).toEqual([
      'event source "enriched", enrich "x": feature "taste" is vector<3>: a field of an event is one value, no list, map or vector',
    ]);
    expect(source({ x: { feature: rated.pick('rating'), keys, exactWithin: '1m' } })).toEqual([
      'event source "enriched", enrich "x", exactWithin: a table view answers for the tick of any time that its rows reach: leave it out',
    ]);
    expect(source({ x: { feature, keys, exactWithin: '1h' } })[0]).toContain('exactWithin');
  });

  it('a view that reads it, directly or round about', () => {
    const yaml = ENRICHED_YAML.replace(
      'topic: declines\n',
      "topic: declines\n    enrich: { risk: { feature: 'risky:payments_7d', keys: { customer: amount } } }\n",
    );
    expect(() => compileYamlProject(yaml)).toThrow(
      'event source "payments": it is enriched by a view that reads it, "payments" → "declines" → "payments": enrich it by views of other sources',
    );
  });
});

describe('a change of an enriched source', () => {
  const before = () => snapshotOf(compiled());
  const changeOf = (after: Project) =>
    planChanges(before(), after).changes.find(({ name }) => name === 'payments');

  it('may add a field: the archive gets a column', () => {
    const yaml = ENRICHED_YAML.replace(
      '    enrich:\n',
      "    enrich:\n      merchant_amount: { feature: 'merchants:amount_1h', keys: { merchant: shop } }\n",
    );
    const after = compileYamlProject(yaml);
    expect(changeOf(after)?.refused).toBeUndefined();
    expect(planChanges(before(), after).work.columns).toEqual([
      { table: 'payments', column: 'merchant_amount', type: 'double' },
    ]);
    expect(risky(after)?.fingerprint).toBe(risky(compiled())?.fingerprint);
  });

  it('may not change what a field is, nor whether records have it: rows of the archive are of the old meaning', () => {
    const yaml = ENRICHED_YAML.replace(
      "'merchants:declines_24h', keys: { merchant: shop }",
      "'merchants:declines_24h', degraded: 'null', keys: { merchant: shop }",
    );
    const after = compileYamlProject(yaml);
    expect(changeOf(after)?.refused).toContain(
      'field "merchant_declines" merchants:declines_24h of shop → merchants:declines_24h of shop, null where DEGRADED',
    );
    expect(risky(after)?.fingerprint).not.toBe(risky(compiled())?.fingerprint);
    const plain = compileYamlProject(
      ENRICHED_YAML.replace(
        'amount: double }\n    eventTime: time\n    enrich:',
        'amount: double, merchant_declines: int64 }\n    eventTime: time\n    enrich:',
      ).replace(/ {6}merchant_declines: .*\n/, ''),
    );
    expect(changeOf(plain)?.refused).toContain(
      'field "merchant_declines" merchants:declines_24h of shop → of records',
    );
  });
});
