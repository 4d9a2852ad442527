import { HOUR_MS } from '@forebay/contract';
import {
  aggregationView,
  applyPlan,
  compileProject,
  count,
  entity,
  eventSource,
  onDemandView,
  project,
  tableSource,
  tableView,
} from '@forebay/definitions';
import { chooseViews, type MaterializeChoice } from './materialize-views';

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
  fields: { at: 'timestamp', user: 'string', age: 'double' },
  eventTime: 'at',
});
const features = { visits_1h: count({ window: '1h' }) };
const visiting = aggregationView({ name: 'visiting', entity: user, source: visits, features });
const live = aggregationView({ name: 'live', entity: user, source: visits, features, batch: false });
const profile = tableView({
  name: 'profile',
  entity: user,
  source: profiles,
  features: { age: 'age' },
  schedule: { every: '1h', delay: '20m' },
});
const older = onDemandView({ name: 'older', inputs: [profile], features: { next_age: 'age + 1.0' } });
const snapshot = applyPlan(
  null,
  compileProject(
    project({
      name: 'shop',
      entities: [user],
      eventSources: [visits],
      tableSources: [profiles],
      aggregationViews: [visiting, live],
      tableViews: [profile],
      onDemandViews: [older],
    }),
  ),
  { nowMs: 0, appliedBy: 'test' },
);
const choose = (choice: Partial<MaterializeChoice> = {}) =>
  chooseViews(snapshot, snapshot.projects[0]!, { views: [], cutMs: null, full: false, ...choice }).map(
    ({ name }) => name,
  );

test('without names, all views that runs write are chosen, table views among them', () => {
  expect(choose()).toEqual(['visiting', 'profile']);
  expect(choose({ full: true })).toEqual(['visiting', 'profile']);
  expect(choose({ views: ['profile', 'profile@1'], full: true, cutMs: HOUR_MS })).toEqual(['profile']);
});

test.each<[Partial<MaterializeChoice>, RegExp]>([
  [{ views: ['live'] }, /view "live@1" is declared without batch values/],
  [{ views: ['older'] }, /view "older@1" is an on-demand view: it has no stored values/],
  [
    { views: ['profile'], cutMs: HOUR_MS + 1 },
    /view "profile@1": cut 1970-01-01T01:00:00.001Z is not a multiple of its interval 1h; the nearest are/,
  ],
  [{ views: ['visiting'], full: true }, /view "visiting@1" is no table view: .* leave out --full/],
  [{ views: ['profile', 'visiting'], full: true }, /view "visiting@1" is no table view/],
])('%j is refused', (choice, message) => {
  expect(() => choose(choice)).toThrow(message);
});
