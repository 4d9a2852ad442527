import { STEP_SECONDS } from './histogram-bounds';
import type { MetricDefinition } from './metric-definition';

/** What is counted of views' output topics and series. */
export const OUTPUT_METRICS = {
  forebay_output_records_total: {
    kind: 'counter',
    unit: '{record}',
    description: 'Changed entities that were written to the output topic of a view.',
    labels: ['project', 'view'],
  },
  forebay_output_failures_total: {
    kind: 'counter',
    unit: '{attempt}',
    description:
      'Attempts to write changed entities that failed, by reason; they wait and are tried again, but for `invalid_record`: the topic does not take a record of that size.',
    labels: ['project', 'view', 'reason'],
  },
  forebay_output_waiting_entities: {
    kind: 'gauge',
    acrossProcesses: 'sum',
    unit: '{entity}',
    description:
      'Changed entities that are not in the output topic yet; reading stands still when there are too many.',
    labels: ['project', 'view'],
  },
  forebay_output_lag_records: {
    kind: 'gauge',
    acrossProcesses: 'sum',
    unit: '{record}',
    description:
      'Records of the source that are in the values, and of which the changed entities are not known to be in the output topic.',
    labels: ['project', 'view'],
  },
  forebay_output_delay_seconds: {
    kind: 'histogram',
    unit: 's',
    description:
      'Time from a changed value in the store to its record in the output topic; one sample a round, of the entity that waited longest.',
    labels: ['project', 'view'],
    buckets: STEP_SECONDS,
  },
  forebay_series_samples_total: {
    kind: 'counter',
    unit: '{row}',
    description: 'Samples of a view that were inserted into ClickHouse, those of other processes too.',
    labels: ['project', 'view'],
  },
  forebay_series_samples_lost_total: {
    kind: 'counter',
    unit: '{row}',
    description: 'Samples of a view that were lost, since ClickHouse was away for too long or refused them.',
    labels: ['project', 'view'],
  },
  forebay_series_failures_total: {
    kind: 'counter',
    unit: '{attempt}',
    description: 'Attempts to take samples of a view, or to insert them, that failed; they are tried again.',
    labels: ['project', 'view'],
  },
} as const satisfies Record<string, MetricDefinition>;
