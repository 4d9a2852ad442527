import { CALL_SECONDS } from './histogram-bounds';
import type { MetricDefinition } from './metric-definition';

/** Events that are pushed to the serving service. */
export const PUSH_METRICS = {
  forebay_pushed_events_total: {
    kind: 'counter',
    unit: '{event}',
    description: 'Events that were pushed, and that Kafka has confirmed.',
    labels: ['project', 'source'],
  },
  forebay_push_refused_events_total: {
    kind: 'counter',
    unit: '{event}',
    description:
      'Events of calls that failed, by the reason of the failure: after `conflict` and `deadline_exceeded` they may have been written.',
    labels: ['project', 'source', 'reason'],
  },
  forebay_push_confirm_seconds: {
    kind: 'histogram',
    unit: 's',
    description: 'Time from the beginning of a push to the confirmation by Kafka.',
    labels: ['project', 'source'],
    buckets: CALL_SECONDS,
  },
  forebay_push_apply_seconds: {
    kind: 'histogram',
    unit: 's',
    description:
      'Time from the confirmation by Kafka to the end of a wait for the values, `applied` or `not_applied`.',
    labels: ['project', 'source', 'outcome'],
    buckets: CALL_SECONDS,
  },
  forebay_push_waiting_bytes: {
    kind: 'gauge',
    unit: 'By',
    description: 'Memory that pushed events wait for Kafka in.',
    labels: [],
    acrossProcesses: 'sum',
  },
} as const satisfies Record<string, MetricDefinition>;
