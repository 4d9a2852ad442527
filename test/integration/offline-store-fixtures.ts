import { resolve } from 'node:path';
import type { AggregationFeature, AggregationView, EventSource, Field, Window } from '@forebay/definitions';

const metadata = { owner: 'tests', description: '', tags: {} };

export const HOUR = 3_600_000;
export const DAY = 24 * HOUR;

/** A compiled event source; `fields` begin with the event time `at`. */
export function eventSource(
  name: string,
  fields: readonly Field[],
  more: Partial<EventSource> = {},
): EventSource {
  return {
    id: 1,
    name,
    topic: name,
    table: name,
    fields,
    eventTime: (fields[0] as Field).name,
    eventId: null,
    knownAt: null,
    allowedLatenessMs: HOUR,
    maxClockSkewMs: 300_000,
    dedupeMs: null,
    maxStalenessMs: 60_000,
    partitions: 4,
    archiveOrder: [],
    metadata,
    ...more,
  };
}

export const sliding = (lengthMs: number, hopMs: number): Window => ({ kind: 'sliding', lengthMs, hopMs });
export const lifetime: Window = { kind: 'lifetime' };

type FeatureShape = Partial<AggregationFeature> & Pick<AggregationFeature, 'operation' | 'window'>;

/** A compiled hybrid view with a horizon of 72 h and a cut hop of 1 h; features are named by their position. */
export function aggregationView(
  source: EventSource,
  keyFields: readonly string[],
  features: readonly FeatureShape[],
  more: Partial<AggregationView> = {},
): AggregationView {
  return {
    id: 7,
    name: 'view',
    version: 1,
    entity: 'entity',
    source: source.name,
    keyFields,
    filter: null,
    derived: [],
    features: features.map((feature, i) => ({
      name: `f${i}`,
      input: null,
      by: null,
      filter: null,
      parameters: {},
      type: 'double',
      description: '',
      ...feature,
    })),
    batch: { horizonMs: 72 * HOUR, cutHopMs: HOUR, intervalMs: null },
    stream: { retentionMs: 73 * HOUR },
    schedule: null,
    metadata,
    fingerprint: '',
    ...more,
  };
}

export const FLIGHTS_FILE = resolve(
  __dirname,
  '..',
  '..',
  'node_modules',
  'vega-datasets',
  'data',
  'flights-3m.parquet',
);

export const flights = eventSource(
  'flights',
  [
    { name: 'date', type: 'timestamp' },
    { name: 'delay', type: 'int32' },
    { name: 'distance', type: 'int64' },
    { name: 'origin', type: 'string' },
    { name: 'destination', type: 'string' },
  ],
  { archiveOrder: ['origin', 'destination'] },
);

/** A generator of numbers in [0, 1) that a seed repeats (mulberry32). */
export function randomFrom(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
}
