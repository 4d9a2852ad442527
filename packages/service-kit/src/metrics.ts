export type MetricKind = 'counter' | 'gauge' | 'histogram';

/** UCUM units, as OpenTelemetry has them; `1` and annotations such as `{event}` count things. */
export type MetricUnit = 's' | 'By' | '1' | `{${string}}`;

export interface MetricDefinition {
  readonly kind: MetricKind;
  readonly unit: MetricUnit;
  readonly description: string;
  /** The names of the labels. Never anything with as many values as there are entities, keys or requests. */
  readonly labels: readonly string[];
  /** Upper bounds of a histogram's buckets, in the unit. */
  readonly buckets?: readonly number[];
}

/** From 100 µs, where a read from memory is, to 10 s. */
const CALL_SECONDS = [
  0.0001, 0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.5, 1, 2.5, 5, 10,
];
/** From 1 ms to a minute. */
const STEP_SECONDS = [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
/** From 100 ms to 4 hours. */
const JOB_SECONDS = [0.1, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 7200, 14_400];
const COUNTS = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000, 2000, 5000, 10_000];

/** Every metric there is. */
export const METRICS = {
  'rpc.server.call.duration': {
    kind: 'histogram',
    unit: 's',
    description: 'Time from the arrival of a call to the end of its response.',
    labels: ['rpc.system.name', 'rpc.method', 'rpc.response.status_code', 'error.type'],
    buckets: CALL_SECONDS,
  },
  forebay_requests_in_flight: {
    kind: 'gauge',
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
  forebay_request_entities: {
    kind: 'histogram',
    unit: '{entity}',
    description: 'Entity rows per call.',
    labels: ['feature_service'],
    buckets: COUNTS,
  },
  forebay_feature_values_total: {
    kind: 'counter',
    unit: '{value}',
    description: 'Values served, by view and status.',
    labels: ['view', 'status'],
  },
  forebay_degraded_values_total: {
    kind: 'counter',
    unit: '{value}',
    description: 'Values served as DEGRADED, by view and reason.',
    labels: ['view', 'reason'],
  },
  forebay_freshness_seconds: {
    kind: 'gauge',
    unit: 's',
    description: 'Age of the instant before which every event that had arrived is in the values of the view.',
    labels: ['view'],
  },
  forebay_cut_age_seconds: {
    kind: 'gauge',
    unit: 's',
    description: 'Age of the cut of the last finished batch run of the view.',
    labels: ['view'],
  },
  forebay_newest_event_age_seconds: {
    kind: 'gauge',
    unit: 's',
    description: 'Age of the newest event time that was applied.',
    labels: ['source'],
  },
  forebay_registry_version: {
    kind: 'gauge',
    unit: '1',
    description: 'Version of the registry snapshot in use.',
    labels: [],
  },
  forebay_stream_events_total: {
    kind: 'counter',
    unit: '{event}',
    description: 'Records read from the topic of a source, whatever became of them.',
    labels: ['source'],
  },
  forebay_stream_late_events_total: {
    kind: 'counter',
    unit: '{event}',
    description: 'Events that arrived later than the allowed lateness, or too late for a held segment.',
    labels: ['source'],
  },
  forebay_stream_too_late_events_total: {
    kind: 'counter',
    unit: '{event}',
    description: 'Events left to the batch runs, because no stream segment holds their time any more.',
    labels: ['source'],
  },
  forebay_stream_future_events_total: {
    kind: 'counter',
    unit: '{event}',
    description: 'Events further in the future than the allowed clock skew; they are dead letters.',
    labels: ['source'],
  },
  forebay_stream_duplicate_events_total: {
    kind: 'counter',
    unit: '{event}',
    description: 'Records dropped because they were applied before (redelivered, or the same event id).',
    labels: ['source'],
  },
  forebay_stream_differing_duplicates_total: {
    kind: 'counter',
    unit: '{event}',
    description:
      'Duplicates by their event id whose content differs from that of the event which counts; a few of the differing ones look equal.',
    labels: ['source'],
  },
  forebay_stream_beyond_dedupe_events_total: {
    kind: 'counter',
    unit: '{event}',
    description:
      'Events left to the batch runs, because they are older than the ids that are held to find duplicates.',
    labels: ['source'],
  },
  forebay_stream_not_finite_inputs_total: {
    kind: 'counter',
    unit: '{value}',
    description: 'Inputs that were NaN or infinite, and counted as null.',
    labels: ['source'],
  },
  forebay_dead_letters_total: {
    kind: 'counter',
    unit: '{record}',
    description: 'Records sent to the dead letter topic of a source.',
    labels: ['source', 'reason'],
  },
  forebay_stream_cas_conflicts_total: {
    kind: 'counter',
    unit: '{value}',
    description:
      'Values whose compare-and-set found another writer’s bytes; each was loaded again and retried.',
    labels: ['source'],
  },
  forebay_stream_rewinds_total: {
    kind: 'counter',
    unit: '{rewind}',
    description: 'Times that a consumer dropped its memory and went back to the checkpoint.',
    labels: ['source', 'reason'],
  },
  forebay_stream_flush_duration_seconds: {
    kind: 'histogram',
    unit: 's',
    description: 'Time to write one micro-batch to Redis, conflicts included.',
    labels: ['source'],
    buckets: STEP_SECONDS,
  },
  forebay_stream_flush_values: {
    kind: 'histogram',
    unit: '{value}',
    description: 'Values written by one flush.',
    labels: ['source'],
    buckets: COUNTS,
  },
  forebay_stream_apply_delay_seconds: {
    kind: 'histogram',
    unit: 's',
    description:
      'Time from the arrival of a record at the broker to its flush; one sample a flush and partition.',
    labels: ['source'],
    buckets: STEP_SECONDS,
  },
  forebay_stream_lag_records: {
    kind: 'gauge',
    unit: '{record}',
    description:
      'Records between the applied position and the end of the partitions that this process reads.',
    labels: ['source'],
  },
  forebay_stream_cached_entities: {
    kind: 'gauge',
    unit: '{entity}',
    description: 'Entities whose state is held in memory.',
    labels: ['view'],
  },
  forebay_archive_lag_records: {
    kind: 'gauge',
    unit: '{record}',
    description: 'Records that were applied and are not in the archive yet.',
    labels: ['source'],
  },
  forebay_archive_insert_duration_seconds: {
    kind: 'histogram',
    unit: 's',
    description: 'Time to insert one block into the archive.',
    labels: ['source'],
    buckets: STEP_SECONDS,
  },
  forebay_materialize_duration_seconds: {
    kind: 'histogram',
    unit: 's',
    description: 'Time of one finished materialize run of a view.',
    labels: ['view'],
    buckets: JOB_SECONDS,
  },
  forebay_materialize_values_total: {
    kind: 'counter',
    unit: '{value}',
    description: 'Batch values written to Redis.',
    labels: ['view'],
  },
  forebay_jobs_total: {
    kind: 'counter',
    unit: '{job}',
    description: 'Jobs that ended, by outcome: completed, failed, cancelled or stalled.',
    labels: ['job', 'outcome'],
  },
  forebay_job_duration_seconds: {
    kind: 'histogram',
    unit: 's',
    description: 'Time that a job ran, whatever its outcome.',
    labels: ['job'],
    buckets: JOB_SECONDS,
  },
  forebay_jobs_waiting: {
    kind: 'gauge',
    unit: '{job}',
    description: 'Jobs in the queue that wait for a worker.',
    labels: ['queue'],
  },
  process_cpu_seconds_total: {
    kind: 'counter',
    unit: 's',
    description: 'Processor time used by the process, user and system.',
    labels: [],
  },
  process_resident_memory_bytes: {
    kind: 'gauge',
    unit: 'By',
    description: 'Resident memory of the process.',
    labels: [],
  },
  process_start_time_seconds: {
    kind: 'gauge',
    unit: 's',
    description: 'When the process started, in seconds since the Unix epoch.',
    labels: [],
  },
  nodejs_eventloop_utilization_ratio: {
    kind: 'gauge',
    unit: '1',
    description: 'Share of the time since the last scrape that the event loop was busy.',
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
