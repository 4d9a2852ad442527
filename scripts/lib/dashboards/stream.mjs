import { one, rate, several, timing } from './panels.mjs';

const SOURCE = ['project', 'source'];
const OF_SOURCE = '{{project}}.{{source}}';
const OF_VIEW = '{{project}}.{{view}}';

/** Events of a source that are counted under these names. */
const counted = (title, names) =>
  several(
    title,
    'eps',
    ...Object.entries(names).map(([name, what]) => [
      rate(`forebay_stream_${name}_total`, SOURCE),
      `${OF_SOURCE} ${what}`,
    ]),
  );

export const STREAM = {
  title: 'Forebay: stream',
  rows: {
    Freshness: [
      one('Freshness', 's', 'max by (project, source) (forebay_stream_freshness_seconds)', OF_SOURCE),
      one(
        'Lag',
        'short',
        'sum by (project, source, topic, partition) (forebay_stream_lag_records)',
        '{{topic}} {{partition}}',
      ),
      timing('From broker to value', 'forebay_stream_apply_delay_seconds', SOURCE),
      timing('From event time to value', 'forebay_stream_event_delay_seconds', SOURCE),
      one('Events', 'eps', rate('forebay_stream_events_total', SOURCE), OF_SOURCE),
      one('Newest event', 's', 'max by (project, source) (forebay_newest_event_age_seconds)', OF_SOURCE),
    ],
    'What is not counted, or late': [
      several(
        'Dead letters, and their replays',
        'eps',
        [rate('forebay_dead_letters_total', [...SOURCE, 'reason']), `${OF_SOURCE} {{reason}}`],
        [
          rate('forebay_replayed_records_total', [...SOURCE, 'outcome']),
          `${OF_SOURCE} replayed: {{outcome}}`,
        ],
      ),
      counted('Late, too late, future', {
        late_events: 'late',
        too_late_events: 'too late',
        future_events: 'future',
      }),
      counted('Copies', {
        duplicate_events: 'that are left out',
        differing_duplicates: 'that differ',
        beyond_dedupe_events: 'or not: too old to tell',
      }),
      counted('Left out of a view, or null', {
        filtered_events: 'filtered',
        null_key_events: 'without a key',
        not_finite_inputs: 'not finite',
      }),
      several(
        'Conflicts and rewinds',
        'eps',
        [rate('forebay_stream_cas_conflicts_total', SOURCE), `${OF_SOURCE} conflicts`],
        [rate('forebay_stream_rewinds_total', [...SOURCE, 'reason']), `${OF_SOURCE} {{reason}}`],
        [rate('forebay_stream_spread_entities_total', SOURCE), `${OF_SOURCE} in too many partitions`],
      ),
      several(
        'Looked up',
        'cps',
        [
          rate('forebay_enrichment_lookups_total', [...SOURCE, 'field', 'status']),
          '{{source}}.{{field}} {{status}}',
        ],
        [rate('forebay_schema_lookup_failures_total', SOURCE), `${OF_SOURCE} schemas that were not found`],
      ),
    ],
    Writing: [
      timing('Flush', 'forebay_stream_flush_duration_seconds', SOURCE),
      { ...timing('Values of a flush', 'forebay_stream_flush_values', SOURCE), unit: 'short' },
      several(
        'Memory',
        'bytes',
        ['sum by (project, view) (forebay_stream_state_bytes)', `states of ${OF_VIEW}`],
        ['sum by (project, source) (forebay_stream_pair_bytes)', `pairs of ${OF_SOURCE}`],
        ['sum by (project, source) (forebay_archive_waiting_bytes)', `waits for the archive, ${OF_SOURCE}`],
      ),
      one(
        'Records that are not archived',
        'short',
        'sum by (project, source) (forebay_archive_lag_records)',
        OF_SOURCE,
      ),
      timing('Insert of a block', 'forebay_archive_insert_duration_seconds', SOURCE),
      one('Processor', 'percentunit', 'rate(process_cpu_seconds_total[$__rate_interval])', '{{instance}}'),
    ],
    'Outputs and series of views': [
      several(
        'What is not in the topic',
        'short',
        ['sum by (project, view) (forebay_output_lag_records)', `records of ${OF_VIEW}`],
        ['sum by (project, view) (forebay_output_waiting_entities)', `entities of ${OF_VIEW}`],
      ),
      timing('From value to topic', 'forebay_output_delay_seconds', ['project', 'view']),
      several(
        'Samples',
        'cps',
        [rate('forebay_series_samples_total', ['project', 'view']), OF_VIEW],
        [rate('forebay_series_samples_lost_total', ['project', 'view']), `${OF_VIEW} lost`],
        [rate('forebay_series_failures_total', ['project', 'view']), `${OF_VIEW} attempts that fail`],
      ),
    ],
  },
};
