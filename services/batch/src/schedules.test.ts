import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import {
  aggregationView,
  applyPlan,
  compileProject,
  count,
  entity,
  eventSource,
  project,
  tableSource,
  tableView,
} from '@forebay/definitions';
import { viewsOfRuns } from './lost-values';
import { schedulesOf } from './schedules';

const user = entity({ name: 'user', joinKeys: { user: 'string' } });
const visits = eventSource({
  name: 'visits',
  topic: 'visits',
  fields: { at: 'timestamp', user: 'string' },
  eventTime: 'at',
});
const profiles = tableSource({
  name: 'profiles',
  table: 'profiles',
  fields: { at: 'timestamp', user: 'string', plan: 'string' },
  eventTime: 'at',
});
const schedule = { every: '1h', wait: '5m', delay: '20m' } as const;
const features = { visits_1h: count({ window: '1h' }) };
const views = [
  aggregationView({ name: 'by_hand', entity: user, source: visits, features }),
  aggregationView({ name: 'hourly', entity: user, source: visits, features, batch: { every: '1h' } }),
  aggregationView({ name: 'nightly', entity: user, source: visits, features, batch: { cron: '15 2 * * *' } }),
  aggregationView({ name: 'at_ticks', entity: user, source: visits, features, schedule }),
];
const profile = tableView({
  name: 'profile',
  entity: user,
  source: profiles,
  features: { plan: 'plan' },
  schedule,
});
const snapshot = applyPlan(
  null,
  compileProject(
    project({
      name: 'shop',
      entities: [user],
      eventSources: [visits],
      tableSources: [profiles],
      aggregationViews: views,
      tableViews: [profile],
    }),
  ),
  { nowMs: 0, appliedBy: 'test' },
);

test('views run by their interval or rule, and at the end of the wait of each tick', () => {
  const found = schedulesOf(snapshot, 0).map(({ everyMs, offsetMs, cron = null, ...of }) => [
    'view' in of ? of.view : of.kind,
    everyMs / MINUTE_MS,
    offsetMs === null ? null : offsetMs / MINUTE_MS,
    cron,
  ]);
  expect(found.sort()).toEqual([
    ['at_ticks', 60, 5, null],
    ['hourly', 60, null, null],
    ['nightly', 1_440, null, '15 2 * * *'],
    ['profile', 60, 5, null],
  ]);
});

test('all views are verified, unless nothing is', () => {
  const verified = schedulesOf(snapshot, 6 * HOUR_MS).flatMap((one) =>
    one.kind === 'verify' ? [[one.view, one.offsetMs]] : [],
  );
  expect(verified.sort()).toEqual([
    ['at_ticks', 3 * HOUR_MS],
    ['by_hand', 3 * HOUR_MS],
    ['hourly', 3 * HOUR_MS],
    ['nightly', 3 * HOUR_MS],
    ['profile', 3 * HOUR_MS],
  ]);
});

test('what was served between two times is verified at the second, unless nothing is', () => {
  const served = (everyMs: number) =>
    schedulesOf(snapshot, everyMs).filter(({ kind }) => kind === 'verify_served');
  const times = { everyMs: 6 * HOUR_MS, offsetMs: 1.5 * HOUR_MS };
  expect(served(6 * HOUR_MS)).toEqual([
    { kind: 'verify_served', project: 'shop', span_ms: 6 * HOUR_MS, ...times },
  ]);
  expect(served(0)).toEqual([]);
});

test('what nothing but runs writes is known, so that its loss is noticed', () => {
  const [shop] = snapshot.projects;
  const ids = ['at_ticks', 'profile'].map(
    (name) => [...shop!.aggregationViews, ...shop!.tableViews].find((view) => view.name === name)?.id,
  );
  expect(viewsOfRuns(snapshot)).toEqual(ids);
});
