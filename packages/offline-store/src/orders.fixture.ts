import { HOUR_MS } from '@forebay/contract';
import { type AggregationView, type EventSource, JSON_FORMAT } from '@forebay/definitions';

const metadata = { owner: '', description: '', tags: {} };

/** A source of orders, whose archive is in the order of its users. */
export const source: EventSource = {
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
  format: JSON_FORMAT,
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

/** What a user has ordered. */
export const view: AggregationView = {
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
