import { FEAST_METRICS } from './feast-metrics';
import { CALL_SECONDS, COUNTS, JOB_SECONDS, STEP_SECONDS } from './histogram-bounds';
import type { MetricDefinition, MetricKind } from './metric-definition';
import { OUTPUT_METRICS } from './output-metrics';
import { PROFILE_METRICS } from './profile-metrics';
import { PUSH_METRICS } from './push-metrics';
import { REDIS_METRICS } from './redis-metrics';
import { SECURITY_METRICS } from './security-metrics';
import { SERVED_LOG_METRICS } from './served-log-metrics';
import { STREAM_METRICS } from './stream-metrics';

/** Every metric there is. */
export const METRICS = {
  'rpc.server.call.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Time from the arrival of a call to the end of its response.',
    labels: ['rpc.system.name', 'rpc.method', 'rpc.response.status_code', 'error.type'],
    buckets: CALL_SECONDS,
  },
  'http.server.request.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Time from the end of a request of the Feast-compatible HTTP surface to its response.',
    labels: ['http.request.method', 'http.route', 'http.response.status_code', 'error.type'],
    buckets: CALL_SECONDS,
  },
  forebay_requests_in_flight: {
    kind: 'gauge',
    acrossProcesses: 'sum',
    unit: '{request}',
    description: 'Calls that have come and have not been answered.',
    labels: ['rpc.method'],
  },
  forebay_requests_shed_total: {
    kind: 'counter',
    unit: '{request}',
    description: 'Calls refused with RESOURCE_EXHAUSTED because too many were in flight.',
    labels: ['rpc.method'],
  },
  ...PUSH_METRICS,
  ...SECURITY_METRICS,
  ...SERVED_LOG_METRICS,
  forebay_request_entities: {
    kind: 'histogram',
    unit: '{entity}',
    description: 'Entity rows per call.',
    labels: ['project', 'feature_service'],
    buckets: COUNTS,
  },
  forebay_variant_rows_total: {
    kind: 'counter',
    unit: '{row}',
    description: 'Rows answered by each variant of a feature service with an experiment.',
    labels: ['project', 'feature_service', 'variant'],
  },
  forebay_feature_values_total: {
    kind: 'counter',
    unit: '{value}',
    description: 'Values served, by view and status.',
    labels: ['project', 'view', 'status'],
  },
  forebay_degraded_values_total: {
    kind: 'counter',
    unit: '{value}',
    description: 'Values served as DEGRADED, by view and reason.',
    labels: ['project', 'view', 'reason'],
  },
  forebay_feast_degraded_values_total: {
    kind: 'counter',
    unit: '{value}',
    description:
      'DEGRADED values given to clients of Feast, which have no status for them, by view and by what they were given as.',
    labels: ['project', 'view', 'given_as'],
  },
  forebay_freshness_seconds: {
    kind: 'gauge',
    acrossProcesses: 'max',
    unit: 's',
    description: 'Age of the instant before which every event that had arrived is in the values of the view.',
    labels: ['project', 'view'],
  },
  forebay_cut_age_seconds: {
    kind: 'gauge',
    acrossProcesses: 'max',
    unit: 's',
    description: 'Age of the cut of the last finished batch run of the view.',
    labels: ['project', 'view'],
  },
  forebay_newest_event_age_seconds: {
    kind: 'gauge',
    acrossProcesses: 'min',
    unit: 's',
    description: 'Age of the newest event time that was applied.',
    labels: ['project', 'source'],
  },
  forebay_registry_version: {
    kind: 'gauge',
    acrossProcesses: 'min',
    unit: '{version}',
    description: 'Version of the registry snapshot in use.',
    labels: [],
  },
  ...STREAM_METRICS,
  ...OUTPUT_METRICS,
  forebay_archive_waiting_bytes: {
    kind: 'gauge',
    acrossProcesses: 'sum',
    unit: 'By',
    description: 'Rows in memory that wait for the archive; reading stands still when there are too many.',
    labels: ['project', 'source'],
  },
  forebay_archive_lag_records: {
    kind: 'gauge',
    acrossProcesses: 'sum',
    unit: '{record}',
    description: 'Records that were applied and are not in the archive yet.',
    labels: ['project', 'source'],
  },
  forebay_archive_insert_duration_seconds: {
    kind: 'histogram',
    unit: 's',
    description: 'Time to insert one block into the archive.',
    labels: ['project', 'source'],
    buckets: STEP_SECONDS,
  },
  forebay_materialize_duration_seconds: {
    kind: 'histogram',
    unit: 's',
    description: 'Time of one finished materialize run of a view.',
    labels: ['project', 'view'],
    buckets: JOB_SECONDS,
  },
  forebay_materialize_values_total: {
    kind: 'counter',
    unit: '{value}',
    description: 'Batch values written to Redis.',
    labels: ['project', 'view'],
  },
  forebay_verified_values_total: {
    kind: 'counter',
    unit: '{value}',
    description:
      'Values that were compared with what is recomputed: same, different (which should never be), degraded (said to be so, and not compared), late (events that may or may not be in them).',
    labels: ['project', 'view', 'outcome'],
  },
  forebay_served_verified_values_total: {
    kind: 'counter',
    unit: '{value}',
    description:
      'Logged values that were compared with what is recomputed for their instants: same, different (which should never be), in_flight and late (they differ, and events of that time may or may not be in them), degraded (said to be so, and not compared).',
    labels: ['project', 'view', 'outcome'],
  },
  forebay_served_skew_ratio: {
    kind: 'gauge',
    acrossProcesses: 'max',
    unit: '1',
    description:
      'The share of the logged values of a feature that are others than what is recomputed for their instants, in the last job of verify_served that this process finished.',
    labels: ['project', 'view', 'feature'],
  },
  ...PROFILE_METRICS,
  forebay_jobs_total: {
    kind: 'counter',
    unit: '{job}',
    description:
      'Attempts of jobs that ended, by outcome: completed, failed or cancelled; stalled: jobs, and chunks, that were taken over from a worker that died.',
    labels: ['job', 'outcome'],
  },
  forebay_lineage_events_total: {
    kind: 'counter',
    unit: '{event}',
    description:
      'OpenLineage events, by outcome: sent, refused by the receiver, or dropped, because too many waited, it failed at them, or the program ended (docs/LINEAGE.md).',
    labels: ['outcome'],
  },
  forebay_job_chunks_total: {
    kind: 'counter',
    unit: '{chunk}',
    description: 'Chunks of jobs that ended, by outcome: completed, failed or cancelled.',
    labels: ['job', 'outcome'],
  },
  forebay_job_duration_seconds: {
    kind: 'histogram',
    unit: 's',
    description: 'Time from the first step of a job to the end of an attempt, whatever its outcome.',
    labels: ['job'],
    buckets: JOB_SECONDS,
  },
  ...REDIS_METRICS,
  ...FEAST_METRICS,
  forebay_jobs_waiting: {
    kind: 'gauge',
    acrossProcesses: 'max',
    unit: '{job}',
    description:
      'Jobs of a kind, and chunks of all kinds, that a worker could begin with now. What waits for its time, of a schedule or of the next attempt, is not counted.',
    labels: ['queue'],
  },
  forebay_schedule_missed_runs: {
    kind: 'gauge',
    acrossProcesses: 'max',
    unit: '{run}',
    description: 'Runs of a schedule that did not come since its last one ended.',
    labels: ['job', 'project', 'view'],
  },
  forebay_telemetry_items_total: {
    kind: 'counter',
    unit: '{item}',
    description:
      'Spans, data points of metrics and log records (signal: traces, metrics or logs) by outcome: sent to the OTLP collector, or lost, because it did not take them or too many waited for it.',
    labels: ['signal', 'outcome'],
  },
  forebay_process_restarts_total: {
    kind: 'counter',
    unit: '{restart}',
    description: 'Processes of the service that ended, and were started again.',
    labels: [],
  },
  process_cpu_seconds_total: {
    kind: 'counter',
    unit: 's',
    description: 'Processor time used by the process, user and system.',
    labels: [],
  },
  process_resident_memory_bytes: {
    kind: 'gauge',
    acrossProcesses: 'each',
    unit: 'By',
    description: 'Resident memory of the process.',
    labels: [],
  },
  process_start_time_seconds: {
    kind: 'gauge',
    acrossProcesses: 'each',
    unit: 's',
    description: 'When the process started, in seconds since the Unix epoch.',
    labels: [],
  },
  nodejs_eventloop_utilization_ratio: {
    kind: 'gauge',
    acrossProcesses: 'each',
    unit: '1',
    description:
      'Share of the time that the event loop was busy since it was last asked for, by a scrape or to be sent.',
    labels: [],
  },
} as const satisfies Record<string, MetricDefinition>;

export type MetricName = keyof typeof METRICS;

type NamesOf<K extends MetricKind> = {
  [N in MetricName]: (typeof METRICS)[N]['kind'] extends K ? N : never;
}[MetricName];

export type CounterName = NamesOf<'counter'>;
export type GaugeName = NamesOf<'gauge'>;
export type HistogramName = NamesOf<'histogram'>;

/** One value for each label of the metric. */
export type Labels<N extends MetricName> = {
  readonly [L in (typeof METRICS)[N]['labels'][number]]: string;
};

const UNIT_SUFFIXES: Readonly<Record<string, string>> = { s: '_seconds', By: '_bytes' };

/** The name under which Prometheus sees a metric: dots become underscores; the unit and `_total` are appended where missing. */
export function prometheusName(name: MetricName): string {
  const { kind, unit } = METRICS[name] as MetricDefinition;
  let text = name.replaceAll('.', '_');
  const total = kind === 'counter' ? '_total' : '';
  if (total !== '' && text.endsWith(total)) text = text.slice(0, -total.length);
  const suffix = UNIT_SUFFIXES[unit] ?? '';
  if (!text.endsWith(suffix)) text += suffix;
  return text + total;
}
