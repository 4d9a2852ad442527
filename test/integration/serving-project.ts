import {
  aggregationView,
  applyPlan,
  compileProject,
  count,
  decodeRegistry,
  distinctCount,
  encodeRegistry,
  entity,
  eventSource,
  type FeatureService,
  featureService,
  last,
  lastN,
  max,
  mean,
  project,
  type RegistrySnapshot,
  sum,
  type TableSource,
  type TableView,
} from '@forebay/definitions';

const airport = entity({ name: 'airport', joinKeys: { airport: 'string' } });
const route = entity({ name: 'route', joinKeys: { airport: 'string', destination: 'string' } });
const plane = entity({ name: 'plane', joinKeys: { plane: 'int64' } });
const gate = entity({ name: 'gate', joinKeys: { gate: 'int32', domestic: 'bool' } });

const flights = eventSource({
  name: 'flights',
  topic: 'flights',
  fields: {
    airport: 'string',
    destination: 'string',
    plane: 'int64',
    gate: 'int32',
    domestic: 'bool',
    at: 'timestamp',
    delay: 'double',
    meters: 'int64',
  },
  eventTime: 'at',
});

const departures = aggregationView({
  name: 'departures',
  entity: airport,
  source: flights,
  features: {
    flights_1h: count({ window: '1h' }),
    flights_30d: count({ window: '30d' }),
    mean_delay_1h: mean('delay', { window: '1h' }),
    last_destination_1d: last('destination', { window: '1d' }),
    last_delays_1d: lastN('delay', 3, { window: '1d' }),
    longest_1d: max('meters', { window: '1d' }),
    destinations_1d: distinctCount('destination', { window: '1d' }),
  },
});

const routes = aggregationView({
  name: 'routes',
  entity: route,
  source: flights,
  features: {
    route_flights_1d: count({ window: '1d' }),
    route_delay_1d: sum('delay', { window: '1d' }),
    route_planes_1d: lastN('plane', 2, { window: '1d' }),
  },
});

const planes = aggregationView({
  name: 'planes',
  entity: plane,
  source: flights,
  batch: false,
  features: { plane_flights_1h: count({ window: '1h' }) },
});

const gates = aggregationView({
  name: 'gates',
  entity: gate,
  source: flights,
  batch: false,
  features: { gate_flights_1h: count({ window: '1h' }) },
});

const metadata = { owner: '', description: '', tags: {} };

const ranks: TableSource = {
  id: 901,
  name: 'ranks',
  table: 'ranks',
  query: null,
  fields: [
    { name: 'airport', type: 'string' },
    { name: 'at', type: 'timestamp' },
    { name: 'rank', type: 'int32' },
    { name: 'passengers', type: 'int64' },
    { name: 'city', type: 'string' },
    { name: 'gates', type: 'list<string>' },
    { name: 'embedding', type: 'vector<3>' },
  ],
  eventTime: 'at',
  knownAt: null,
  metadata,
};

/** The newest row of each airport, at every minute, if it is younger than a day. */
export const ranking: TableView = {
  id: 902,
  name: 'ranking',
  version: 1,
  entity: 'airport',
  source: 'ranks',
  keyFields: ['airport'],
  features: ranks.fields.slice(2).map(({ name, type }) => ({ name, field: name, type, description: '' })),
  maxAgeMs: 24 * 3_600_000,
  schedule: { intervalMs: 60_000, waitMs: 10_000, delayMs: 30_000 },
  metadata,
  fingerprint: '',
};

/** A service of a table view and an aggregation view. */
const ranked: FeatureService = {
  id: 903,
  name: 'ranked',
  version: 1,
  features: [
    ...ranking.features.map(({ name }) => ({ view: 'ranking', version: 1, feature: name })),
    { view: 'departures', version: 1, feature: 'flights_1h' },
  ],
  variants: [],
  metadata,
};

function withTables(snapshot: RegistrySnapshot): RegistrySnapshot {
  const projects = snapshot.projects.map((flights) => ({
    ...flights,
    tableSources: [ranks],
    tableViews: [ranking],
    featureServices: [...flights.featureServices, ranked],
  }));
  return { ...snapshot, projects };
}

/** A project of four entities, as a registry gives it. */
export function flightsRegistry(): RegistrySnapshot {
  const compiled = compileProject(
    project({
      name: 'flights',
      entities: [airport, route, plane, gate],
      eventSources: [flights],
      aggregationViews: [departures, routes, planes, gates],
      featureServices: [
        featureService({ name: 'delays', features: [departures.pick('flights_1h', 'mean_delay_1h')] }),
        featureService({ name: 'delays', version: 2, features: [departures] }),
        featureService({
          name: 'trip',
          features: [
            departures.pick('flights_1h', 'last_destination_1d'),
            routes,
            departures.pick('longest_1d'),
          ],
        }),
        featureService({ name: 'plane', features: [planes] }),
        featureService({ name: 'gate', features: [gates] }),
      ],
    }),
  );
  const snapshot = withTables(applyPlan(null, compiled, { nowMs: 0, appliedBy: 'test' }));
  return decodeRegistry(encodeRegistry(snapshot));
}
