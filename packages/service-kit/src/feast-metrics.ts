import type { MetricDefinition } from './metric-definition';

/** Names and labels of Feast's Python feature server, so that dashboards and alerts made for it show this one (docs/TELEMETRY.md). */
export const FEAST_METRICS = {
  feast_feature_freshness_seconds: {
    kind: 'gauge',
    acrossProcesses: 'max',
    unit: 's',
    description:
      'Age of the instant before which every event is in the values of the view; of a view without a stream, age of its cut. Named as in Feast.',
    labels: ['feature_view', 'project'],
  },
  feast_feature_server_request_total: {
    kind: 'counter',
    unit: '{request}',
    description:
      'Requests of the Feast-compatible HTTP surface, by path and by success or error. Named as in Feast.',
    labels: ['endpoint', 'status'],
  },
  feast_feature_server_request_latency_seconds: {
    kind: 'histogram',
    unit: 's',
    description: 'Time of requests of the Feast-compatible HTTP surface. Named as in Feast.',
    labels: ['endpoint'],
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
  },
} as const satisfies Record<string, MetricDefinition>;
