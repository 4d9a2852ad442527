/** Delays of flights: what is known, at any instant, about an airport's and a route's departures. */
import {
  aggregationView,
  count,
  distinctCount,
  entity,
  eventSource,
  featureService,
  first,
  last,
  lastN,
  max,
  mean,
  min,
  project,
  stddev,
  sum,
  timeSinceLast,
  variance,
} from '@forebay/definitions';

const owner = 'flight-operations';

export const airport = entity({
  name: 'airport',
  joinKeys: { airport: 'string' },
  owner,
  description: 'An airport, by its three-letter code, as a place of departure',
});

export const route = entity({
  name: 'route',
  joinKeys: { origin: 'string', destination: 'string' },
  owner,
  description: 'Flights from one airport to another',
});

export const flights = eventSource({
  name: 'flights',
  topic: 'flights',
  fields: { time: 'timestamp', origin: 'string', destination: 'string', delay: 'int32', distance: 'int32' },
  eventTime: 'time',
  partitions: 4,
  archiveOrder: ['origin', 'destination'],
  owner,
  description: 'One event per flight: delay in minutes (negative: early), distance in miles',
  tags: { dataset: 'vega-datasets/flights-3m' },
});

const late = 'delay > 15';
const derive = {
  /** Minutes of delay for every 100 miles flown. */
  delay_per_100_miles: 'double(delay) * 100.0 / double(distance)',
};

/** Materialized on demand. A batch value is good for three days, so the stream holds three days and one cut hop. */
const batch = { horizon: '72h' } as const;
const stream = { retention: '73h' } as const;

export const airportDelays = aggregationView({
  name: 'airport_delays',
  entity: airport,
  source: flights,
  keys: { airport: 'origin' },
  derive,
  batch,
  stream,
  owner,
  description: 'Departures of an airport',
  features: {
    departures_1h: count({ window: '1h' }),
    delay_mean_1h: mean('delay', { window: '1h' }),
    delay_max_1h: max('delay', { window: '1h' }),
    late_departures_1h: count({ window: '1h', filter: late }),
    destinations_1h: distinctCount('destination', { window: '1h' }),

    departures_24h: count({ window: '24h' }),
    delay_sum_24h: sum('delay', { window: '24h' }),
    delay_mean_24h: mean('delay', { window: '24h' }),
    delay_min_24h: min('delay', { window: '24h' }),
    delay_max_24h: max('delay', { window: '24h' }),
    delay_stddev_24h: stddev('delay', { window: '24h' }),
    late_departures_24h: count({ window: '24h', filter: late }),
    destinations_24h: distinctCount('destination', { window: '24h' }),
    first_delay_24h: first('delay', { window: '24h' }),

    departures_7d: count({ window: '7d' }),
    delay_mean_7d: mean('delay', { window: '7d' }),
    delay_stddev_7d: stddev('delay', { window: '7d' }),
    late_departures_7d: count({ window: '7d', filter: late }),
    delay_per_100_miles_mean_7d: mean('delay_per_100_miles', { window: '7d' }),

    departures_30d: count({ window: '30d' }),
    delay_sum_30d: sum('delay', { window: '30d' }),
    delay_min_30d: min('delay', { window: '30d' }),
    delay_max_30d: max('delay', { window: '30d' }),
    delay_variance_30d: variance('delay', { window: '30d' }),
    late_departures_30d: count({ window: '30d', filter: late }),
    destinations_30d: distinctCount('destination', { window: '30d' }),
    distance_mean_30d: mean('distance', { window: '30d' }),

    departures_90d: count({ window: '90d' }),
    delay_mean_90d: mean('delay', { window: '90d' }),
    delay_stddev_90d: stddev('delay', { window: '90d', sample: true }),
    last_delay_90d: last('delay', { window: '90d' }),
    last_destinations_90d: lastN('destination', 5, { window: '90d' }),
    seconds_since_departure_90d: timeSinceLast({ window: '90d' }),

    departures_lifetime: count({ window: 'lifetime' }),
    distance_sum_lifetime: sum('distance', { window: 'lifetime' }),
    delay_max_lifetime: max('delay', { window: 'lifetime' }),
    first_destination_lifetime: first('destination', { window: 'lifetime' }),
  },
});

export const routeDelays = aggregationView({
  name: 'route_delays',
  entity: route,
  source: flights,
  derive,
  batch,
  stream,
  owner,
  description: 'Departures on a route',
  features: {
    departures_1h: count({ window: '1h' }),
    delay_max_1h: max('delay', { window: '1h' }),

    departures_24h: count({ window: '24h' }),
    delay_mean_24h: mean('delay', { window: '24h' }),
    delay_min_24h: min('delay', { window: '24h' }),
    delay_max_24h: max('delay', { window: '24h' }),
    late_departures_24h: count({ window: '24h', filter: late }),
    distinct_delays_24h: distinctCount('delay', { window: '24h' }),

    departures_7d: count({ window: '7d' }),
    delay_sum_7d: sum('delay', { window: '7d' }),
    delay_mean_7d: mean('delay', { window: '7d' }),
    delay_stddev_7d: stddev('delay', { window: '7d' }),
    late_departures_7d: count({ window: '7d', filter: late }),
    first_delay_7d: first('delay', { window: '7d' }),

    departures_30d: count({ window: '30d' }),
    delay_mean_30d: mean('delay', { window: '30d' }),
    delay_variance_30d: variance('delay', { window: '30d' }),
    delay_max_30d: max('delay', { window: '30d' }),
    late_departures_30d: count({ window: '30d', filter: late }),
    delay_per_100_miles_max_30d: max('delay_per_100_miles', { window: '30d' }),

    departures_90d: count({ window: '90d' }),
    delay_mean_90d: mean('delay', { window: '90d' }),
    delay_stddev_90d: stddev('delay', { window: '90d', sample: true }),
    last_delay_90d: last('delay', { window: '90d' }),
    last_delays_90d: lastN('delay', 5, { window: '90d' }),
    seconds_since_departure_90d: timeSinceLast({ window: '90d' }),

    departures_lifetime: count({ window: 'lifetime' }),
    delay_sum_lifetime: sum('delay', { window: 'lifetime' }),
    delay_min_lifetime: min('delay', { window: 'lifetime' }),
  },
});

export const airportBoard = featureService({
  name: 'airport_board',
  owner,
  description: 'What the departure board of an airport is scored with',
  features: [airportDelays],
});

export const routeBoard = featureService({
  name: 'route_board',
  owner,
  description: 'What the delay of a flight on a route is predicted from',
  features: [routeDelays],
});

export default project({
  name: 'flights',
  entities: [airport, route],
  eventSources: [flights],
  aggregationViews: [airportDelays, routeDelays],
  featureServices: [airportBoard, routeBoard],
});
