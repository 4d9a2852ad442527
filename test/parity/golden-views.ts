/** The views whose stored bytes are kept for ever: one with the operations of the first version, one with those of the second. */
import { compileView, type ViewLayout } from '@forebay/algebra';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type {
  AggregationFeature,
  AggregationView,
  EventSource,
  OperationName,
  ValueType,
  Window,
} from '@forebay/definitions';

const METADATA = { owner: '', description: '', tags: {} };

const source: EventSource = {
  id: 1,
  name: 'orders',
  topic: 'orders',
  table: 'orders',
  fields: [
    { name: 'time', type: 'timestamp' },
    { name: 'who', type: 'string' },
    { name: 'n', type: 'int32' },
    { name: 'big', type: 'int64' },
    { name: 'x', type: 'double' },
    { name: 's', type: 'string' },
  ],
  eventTime: 'time',
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

const sliding = (lengthMs: number, hopMs: number): Window => ({ kind: 'sliding', lengthMs, hopMs });
const session = (lengthMs: number, gapMs: number): Window => ({
  kind: 'session',
  lengthMs,
  hopMs: HOUR_MS,
  gapMs,
});

type Shape = readonly [
  operation: OperationName,
  input: string | null,
  type: ValueType,
  parameters?: Readonly<Record<string, number>>,
  by?: string,
];

const FIRST: readonly Shape[] = [
  ['count', null, 'int64', {}],
  ['sum', 'big', 'int64', {}],
  ['sum', 'x', 'double', {}],
  ['mean', 'x', 'double', {}],
  ['min', 'n', 'int32', {}],
  ['max', 'big', 'int64', {}],
  ['variance', 'x', 'double', { sample: 0 }],
  ['stddev', 'n', 'double', { sample: 1 }],
  ['first', 's', 'string', {}],
  ['first', 'x', 'double', {}],
  ['last', 'big', 'int64', {}],
  ['last', 's', 'string', {}],
  ['last_n', 's', 'list<string>', { n: 3 }],
  ['last_n', 'big', 'list<int64>', { n: 2 }],
  ['distinct_count', 's', 'int64', { exact: 4 }],
  ['distinct_count', 'n', 'int64', { exact: 64 }],
  ['time_since_last', null, 'double', {}],
];

const KEYS = { max_keys: 4 };

const SECOND: readonly Shape[] = [
  ['skewness', 'x', 'double'],
  ['first_n', 's', 'list<string>', { n: 3 }],
  ['first_n', 'x', 'list<double>', { n: 2 }],
  ['first_n', 'big', 'list<int64>', { n: 4 }],
  ['quantile', 'x', 'double', { q: 0.9 }],
  ['quantiles', 'big', 'list<double>', { q0: 0, q1: 0.5, q2: 1 }],
  ['top_k', 's', 'list<string>', { k: 2, max_keys: 8 }],
  ['top_k', 'big', 'list<int64>', { k: 2, max_keys: 1_024 }],
  ['histogram', 'n', 'list<int64>', { b0: 2, b1: 5.5 }],
  ['histogram', 'n', 'list<int64>', { b0: 3 }],
  ['count_by', 'n', 'map<int64,int64>', { max_keys: 64 }],
  ['count_by', 's', 'map<string,int64>', KEYS],
  ['sum_by', 'big', 'map<string,int64>', { max_keys: 8 }, 's'],
  ['sum_by', 'x', 'map<int64,double>', { max_keys: 64 }, 'n'],
  ['mean_by', 'x', 'map<string,double>', KEYS, 's'],
  ['decayed_sum', 'x', 'double', { half_life_ms: HOUR_MS }],
  ['decayed_sum', 'x', 'double', { half_life_ms: DAY_MS }],
  ['decayed_count', null, 'double', { half_life_ms: HOUR_MS }],
  ['rate', null, 'double'],
];

const SESSIONS: readonly Shape[] = [
  ['session_events', null, 'int64'],
  ['session_sum', 'big', 'int64'],
  ['session_duration', null, 'double'],
  ['session_count', 'x', 'int64'],
];

function featuresOf(
  shapes: readonly Shape[],
  windows: readonly Window[],
  from: number,
): AggregationFeature[] {
  return shapes.flatMap(([operation, input, type, parameters = {}, by = null], i) =>
    windows
      .filter((window) => operation !== 'rate' || window.kind !== 'lifetime')
      .map((window, w) => ({
        name: `f${from + i}_${w}`,
        operation,
        input,
        by,
        filter: i % 5 === 4 ? 'n > 2' : null,
        window,
        parameters,
        type,
        description: '',
      })),
  );
}

const view: AggregationView = {
  id: 7,
  name: 'spending',
  version: 1,
  entity: 'customer',
  source: 'orders',
  keyFields: ['who'],
  filter: null,
  derived: [],
  features: [],
  batch: { horizonMs: 72 * HOUR_MS, cutHopMs: HOUR_MS, intervalMs: null },
  stream: { retentionMs: 73 * HOUR_MS },
  schedule: null,
  metadata: METADATA,
  fingerprint: '',
};

const FIRST_WINDOWS = [
  sliding(HOUR_MS, MINUTE_MS),
  sliding(7 * DAY_MS, HOUR_MS),
  { kind: 'lifetime' },
] as const;
const SECOND_WINDOWS = [
  sliding(HOUR_MS, MINUTE_MS),
  { kind: 'tumbling', lengthMs: DAY_MS, originMs: 6 * HOUR_MS },
  { kind: 'lifetime' },
] as const;
const SESSION_WINDOWS = [session(DAY_MS, 10 * MINUTE_MS), session(7 * DAY_MS, 3 * HOUR_MS)];

export const GOLDEN_SOURCE = source;

/** By the prefix of their golden files. */
export const GOLDEN_LAYOUTS: Readonly<Record<string, ViewLayout>> = {
  'codec-1': compileView({ ...view, features: featuresOf(FIRST, FIRST_WINDOWS, 0) }, source),
  'codec-1-second': compileView(
    {
      ...view,
      features: [
        ...featuresOf(SECOND, SECOND_WINDOWS, 0),
        ...featuresOf(SESSIONS, SESSION_WINDOWS, SECOND.length),
      ],
    },
    source,
  ),
};

/** Whose columns ClickHouse writes with narrow numbers; it is also written by ClickHouse with those of the others. */
const NARROW: readonly Shape[] = [
  ['count', null, 'int64'],
  ['sum', 'n', 'int64'],
  ['mean', 'n', 'double'],
  ['min', 'n', 'int32'],
  ['max', 'n', 'int32'],
  ['sum', 'n * 1000000000', 'int64'],
  ['max', 'x', 'double'],
];

/** The views of which ClickHouse's batch lists are kept, too, by the prefix of their golden files. */
export const CLICKHOUSE_LAYOUTS: Readonly<Record<string, ViewLayout>> = {
  ...GOLDEN_LAYOUTS,
  'codec-1-narrow': compileView({ ...view, features: featuresOf(NARROW, FIRST_WINDOWS, 0) }, source),
};

/** Of a view without a stream: operations of both versions, as of ticks. */
export const SCHEDULED_LAYOUT: ViewLayout = compileView(
  {
    ...view,
    features: [
      ...featuresOf(FIRST, [sliding(7 * DAY_MS, HOUR_MS)], 0),
      ...featuresOf(SECOND, SECOND_WINDOWS, FIRST.length),
      ...featuresOf(SESSIONS, SESSION_WINDOWS, FIRST.length + SECOND.length),
    ],
    batch: null,
    stream: null,
    schedule: { intervalMs: HOUR_MS, waitMs: 5 * MINUTE_MS, delayMs: 20 * MINUTE_MS },
  },
  source,
);
