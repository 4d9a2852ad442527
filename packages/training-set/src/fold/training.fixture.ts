/** Helpers of the unit tests: layouts over a source with a few columns, and events with their time and when they were known. */
import { compileView, type ViewLayout } from '@forebay/algebra';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type {
  AggregationFeature,
  AggregationView,
  EventSource,
  OperationName,
  Window,
} from '@forebay/definitions';
import type { TrainingEvent } from './training-values';

const METADATA = { owner: '', description: '', tags: {} };
export const NOON = Date.UTC(2026, 4, 10, 12);

export const source: EventSource = {
  id: 1,
  name: 'events',
  topic: 'events',
  table: 'events',
  fields: [
    { name: 'at', type: 'timestamp' },
    { name: 'who', type: 'string' },
    { name: 'i', type: 'int32' },
    { name: 's', type: 'string' },
  ],
  eventTime: 'at',
  eventId: null,
  knownAt: null,
  allowedLatenessMs: HOUR_MS,
  maxClockSkewMs: 5 * MINUTE_MS,
  dedupeMs: null,
  maxStalenessMs: MINUTE_MS,
  partitions: 1,
  archiveOrder: [],
  metadata: METADATA,
};

export const sliding = (lengthMs: number, hopMs: number): Window => ({ kind: 'sliding', lengthMs, hopMs });
export const tumbling = (lengthMs: number, originMs = 0): Window => ({
  kind: 'tumbling',
  lengthMs,
  originMs,
});
export const lifetime: Window = { kind: 'lifetime' };

type FeatureShape = Partial<AggregationFeature> & {
  readonly operation: OperationName;
  readonly window: Window;
};

/** A view whose features are named by their position. */
export function layoutOf(
  features: readonly FeatureShape[],
  view: Partial<AggregationView> = {},
  from: Partial<EventSource> = {},
): ViewLayout {
  return compileView(
    {
      id: 7,
      name: 'v',
      version: 1,
      entity: 'who',
      source: 'events',
      keyFields: ['who'],
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
      batch: null,
      stream: { retentionMs: 90 * DAY_MS },
      schedule: null,
      metadata: METADATA,
      fingerprint: 'f',
      ...view,
    },
    { ...source, ...from },
  );
}

export interface Given {
  readonly at: number;
  readonly known?: number;
  readonly i?: number | null;
  readonly s?: string | null;
  readonly id?: number;
}

let nextTie = 0;

export function eventOf({ at, known = at, i = 1, s = null, id }: Given): TrainingEvent {
  return {
    row: [at, 'e', i, s],
    eventTimeMs: at,
    knownAtMs: known,
    tie: { high: 0, low: id ?? nextTie++ },
  };
}
