import { aggregationView } from './aggregation-view-declaration';
import { applyPlan } from './apply-plan';
import { compileProject } from './compile-project';
import { problemsOf } from './compiling.fixture';
import { entity } from './declarations';
import { count, mean } from './feature-declarations';
import { declareFlights } from './flights.fixture';
import { onDemandView } from './on-demand-view-declaration';
import { planChanges } from './plan-changes';
import { featureService, project, type VariantOptions } from './project-declaration';

const { airport, flights } = declareFlights();
const gate = entity({ name: 'gate', joinKeys: { gate: 'string' } });

const view = <F extends string>(name: string, window: '1h' | '24h', [first, second]: readonly [F, F]) =>
  aggregationView({
    name,
    entity: airport,
    source: flights,
    keys: { airport: 'origin' },
    batch: false,
    features: { [first]: count({ window }), [second]: mean('delay', { window }) } as never,
  });
const hourly = view('hourly', '1h', ['flights', 'delay']);
const daily = view('daily', '24h', ['flights', 'delay']);
const named = view('named', '1h', ['n', 'm']);
const gates = aggregationView({
  name: 'gates',
  entity: gate,
  source: flights,
  keys: { gate: 'tail' },
  batch: false,
  features: { flights: count({ window: '1h' }), delay: mean('delay', { window: '1h' }) },
});
const asked = onDemandView({
  name: 'asked',
  inputs: [named],
  request: { planned: 'double' },
  features: { flights: 'n', delay: 'm - planned' },
});
const local = onDemandView({ name: 'local', request: { hour: 'int64' }, features: { night: 'hour < 6' } });

const declared = (options: object) =>
  project({
    name: 'p',
    entities: [airport, gate],
    eventSources: [flights],
    aggregationViews: [hourly, daily, named, gates],
    onDemandViews: [asked, local],
    featureServices: [featureService({ name: 's', ...options } as never)],
  });
const variants = (...list: readonly Partial<VariantOptions>[]) => declared({ variants: list });
const old = { name: 'old', share: 90, features: [hourly] };
const fresh = { name: 'fresh', share: 10, features: [daily] };

describe('variants of a feature service', () => {
  it('are lists of features with shares in millionths; the features of the service are those of the first', () => {
    const [service] = compileProject(
      variants({ ...old, share: 99.9999 }, { ...fresh, share: 0.0001 }),
    ).featureServices;
    expect(service?.features.map(({ view }) => view)).toEqual(['hourly', 'hourly']);
    expect(service?.variants.map(({ name, sharePpm }) => [name, sharePpm])).toEqual([
      ['old', 999_999],
      ['fresh', 1],
    ]);
    expect(service?.variants[1]?.features[1]).toEqual({ view: 'daily', version: 1, feature: 'delay' });
  });

  it.each<[object, string]>([
    [{}, 'feature service "s": it has features or variants, and not both: give one of them'],
    [
      { features: [hourly], variants: [{ ...old, share: 100 }] },
      'feature service "s": it has features or variants, and not both: give one of them',
    ],
    [{ variants: [] }, 'feature service "s": no variants: list at least one, or give features'],
    [
      { variants: [old, { ...fresh, share: 9.5 }] },
      'feature service "s": the shares of its variants sum to 99.5 %: they must sum to 100 %',
    ],
    [
      { variants: [old, { ...fresh, share: 10.00001 }] },
      'feature service "s", variant "fresh": share 10.00001 is not a percentage from 0 to 100 with at most four decimals',
    ],
    [
      {
        variants: [
          { ...old, share: 110 },
          { ...fresh, share: -10 },
        ],
      },
      'feature service "s", variant "old": share 110 is not a percentage from 0 to 100 with at most four decimals',
    ],
    [
      { variants: [old, { ...fresh, name: 'old' }] },
      'feature service "s": variant "old" is listed twice: rename one',
    ],
    [
      { variants: [old, { ...fresh, name: 'B' }] },
      'feature service "s", variant "B": "B" is not a name: use a lowercase letter, then up to 62 lowercase letters, digits or _',
    ],
    [
      { variants: [old, { ...fresh, features: [daily.pick('delay', 'flights')] }] },
      'feature service "s", variant "fresh": column 1 is "delay: double", and "flights: int64" in variant "old": variants have columns of the same names and types, in the same order',
    ],
    [
      { variants: [old, { ...fresh, features: [daily.pick('flights')] }] },
      'feature service "s", variant "fresh": column 2 is missing, and "delay: double" in variant "old": variants have columns of the same names and types, in the same order',
    ],
    [
      { variants: [{ ...old, share: 100, features: [hourly, daily] }] },
      'feature service "s": two of its columns are named "flights": columns of variants are told apart by their names',
    ],
    [
      { variants: [old, { ...fresh, features: [gates] }] },
      'feature service "s", variant "fresh": its join keys are "gate: string", and those of variant "old" are "airport: string": a request has the same for all variants',
    ],
    [
      { variants: [old, { ...fresh, features: [asked] }] },
      'feature service "s", variant "fresh": its request fields are "planned: double", and those of variant "old" are none: a request has the same for all variants',
    ],
    [
      { variants: [{ ...old, share: 100, features: [local] }] },
      'feature service "s": its variants have no join keys: entities are split by them, so give features',
    ],
    [
      { variants: [old, { ...fresh, features: [] }] },
      'feature service "s", variant "fresh": no features: list views, or what pick() gives',
    ],
    [
      {
        variants: Array.from({ length: 17 }, (_, i) => ({ ...old, name: `v${i}`, share: i === 0 ? 100 : 0 })),
      },
      'feature service "s": 17 variants are more than the limit of 16',
    ],
    [
      { variants: [{ name: 'a' }] },
      'feature service "s": "variants.0.share" is missing: expected number, received undefined',
    ],
  ])('%# are refused', (options, problem) => {
    expect(problemsOf(declared(options))[0]).toBe(problem);
  });
});

describe('under one version of a feature service', () => {
  const change = (before: object, after: object) => {
    const applied = applyPlan(null, compileProject(declared(before)), { nowMs: 0, appliedBy: 'test' });
    const { changes } = planChanges(applied, compileProject(declared(after)));
    return changes.find(({ what }) => what === 'feature service');
  };

  it.each<[string, object, object]>([
    [
      'shares change',
      { variants: [old, fresh] },
      {
        variants: [
          { ...old, share: 0 },
          { ...fresh, share: 100 },
        ],
      },
    ],
    ['an experiment begins', { features: [hourly] }, { variants: [old, fresh] }],
    ['an experiment ends with what was new', { variants: [old, fresh] }, { features: [daily] }],
    [
      'a variant comes and another goes',
      { variants: [old, fresh] },
      { variants: [fresh, { ...old, name: 'again' }] },
    ],
  ])('%s', (_, before, after) => {
    expect(change(before, after)).toMatchObject({ kind: 'changed' });
    expect(change(before, after)?.refused).toBeUndefined();
  });

  it.each<[string, object, object, string]>([
    [
      'a variant keeps its list',
      { variants: [old, fresh] },
      { variants: [old, { ...fresh, features: [hourly] }] },
      'the list of its variant "fresh" changed under version 1 (hourly@1.flights added; hourly@1.delay added; daily@1.flights removed; daily@1.delay removed): give the variant another name, or declare it as version 2',
    ],
    [
      'one list at least stays',
      { features: [hourly] },
      { variants: [{ ...fresh, share: 100 }] },
      'none of its lists of features stays under version 1: keep one of them as a variant, or declare it as version 2',
    ],
  ])('%s', (_, before, after, refused) => {
    expect(change(before, after)?.refused).toBe(refused);
  });

  it('a change of a share is told by its variant', () => {
    const changed = change(
      { variants: [old, fresh] },
      {
        variants: [
          { ...old, share: 80 },
          { ...fresh, share: 20 },
        ],
      },
    );
    expect(changed?.details).toEqual([
      'variants "old".share: 90 % → 80 %',
      'variants "fresh".share: 10 % → 20 %',
    ]);
  });
});
