import type { MetricDefinition } from './metric-definition';

/** The log of served vectors and predictions. */
export const SERVED_LOG_METRICS = {
  forebay_served_log_rows_total: {
    kind: 'counter',
    unit: '{row}',
    description: 'Rows of the log that were inserted, by table.',
    labels: ['table'],
  },
  forebay_served_log_dropped_total: {
    kind: 'counter',
    unit: '{row}',
    description:
      'Rows of the log that were lost: there was no room for them (`full`), the database refused them again and again (`refused`), or the service stopped first (`shutdown`).',
    labels: ['table', 'reason'],
  },
  forebay_served_log_insert_failures_total: {
    kind: 'counter',
    unit: '{attempt}',
    description: 'Attempts to insert rows of the log that failed; the rows are kept, and tried again.',
    labels: ['table'],
  },
  forebay_served_log_memory_bytes: {
    kind: 'gauge',
    unit: 'By',
    description: 'Memory that rows of the log wait in.',
    labels: [],
    acrossProcesses: 'sum',
  },
} as const satisfies Record<string, MetricDefinition>;
