/**
 * The features of features.ts once more, by plain loops over the file's rows: what the served values are compared
 * with. It shares no code with Forebay, keeps nothing between windows, and takes no short cut.
 *
 *   node examples/flights/naive.mjs 2001-05-01T12:00:00Z ORD ATL ORD-ATL
 *
 * prints the features of airports and routes as of an instant, over the whole file.
 */
import { pathToFileURL } from 'node:url';
import { readFlights } from './flights-file.mjs';
import {
  count,
  distinctCount,
  first,
  last,
  lastN,
  max,
  mean,
  min,
  sampleStddev,
  secondsSinceLast,
  stddev,
  sum,
  variance,
} from './naive-aggregations.mjs';

/**
 * @typedef {import('./flights-file.mjs').Flights} Flights
 * @typedef {import('./naive-aggregations.mjs').Expected} Expected
 * @typedef {{ time: number, origin: string, destination: string, delay: number, distance: number }} Flight
 * @typedef {(flights: Flight[], asOf: number) => Expected} Feature
 * @typedef {{ keyOf: (flight: Flight) => string, features: Record<string, Record<string, Feature>> }} View
 */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** Lengths and hops: a window covers [floor((asOf − length) / hop) · hop, asOf). */
const WINDOWS = /** @type {Record<string, { length: number, hop: number }>} */ ({
  '1h': { length: HOUR, hop: MINUTE },
  '24h': { length: DAY, hop: HOUR },
  '7d': { length: 7 * DAY, hop: HOUR },
  '30d': { length: 30 * DAY, hop: DAY },
  '90d': { length: 90 * DAY, hop: DAY },
});

/** @param {Flight} flight */
const delay = (flight) => flight.delay;
/** @param {Flight} flight */
const distance = (flight) => flight.distance;
/** @param {Flight} flight */
const destination = (flight) => flight.destination;
/** @param {Flight} flight */
const delayPer100Miles = (flight) => (flight.delay * 100) / flight.distance;
/** @param {Flight} flight */
const late = (flight) => flight.delay > 15;

/** @type {View} */
export const AIRPORTS = {
  keyOf: (flight) => flight.origin,
  features: {
    '1h': {
      departures_1h: (f) => count(f),
      delay_mean_1h: (f) => mean(f.map(delay)),
      delay_max_1h: (f) => max(f.map(delay)),
      late_departures_1h: (f) => count(f.filter(late)),
      destinations_1h: (f) => distinctCount(f.map(destination)),
    },
    '24h': {
      departures_24h: (f) => count(f),
      delay_sum_24h: (f) => sum(f.map(delay)),
      delay_mean_24h: (f) => mean(f.map(delay)),
      delay_min_24h: (f) => min(f.map(delay)),
      delay_max_24h: (f) => max(f.map(delay)),
      delay_stddev_24h: (f) => stddev(f.map(delay)),
      late_departures_24h: (f) => count(f.filter(late)),
      destinations_24h: (f) => distinctCount(f.map(destination)),
      first_delay_24h: (f) => first(f.map(delay)),
    },
    '7d': {
      departures_7d: (f) => count(f),
      delay_mean_7d: (f) => mean(f.map(delay)),
      delay_stddev_7d: (f) => stddev(f.map(delay)),
      late_departures_7d: (f) => count(f.filter(late)),
      delay_per_100_miles_mean_7d: (f) => mean(f.map(delayPer100Miles)),
    },
    '30d': {
      departures_30d: (f) => count(f),
      delay_sum_30d: (f) => sum(f.map(delay)),
      delay_min_30d: (f) => min(f.map(delay)),
      delay_max_30d: (f) => max(f.map(delay)),
      delay_variance_30d: (f) => variance(f.map(delay)),
      late_departures_30d: (f) => count(f.filter(late)),
      destinations_30d: (f) => distinctCount(f.map(destination)),
      distance_mean_30d: (f) => mean(f.map(distance)),
    },
    '90d': {
      departures_90d: (f) => count(f),
      delay_mean_90d: (f) => mean(f.map(delay)),
      delay_stddev_90d: (f) => sampleStddev(f.map(delay)),
      last_delay_90d: (f) => last(f.map(delay)),
      last_destinations_90d: (f) => lastN(f.map(destination), 5),
      seconds_since_departure_90d: (f, asOf) => secondsSinceLast(f, asOf),
    },
    lifetime: {
      departures_lifetime: (f) => count(f),
      distance_sum_lifetime: (f) => sum(f.map(distance)),
      delay_max_lifetime: (f) => max(f.map(delay)),
      first_destination_lifetime: (f) => first(f.map(destination)),
    },
  },
};

/** @type {View} */
export const ROUTES = {
  keyOf: (flight) => `${flight.origin}-${flight.destination}`,
  features: {
    '1h': {
      departures_1h: (f) => count(f),
      delay_max_1h: (f) => max(f.map(delay)),
    },
    '24h': {
      departures_24h: (f) => count(f),
      delay_mean_24h: (f) => mean(f.map(delay)),
      delay_min_24h: (f) => min(f.map(delay)),
      delay_max_24h: (f) => max(f.map(delay)),
      late_departures_24h: (f) => count(f.filter(late)),
      distinct_delays_24h: (f) => distinctCount(f.map(delay)),
    },
    '7d': {
      departures_7d: (f) => count(f),
      delay_sum_7d: (f) => sum(f.map(delay)),
      delay_mean_7d: (f) => mean(f.map(delay)),
      delay_stddev_7d: (f) => stddev(f.map(delay)),
      late_departures_7d: (f) => count(f.filter(late)),
      first_delay_7d: (f) => first(f.map(delay)),
    },
    '30d': {
      departures_30d: (f) => count(f),
      delay_mean_30d: (f) => mean(f.map(delay)),
      delay_variance_30d: (f) => variance(f.map(delay)),
      delay_max_30d: (f) => max(f.map(delay)),
      late_departures_30d: (f) => count(f.filter(late)),
      delay_per_100_miles_max_30d: (f) => max(f.map(delayPer100Miles)),
    },
    '90d': {
      departures_90d: (f) => count(f),
      delay_mean_90d: (f) => mean(f.map(delay)),
      delay_stddev_90d: (f) => sampleStddev(f.map(delay)),
      last_delay_90d: (f) => last(f.map(delay)),
      last_delays_90d: (f) => lastN(f.map(delay), 5),
      seconds_since_departure_90d: (f, asOf) => secondsSinceLast(f, asOf),
    },
    lifetime: {
      departures_lifetime: (f) => count(f),
      delay_sum_lifetime: (f) => sum(f.map(delay)),
      delay_min_lifetime: (f) => min(f.map(delay)),
    },
  },
};

/** How a row came in; it decides the order of flights of the same time. */
export const NOT_KNOWN = 0;
export const LOADED = 1;
export const RECORD = 2;

/**
 * For each row of the file. Of equal times, loaded rows come before Kafka's records.
 * @typedef {object} Positions
 * @property {Uint8Array} how NOT_KNOWN rows are in no value
 * @property {Float64Array} major the load's number, or the record's partition
 * @property {Float64Array} minor the row's number within the load, or the record's offset
 */

/**
 * Every row in one load, in the file's order. To be changed for the rows that came in otherwise.
 * @param {number} rows
 * @returns {Positions}
 */
export function loadedPositions(rows) {
  return {
    how: new Uint8Array(rows).fill(LOADED),
    major: new Float64Array(rows).fill(1),
    minor: Float64Array.from({ length: rows }, (_, row) => row),
  };
}

/**
 * The known rows as flights, ordered by (time, position).
 * @param {Flights} flights
 * @param {Positions} [positions]
 * @returns {Flight[]}
 */
export function orderedFlights(flights, positions = loadedPositions(flights.count)) {
  const { time } = flights;
  const { how, major, minor } = positions;
  /** @type {number[]} */
  const rows = [];
  for (let row = 0; row < flights.count; row++) if (how[row] !== NOT_KNOWN) rows.push(row);
  const at = (/** @type {ArrayLike<any>} */ column, /** @type {number} */ row) => column[row];
  rows.sort(
    (a, b) =>
      at(time, a) - at(time, b) ||
      at(how, a) - at(how, b) ||
      at(major, a) - at(major, b) ||
      at(minor, a) - at(minor, b),
  );
  return rows.map((row) => ({
    time: at(time, row),
    origin: at(flights.origin, row),
    destination: at(flights.destination, row),
    delay: at(flights.delay, row),
    distance: at(flights.distance, row),
  }));
}

/**
 * The flights of each entity of a view, in the given order; keys are `ORD` or `ORD-ATL`.
 * @param {Flight[]} ordered
 * @param {View} view
 * @returns {Map<string, Flight[]>}
 */
export function byEntity(ordered, view) {
  /** @type {Map<string, Flight[]>} */
  const groups = new Map();
  for (const flight of ordered) {
    const key = view.keyOf(flight);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [flight]);
    else group.push(flight);
  }
  return groups;
}

/**
 * Flights with from ≤ time < to.
 * @param {Flight[]} flights
 * @param {number} from
 * @param {number} to
 */
export function between(flights, from, to) {
  return flights.filter((flight) => flight.time >= from && flight.time < to);
}

/**
 * Every feature of a view for one entity.
 * @param {View} view
 * @param {Flight[]} flights the entity's, ordered
 * @param {number} asOf ms since the epoch
 * @returns {Record<string, Expected>}
 */
export function naiveFeatures(view, flights, asOf) {
  /** @type {Record<string, Expected>} */
  const values = {};
  for (const [name, features] of Object.entries(view.features)) {
    const window = WINDOWS[name];
    const from = window
      ? Math.floor((asOf - window.length) / window.hop) * window.hop
      : Number.NEGATIVE_INFINITY;
    const inWindow = between(flights, from, asOf);
    for (const [feature, compute] of Object.entries(features)) values[feature] = compute(inWindow, asOf);
  }
  return values;
}

/** @param {string[]} args an instant, then airports and routes */
async function main([instant = '', ...entities]) {
  const asOf = Date.parse(instant);
  if (Number.isNaN(asOf) || entities.length === 0) {
    console.error(
      'usage: node naive.mjs INSTANT ENTITY..., such as: node naive.mjs 2001-05-01T12:00:00Z ORD ORD-ATL',
    );
    process.exitCode = 2;
    return;
  }
  const ordered = orderedFlights(await readFlights());
  /** @type {Record<string, Record<string, unknown>>} */
  const answers = {};
  for (const entity of entities) {
    const view = entity.includes('-') ? ROUTES : AIRPORTS;
    const flights = ordered.filter((flight) => view.keyOf(flight) === entity);
    const features = Object.entries(naiveFeatures(view, flights, asOf));
    answers[entity] = Object.fromEntries(features.map(([name, { value }]) => [name, value]));
  }
  console.log(JSON.stringify(answers, null, 2));
}

// Without a top-level await, so that CommonJS modules can require this one.
if (import.meta.url === pathToFileURL(process.argv[1] ?? '').href) {
  main(process.argv.slice(2)).catch((error) => {
    console.error(error);
    process.exitCode = 1;
  });
}
