/** A project with what Feast's clients may meet: every type, two versions, names that collide, composite keys, a table, data of the request. */
import {
  aggregationView,
  applyPlan,
  compileProject,
  count,
  countBy,
  decodeRegistry,
  encodeRegistry,
  entity,
  eventSource,
  featureService,
  last,
  lastN,
  max,
  mean,
  min,
  onDemandView,
  project,
  type RegistrySnapshot,
  sum,
  sumBy,
  tableSource,
  tableView,
} from '@forebay/definitions';

const driver = entity({ name: 'driver', joinKeys: { driver_id: 'int64' } });
const beat = entity({ name: 'beat', joinKeys: { driver_id: 'int64', city: 'string' } });
const bay = entity({ name: 'bay', joinKeys: { bay: 'int32', covered: 'bool' } });

const rides = eventSource({
  name: 'rides',
  topic: 'rides',
  fields: {
    at: 'timestamp',
    driver_id: 'int64',
    city: 'string',
    bay: 'int32',
    covered: 'bool',
    fare: 'double',
    passengers: 'int32',
    receipt: 'int64',
    tipped: 'bool',
    ended: 'timestamp',
  },
  eventTime: 'at',
});

/** By batch and stream, and values of every type. */
export const driverStats = aggregationView({
  name: 'driver_stats',
  entity: driver,
  source: rides,
  features: {
    trips: count({ window: '1d' }),
    trips_30d: count({ window: '30d' }),
    fares: sum('fare', { window: '1d' }),
    mean_fare: mean('fare', { window: '1d' }),
    most_passengers: max('passengers', { window: '1d' }),
    receipt: max('receipt', { window: '1d' }),
    last_city: last('city', { window: '1d' }),
    last_tipped: last('tipped', { window: '1d' }),
    last_ended: last('ended', { window: '1d' }),
    last_fares: lastN('fare', 3, { window: '1d' }),
    last_cities: lastN('city', 3, { window: '1d' }),
    last_receipts: lastN('receipt', 3, { window: '1d' }),
    last_tips: lastN('tipped', 3, { window: '1d' }),
    last_ends: lastN('ended', 3, { window: '1d' }),
    trips_by_city: countBy('city', { window: '1d' }),
    fares_by_bay: sumBy('fare', 'bay', { window: '1d' }),
  },
});

const driverStats2 = aggregationView({
  name: 'driver_stats',
  version: 2,
  entity: driver,
  source: rides,
  batch: false,
  features: { trips: count({ window: '1h' }), least_fare: min('fare', { window: '1h' }) },
});

const beatStats = aggregationView({
  name: 'beat_stats',
  entity: beat,
  source: rides,
  batch: false,
  features: { trips: count({ window: '1d' }), beat_fares: sum('fare', { window: '1d' }) },
});

const bayStats = aggregationView({
  name: 'bay_stats',
  entity: bay,
  source: rides,
  batch: false,
  features: { bay_trips: count({ window: '1d' }) },
});

/** Without a stream: as of every tenth minute, five minutes later. */
const habits = aggregationView({
  name: 'habits',
  entity: driver,
  source: rides,
  stream: false,
  schedule: { every: '10m', wait: '1m', delay: '5m' },
  features: { habit_trips: count({ window: '30d' }) },
});

const profiles = tableSource({
  name: 'profiles',
  table: 'profiles',
  fields: {
    driver_id: 'int64',
    at: 'timestamp',
    rating: 'double',
    grade: 'int32',
    licence: 'int64',
    home: 'string',
    trained: 'bool',
    since: 'timestamp',
    languages: 'list<string>',
    face: 'vector<3>',
  },
  eventTime: 'at',
});

export const profile = tableView({
  name: 'profile',
  entity: driver,
  source: profiles,
  features: {
    rating: 'rating',
    grade: 'grade',
    licence: 'licence',
    home: 'home',
    trained: 'trained',
    since: 'since',
    languages: 'languages',
    face: 'face',
  },
  maxAge: '1d',
  schedule: { every: '1m', wait: '10s', delay: '30s' },
});

const surge = onDemandView({
  name: 'surge',
  inputs: [driverStats.pick('mean_fare')],
  request: { fare: 'double', passengers: 'int32', asked_at: 'timestamp', note: 'string' },
  features: {
    ratio: 'fare / mean_fare',
    per_head: 'fare / double(passengers)',
    remark: 'note + "!"',
    is_cheap: 'fare < mean_fare',
  },
});

const quote = onDemandView({
  name: 'quote',
  request: { price: 'double', pieces: 'int32' },
  features: { total: 'price * double(pieces)' },
});

export function ridesRegistry(): RegistrySnapshot {
  const options = { nowMs: 0, appliedBy: 'test' };
  const compiled = compileProject(
    project({
      name: 'rides',
      entities: [driver, beat, bay],
      eventSources: [rides],
      tableSources: [profiles],
      aggregationViews: [driverStats, driverStats2, beatStats, bayStats, habits],
      tableViews: [profile],
      onDemandViews: [surge, quote],
      featureServices: [
        featureService({ name: 'every_type', features: [driverStats, profile] }),
        featureService({ name: 'pricing', features: [driverStats.pick('trips')] }),
        featureService({
          name: 'pricing',
          version: 2,
          features: [driverStats.pick('trips', 'fares'), beatStats.pick('beat_fares')],
        }),
        featureService({ name: 'both_versions', features: [driverStats.pick('trips'), driverStats2] }),
        featureService({ name: 'surging', features: [surge, driverStats.pick('trips')] }),
        featureService({ name: 'quoting', features: [quote] }),
      ],
    }),
  );
  return decodeRegistry(encodeRegistry(applyPlan(null, compiled, options)));
}
