import { COUNTS, DELAY_SECONDS, SIZE_BYTES, STEP_SECONDS } from './histogram-bounds';
import type { MetricDefinition } from './metric-definition';

/** What the stream service counts. */
export const STREAM_METRICS = {
  forebay_stream_events_total: {
    kind: 'counter',
    unit: '{event}',
    description:
      'Records that were read and are events, whatever became of them; what is read again after a rewind counts again. Dead letters are not among them.',
    labels: ['project', 'source'],
  },
  forebay_stream_late_events_total: {
    kind: 'counter',
    unit: '{event}',
    description:
      'Events that arrived later than the allowed lateness of their source. They count at once where a segment is held for them.',
    labels: ['project', 'source'],
  },
  forebay_stream_too_late_events_total: {
    kind: 'counter',
    unit: '{event}',
    description:
      'Events that a view leaves to its batch runs, because no stream segment holds their time any more.',
    labels: ['project', 'source', 'view'],
  },
  forebay_stream_future_events_total: {
    kind: 'counter',
    unit: '{event}',
    description: 'Events further in the future than the allowed clock skew; they are dead letters.',
    labels: ['project', 'source'],
  },
  forebay_stream_duplicate_events_total: {
    kind: 'counter',
    unit: '{event}',
    description: 'Events that a view has counted before (redelivered, or of the same event id).',
    labels: ['project', 'source', 'view'],
  },
  forebay_stream_differing_duplicates_total: {
    kind: 'counter',
    unit: '{event}',
    description:
      'Duplicates by their event id whose content differs from that of the event which counts; a few of the differing ones look equal.',
    labels: ['project', 'source', 'view'],
  },
  forebay_stream_beyond_dedupe_events_total: {
    kind: 'counter',
    unit: '{event}',
    description:
      'Events that a view leaves to its batch runs, because they are older than the ids that are held to find duplicates.',
    labels: ['project', 'source', 'view'],
  },
  forebay_stream_filtered_events_total: {
    kind: 'counter',
    unit: '{event}',
    description: 'Events that the filter of a view excludes.',
    labels: ['project', 'source', 'view'],
  },
  forebay_stream_null_key_events_total: {
    kind: 'counter',
    unit: '{event}',
    description: 'Events that are of no entity of a view, because a join key is null.',
    labels: ['project', 'source', 'view'],
  },
  forebay_stream_not_finite_inputs_total: {
    kind: 'counter',
    unit: '{value}',
    description: 'Inputs that were NaN or infinite, and counted as null.',
    labels: ['project', 'source'],
  },
  forebay_enrichment_lookups_total: {
    kind: 'counter',
    unit: '{value}',
    description:
      'Fields of events that were looked up, by the status of the value; `archived`: an event was read again, and its field was in the archive already.',
    labels: ['project', 'source', 'field', 'status'],
  },
  forebay_dead_letters_total: {
    kind: 'counter',
    unit: '{record}',
    description: 'Records sent to the dead letter topic of a source.',
    labels: ['project', 'source', 'reason'],
  },
  forebay_replayed_records_total: {
    kind: 'counter',
    unit: '{record}',
    description:
      'Dead letters that came again and were events this time: `counted`, or `refused` since the same record had counted before.',
    labels: ['project', 'source', 'outcome'],
  },
  forebay_stream_cas_conflicts_total: {
    kind: 'counter',
    unit: '{value}',
    description:
      'Values whose compare-and-set found another writer’s bytes; each was loaded again and retried.',
    labels: ['project', 'source'],
  },
  forebay_stream_spread_entities_total: {
    kind: 'counter',
    unit: '{value}',
    description:
      'Values taken into memory whose events came from more than 16 partitions: the topic is not keyed by the entity of a view; declare `rekey` on the source.',
    labels: ['project', 'source'],
  },
  forebay_schema_lookup_failures_total: {
    kind: 'counter',
    unit: '{lookup}',
    description: 'Times that the schema registry did not say what a schema is; reading stands until it does.',
    labels: ['project', 'source'],
  },
  forebay_stream_rewinds_total: {
    kind: 'counter',
    unit: '{rewind}',
    description: 'Times that a consumer dropped its memory and went back to the checkpoint.',
    labels: ['project', 'source', 'reason'],
  },
  forebay_stream_flush_duration_seconds: {
    kind: 'histogram',
    unit: 's',
    description: 'Time to write one micro-batch to Redis, conflicts included.',
    labels: ['project', 'source'],
    buckets: STEP_SECONDS,
  },
  forebay_stream_flush_values: {
    kind: 'histogram',
    unit: '{value}',
    description: 'Values written by one flush.',
    labels: ['project', 'source'],
    buckets: COUNTS,
  },
  forebay_stream_flush_events: {
    kind: 'histogram',
    unit: '{event}',
    description: 'Events that one flush writes into values.',
    labels: ['project', 'source'],
    buckets: COUNTS,
  },
  forebay_stream_flush_bytes: {
    kind: 'histogram',
    unit: 'By',
    description: 'Bytes sent to Redis by one flush, keys and conditions included.',
    labels: ['project', 'source'],
    buckets: SIZE_BYTES,
  },
  forebay_stream_apply_delay_seconds: {
    kind: 'histogram',
    unit: 's',
    description:
      'Time from the arrival of an event at the broker to its flush: from then on it is in the value. Each event counts.',
    labels: ['project', 'source'],
    buckets: DELAY_SECONDS,
  },
  forebay_stream_event_delay_seconds: {
    kind: 'histogram',
    unit: 's',
    description:
      'Time from when an event happened, by its event time, to its flush. Each event counts; one that lies ahead as 0.',
    labels: ['project', 'source'],
    buckets: DELAY_SECONDS,
  },
  forebay_stream_lag_records: {
    kind: 'gauge',
    acrossProcesses: 'sum',
    unit: '{record}',
    description:
      'Records between what is in the values and the end of a partition that this process reads. Of a source that is re-keyed also those that wait to be copied, of all processes, as partition `uncopied` of its own topic.',
    labels: ['project', 'source', 'topic', 'partition'],
  },
  forebay_stream_freshness_seconds: {
    kind: 'gauge',
    acrossProcesses: 'max',
    unit: 's',
    description:
      'Age of the instant before which every event that had arrived is in the values, of the partitions that this process reads.',
    labels: ['project', 'source'],
  },
  forebay_stream_cached_entities: {
    kind: 'gauge',
    acrossProcesses: 'sum',
    unit: '{entity}',
    description: 'Entities whose state is held in memory.',
    labels: ['project', 'view'],
  },
  forebay_stream_state_bytes: {
    kind: 'gauge',
    acrossProcesses: 'sum',
    unit: 'By',
    description: 'Memory for the state of the entities of a view, estimated.',
    labels: ['project', 'view'],
  },
  forebay_stream_catch_up_ratio: {
    kind: 'gauge',
    acrossProcesses: 'min',
    unit: '1',
    description: 'How far a view has come whose stream values are made anew, 0 to 1; only while that lasts.',
    labels: ['project', 'view'],
  },
  forebay_stream_pair_bytes: {
    kind: 'gauge',
    acrossProcesses: 'sum',
    unit: 'By',
    labels: ['project', 'source'],
    description:
      'Memory for the events of a joined or sequence source that may still find a partner, estimated.',
  },
} as const satisfies Record<string, MetricDefinition>;
