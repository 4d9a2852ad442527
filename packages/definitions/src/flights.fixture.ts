/** A small, valid project for the unit tests of this package; each call makes new declarations. */
import type { AggregationViewOptions } from './aggregation-view-declaration';
import { aggregationView } from './aggregation-view-declaration';
import type { EventSourceOptions } from './declarations';
import { entity, eventSource } from './declarations';
import { distinctCount } from './distribution-declarations';
import { count, lastN, mean, sum } from './feature-declarations';
import type { ProjectDeclaration } from './project-declaration';
import { featureService, project } from './project-declaration';
import { timeSinceLast } from './time-declarations';

export interface FlightsChanges {
  source?: Partial<EventSourceOptions>;
  view?: Partial<AggregationViewOptions>;
}

export function declareFlights(changes: FlightsChanges = {}) {
  const airport = entity({
    name: 'airport',
    joinKeys: { airport: 'string' },
    owner: 'ops',
    description: 'an airport',
    tags: { tier: '1' },
  });
  const flights = eventSource({
    name: 'flights',
    topic: 'flights',
    fields: {
      time: 'timestamp',
      origin: 'string',
      destination: 'string',
      delay: 'int32',
      distance: 'int32',
      tail: 'string',
      price: 'double',
    },
    eventTime: 'time',
    archiveOrder: ['origin'],
    ...(changes.source as object),
  });
  const delays = aggregationView({
    name: 'airport_delays',
    entity: airport,
    source: flights,
    keys: { airport: 'origin' },
    filter: 'delay != null',
    derive: { is_late: 'delay > 15' },
    batch: { horizon: '72h', every: '1h' },
    stream: { retention: '73h' },
    features: {
      flights_1h: count({ window: '1h' }),
      delay_mean_24h: mean('delay', { window: '24h', description: 'mean delay in minutes' }),
      late_24h: count({ window: '24h', filter: 'is_late' }),
      last_destinations: lastN('destination', 5, { window: '7d' }),
      destinations_7d: distinctCount('destination', { window: '7d' }),
      total: count({ window: 'lifetime' }),
      delay_30d: sum('delay', { window: { length: '30d', hop: '1d' } }),
      idle: timeSinceLast({ window: 'lifetime' }),
    },
    ...(changes.view as object),
  });
  const risk = featureService({
    name: 'flight_risk',
    features: [delays.pick('flights_1h', 'delay_mean_24h')],
  });
  return { airport, flights, delays, risk };
}

export function flightsProject(changes: FlightsChanges = {}): ProjectDeclaration {
  const { airport, flights, delays, risk } = declareFlights(changes);
  return project({
    name: 'flights',
    entities: [airport],
    eventSources: [flights],
    aggregationViews: [delays],
    featureServices: [risk],
  });
}
