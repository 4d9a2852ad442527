import {
  aggregationView,
  applyPlan,
  compileProject,
  count,
  entity,
  eventSource,
  project,
} from '@forebay/definitions';
import { wantedSources } from './source-runtimes';

const shop = entity({ name: 'shop', joinKeys: { shop: 'string' } });
const source = (name: string) =>
  eventSource({ name, topic: name, fields: { time: 'timestamp', shop: 'string' }, eventTime: 'time' });
const [orders, returns, unused] = ['orders', 'returns', 'unused'].map(source);
const view = (name: string, of: typeof orders) =>
  aggregationView({ name, entity: shop, source: of!, features: { n: count({ window: '1h' }) } });

test('a source is read for its views with a stream; if all are on a schedule, for the archive alone; else not', () => {
  const declared = project({
    name: 'shops',
    entities: [shop],
    eventSources: [orders!, returns!, unused!],
    aggregationViews: [view('live', orders), view('nightly', orders), view('also_nightly', returns)],
  });
  const compiled = compileProject(declared);
  const aggregationViews = compiled.aggregationViews.map((each) =>
    each.name === 'live'
      ? each
      : {
          ...each,
          batch: null,
          stream: null,
          schedule: { intervalMs: 3_600_000, waitMs: 0, delayMs: 60_000 },
        },
  );
  const snapshot = applyPlan(null, { ...compiled, aggregationViews }, { nowMs: 0, appliedBy: 'test' });
  expect(
    wantedSources(snapshot).map((wanted) => [wanted.source.name, wanted.views.map(({ name }) => name)]),
  ).toEqual([
    ['orders', ['live']],
    ['returns', []],
  ]);
});
