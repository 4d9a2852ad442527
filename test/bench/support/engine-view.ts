/** The views of the engine's benchmark: one source, five windows. */
import { compileView, type ViewLayout } from '@forebay/algebra';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type { AggregationFeature, EventSource, OperationName, Window } from '@forebay/definitions';

const METADATA = { owner: '', description: '', tags: {} };

export const orders: EventSource = {
  id: 1,
  name: 'orders',
  topic: 'orders',
  table: 'orders',
  fields: [
    { name: 'at', type: 'timestamp' },
    { name: 'user', type: 'string' },
    { name: 'items', type: 'int32' },
    { name: 'amount', type: 'double' },
    { name: 'shop', type: 'string' },
    { name: 'product', type: 'int64' },
  ],
  eventTime: 'at',
  eventId: null,
  knownAt: null,
  allowedLatenessMs: HOUR_MS,
  maxClockSkewMs: 5 * MINUTE_MS,
  maxStalenessMs: MINUTE_MS,
  dedupeMs: null,
  partitions: 1,
  archiveOrder: [],
  metadata: METADATA,
};

export type SlidingWindow = Extract<Window, { readonly kind: 'sliding' }>;

/** 1 h, 24 h, 7 d, 30 d and 90 d with the default hops. */
export const WINDOWS: readonly SlidingWindow[] = [
  { kind: 'sliding', lengthMs: HOUR_MS, hopMs: MINUTE_MS },
  { kind: 'sliding', lengthMs: 24 * HOUR_MS, hopMs: HOUR_MS },
  { kind: 'sliding', lengthMs: 7 * DAY_MS, hopMs: HOUR_MS },
  { kind: 'sliding', lengthMs: 30 * DAY_MS, hopMs: DAY_MS },
  { kind: 'sliding', lengthMs: 90 * DAY_MS, hopMs: DAY_MS },
];

/** The same lengths and hops, but the shortest one: a session window is at least as long as a few gaps. */
export function sessionWindows(gapMs: number): Extract<Window, { readonly kind: 'session' }>[] {
  return WINDOWS.slice(1).map((window) => ({ ...window, kind: 'session', gapMs }));
}

export const HORIZON_MS = 72 * HOUR_MS;

export type Shape = Pick<AggregationFeature, 'operation' | 'type'> &
  Partial<Pick<AggregationFeature, 'input' | 'by' | 'parameters'>>;

/** Each shape over each window; features are named by their position. */
export function layoutOf(
  shapes: readonly Shape[],
  windows: readonly Window[] = WINDOWS,
  source: EventSource = orders,
): ViewLayout {
  const features = shapes.flatMap((shape) =>
    windows.map((window) => ({
      input: null,
      by: null,
      filter: null,
      parameters: {},
      description: '',
      ...shape,
      window,
    })),
  );
  return compileView(
    {
      id: 7,
      name: 'spending',
      version: 1,
      entity: 'user',
      source: source.name,
      keyFields: ['user'],
      filter: null,
      derived: [],
      features: features.map((feature, i) => ({ name: `f${i}`, ...feature })),
      batch: { horizonMs: HORIZON_MS, cutHopMs: HOUR_MS, intervalMs: null },
      stream: { retentionMs: HORIZON_MS + HOUR_MS },
      schedule: null,
      metadata: METADATA,
      fingerprint: '',
    },
    source,
  );
}

const NUMERIC = ['count', 'sum', 'mean', 'min', 'max', 'stddev'] as const satisfies readonly OperationName[];

/** The six operations of `items` (int32), then those of `amount` (double). */
export const numericShapes: readonly Shape[] = (['items', 'amount'] as const).flatMap((input) =>
  NUMERIC.map((operation) => ({
    operation,
    input,
    type: input === 'items' && operation !== 'mean' && operation !== 'stddev' ? 'int64' : 'double',
    parameters: operation === 'stddev' ? { sample: 0 } : {},
  })),
);

/** Over the five windows: 60 features. */
export const numericLayout: ViewLayout = layoutOf(numericShapes);
