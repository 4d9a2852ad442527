import { compileView } from '@forebay/algebra';
import type { AggregationView, EventSource } from '@forebay/definitions';
import { segmentSql } from './segments-sql';

const metadata = { owner: '', description: '', tags: {} };
const HOUR_MS = 3_600_000;

const source: EventSource = {
  id: 1,
  name: 'orders',
  topic: 'orders',
  table: 'orders',
  fields: [
    { name: 'at', type: 'timestamp' },
    { name: 'user', type: 'string' },
    { name: 'amount', type: 'double' },
    { name: 'shop', type: 'string' },
  ],
  eventTime: 'at',
  eventId: null,
  knownAt: null,
  allowedLatenessMs: HOUR_MS,
  maxClockSkewMs: 300_000,
  dedupeMs: null,
  maxStalenessMs: 60_000,
  partitions: 4,
  archiveOrder: ['user'],
  metadata,
};

const feature = {
  input: null,
  by: null,
  filter: null,
  parameters: {},
  type: 'double',
  description: '',
} as const;
const window = { kind: 'sliding', lengthMs: 24 * HOUR_MS, hopMs: HOUR_MS } as const;

const view: AggregationView = {
  id: 2,
  name: 'spending',
  version: 1,
  entity: 'user',
  source: 'orders',
  keyFields: ['user'],
  filter: 'amount > 0.0',
  derived: [],
  features: [
    { ...feature, name: 'orders_24h', operation: 'count', window, type: 'int64' },
    { ...feature, name: 'spent_24h', operation: 'sum', input: 'amount', window },
    {
      ...feature,
      name: 'last_shop',
      operation: 'last',
      input: 'shop',
      window: { kind: 'lifetime' },
      type: 'string',
    },
  ],
  batch: { horizonMs: 72 * HOUR_MS, cutHopMs: HOUR_MS, intervalMs: null },
  stream: { retentionMs: 73 * HOUR_MS },
  schedule: null,
  metadata,
  fingerprint: '',
};

/** What is stored depends on every word of it: a change here is one to look at, and to prove with the tests against a server. */
test('the statement of a small view is the one that was looked at', () => {
  const cutMs = Date.UTC(2024, 0, 31, 12);
  const run = { qMs: cutMs + HOUR_MS + 1, cutMs, finishedLoads: [1, 2] };
  expect(segmentSql(compileView(view, source), run, { chunk: 1, chunks: 4 })).toMatchSnapshot();
});
