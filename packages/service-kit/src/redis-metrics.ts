import type { MetricDefinition } from './metric-definition';

/** The Redis that holds the features, as the batch service sees it. */
export const REDIS_METRICS = {
  forebay_redis_memory_ratio: {
    kind: 'gauge',
    acrossProcesses: 'max',
    unit: '1',
    description:
      'Of the memory that Redis may use (without a limit: of its machine) the share that it uses; of a cluster its fullest master.',
    labels: [],
  },
  forebay_redis_view_bytes: {
    kind: 'gauge',
    acrossProcesses: 'max',
    unit: 'By',
    description:
      'Memory that the values of a view take in Redis, estimated by a sample of keys every five minutes; a small view beside large ones may be missing.',
    labels: ['project', 'view'],
  },
} as const satisfies Record<string, MetricDefinition>;
