/**
 * The dashboards of Grafana, each as rows of panels. A panel is a title, a unit and its queries with what each line is called; `npm run
 * test:monitoring` asks a Prometheus that scrapes running services each of them.
 */

import { one, rate, timing } from './dashboard-panels.mjs';

const CALLS = 'rpc_server_call_duration_seconds';
const VIEW = '{project=~"$project", view=~"$view"}';
const FAILED =
  'rpc_response_status_code=~"UNAVAILABLE|DEADLINE_EXCEEDED|INTERNAL|DATA_LOSS|UNKNOWN|RESOURCE_EXHAUSTED"';

export const DASHBOARDS = {
  overview: {
    title: 'Forebay: overview',
    rows: {
      'Are values fresh and right?': [
        one('Freshness', 's', 'max by (project, view) (forebay_freshness_seconds)', '{{project}}.{{view}}'),
        one(
          'DEGRADED share',
          'percentunit',
          '(sum by (project, view) (rate(forebay_feature_values_total{status="DEGRADED"}[$__rate_interval])) or 0 * sum by (project, view) (rate(forebay_feature_values_total[$__rate_interval]))) / sum by (project, view) (rate(forebay_feature_values_total[$__rate_interval]))',
          '{{project}}.{{view}}',
        ),
        one(
          'Values that differ from what is recomputed, last day',
          'short',
          'sum by (project, view) (increase(forebay_verified_values_total{outcome="different"}[1d]))',
          '{{project}}.{{view}}',
        ),
      ],
      Traffic: [
        one('Calls', 'reqps', rate(`${CALLS}_count`, ['rpc_method']), '{{rpc_method}}'),
        timing('Duration of reads', CALLS, ['rpc_method'], '{rpc_method=~".*GetOnlineFeatures"}'),
        one(
          'Events',
          'eps',
          rate('forebay_stream_events_total', ['project', 'source']),
          '{{project}}.{{source}}',
        ),
      ],
      'What waits': [
        one(
          'Records that are not in the values',
          'short',
          'sum by (project, source) (forebay_stream_lag_records)',
          '{{project}}.{{source}}',
        ),
        one('Jobs and chunks', 'short', 'max by (queue) (forebay_jobs_waiting)', '{{queue}}'),
        one('Memory of Redis', 'percentunit', 'max(forebay_redis_memory_ratio)', 'used'),
      ],
    },
  },
  serving: {
    title: 'Forebay: serving',
    rows: {
      Calls: [
        one('Calls by method', 'reqps', rate(`${CALLS}_count`, ['rpc_method']), '{{rpc_method}}'),
        one(
          'Calls by status',
          'reqps',
          rate(`${CALLS}_count`, ['rpc_response_status_code']),
          '{{rpc_response_status_code}}',
        ),
        one(
          'Share that fails',
          'percentunit',
          `(sum(rate(${CALLS}_count{${FAILED}}[$__rate_interval])) or vector(0)) / sum(rate(${CALLS}_count[$__rate_interval]))`,
          'failed',
        ),
        timing('Duration', CALLS, ['rpc_method']),
        one('In flight', 'short', 'sum by (rpc_method) (forebay_requests_in_flight)', '{{rpc_method}}'),
        timing('Entity rows of a call', 'forebay_request_entities', ['feature_service']),
      ],
      Values: [
        one('Values by status', 'cps', rate('forebay_feature_values_total', ['status']), '{{status}}'),
        one(
          'Values by view',
          'cps',
          rate('forebay_feature_values_total', ['project', 'view']),
          '{{project}}.{{view}}',
        ),
        one('Registry', 'short', 'max by (instance) (forebay_registry_version)', '{{instance}}'),
      ],
      Processes: [
        one('Event loop', 'percentunit', 'nodejs_eventloop_utilization_ratio', '{{instance}} {{process}}'),
        one('Processor', 'percentunit', 'rate(process_cpu_seconds_total[$__rate_interval])', '{{instance}}'),
        one('Memory', 'bytes', 'process_resident_memory_bytes', '{{instance}} {{process}}'),
      ],
    },
  },
  stream: {
    title: 'Forebay: stream',
    rows: {
      Freshness: [
        one(
          'Freshness',
          's',
          'max by (project, source) (forebay_stream_freshness_seconds)',
          '{{project}}.{{source}}',
        ),
        one(
          'Lag',
          'short',
          'sum by (project, source, topic, partition) (forebay_stream_lag_records)',
          '{{topic}} {{partition}}',
        ),
        timing('From broker to value', 'forebay_stream_apply_delay_seconds', ['project', 'source']),
        timing('From event time to value', 'forebay_stream_event_delay_seconds', ['project', 'source']),
        one(
          'Events',
          'eps',
          rate('forebay_stream_events_total', ['project', 'source']),
          '{{project}}.{{source}}',
        ),
        one(
          'Newest event',
          's',
          'max by (project, source) (forebay_newest_event_age_seconds)',
          '{{project}}.{{source}}',
        ),
      ],
      'What is not counted, or late': [
        one(
          'Dead letters',
          'eps',
          rate('forebay_dead_letters_total', ['project', 'source', 'reason']),
          '{{project}}.{{source}} {{reason}}',
        ),
        {
          title: 'Late, too late, future, copies',
          unit: 'eps',
          queries: ['late', 'too_late', 'future', 'duplicate'].map((what) => [
            rate(`forebay_stream_${what}_events_total`, ['project', 'source']),
            `{{project}}.{{source}} ${what}`,
          ]),
          mayBeEmpty: true,
        },
        {
          title: 'Conflicts and rewinds',
          unit: 'eps',
          queries: [
            [
              rate('forebay_stream_cas_conflicts_total', ['project', 'source']),
              '{{project}}.{{source}} conflicts',
            ],
            [
              rate('forebay_stream_rewinds_total', ['project', 'source', 'reason']),
              '{{project}}.{{source}} {{reason}}',
            ],
          ],
          mayBeEmpty: true,
        },
      ],
      Writing: [
        timing('Flush', 'forebay_stream_flush_duration_seconds', ['project', 'source']),
        {
          ...timing('Values of a flush', 'forebay_stream_flush_values', ['project', 'source']),
          unit: 'short',
        },
        one(
          'Memory of states',
          'bytes',
          'sum by (project, view) (forebay_stream_state_bytes)',
          '{{project}}.{{view}}',
        ),
        one(
          'Records that are not archived',
          'short',
          'sum by (project, source) (forebay_archive_lag_records)',
          '{{project}}.{{source}}',
        ),
        timing('Insert of a block', 'forebay_archive_insert_duration_seconds', ['project', 'source']),
        one('Processor', 'percentunit', 'rate(process_cpu_seconds_total[$__rate_interval])', '{{instance}}'),
      ],
    },
  },
  batch: {
    title: 'Forebay: batch',
    rows: {
      Jobs: [
        one(
          'Attempts that ended, by the hour',
          'short',
          'sum by (job, outcome) (increase(forebay_jobs_total[1h]))',
          '{{job}} {{outcome}}',
        ),
        one('Waiting', 'short', 'max by (queue) (forebay_jobs_waiting)', '{{queue}}'),
        one(
          'Runs that did not come',
          'short',
          'max by (job, project, view) (forebay_schedule_missed_runs)',
          '{{job}} {{project}}.{{view}}',
        ),
        timing('Duration', 'forebay_job_duration_seconds', ['job']),
        one(
          'Chunks',
          'short',
          'sum by (job, outcome) (increase(forebay_job_chunks_total[1h]))',
          '{{job}} {{outcome}}',
        ),
        one(
          'Values written',
          'cps',
          rate('forebay_materialize_values_total', ['project', 'view']),
          '{{project}}.{{view}}',
        ),
      ],
      'Right and alike': [
        one('Age of cuts', 's', 'max by (project, view) (forebay_cut_age_seconds)', '{{project}}.{{view}}'),
        one(
          'Verified values, last day',
          'short',
          'sum by (project, view, outcome) (increase(forebay_verified_values_total[1d]))',
          '{{project}}.{{view}} {{outcome}}',
        ),
        one(
          'Drift (PSI)',
          'short',
          'max by (project, view, feature) (forebay_profile_drift{distance="psi"})',
          '{{view}}:{{feature}}',
          { mayBeEmpty: true },
        ),
        one(
          'Rules of quality, last day',
          'short',
          'sum by (project, subject, rule, outcome) (increase(forebay_quality_checks_total[1d]))',
          '{{subject}} {{rule}} {{outcome}}',
          { mayBeEmpty: true },
        ),
        one('Memory of Redis', 'percentunit', 'max(forebay_redis_memory_ratio)', 'used'),
        one('Processor', 'percentunit', 'rate(process_cpu_seconds_total[$__rate_interval])', '{{instance}}'),
      ],
    },
  },
  'feature-view': {
    title: 'Forebay: one feature view',
    variables: {
      project: 'label_values(forebay_feature_values_total, project)',
      view: 'label_values(forebay_feature_values_total{project=~"$project"}, view)',
    },
    rows: {
      Values: [
        one(
          'By status',
          'cps',
          rate('forebay_feature_values_total', ['view', 'status'], VIEW),
          '{{view}} {{status}}',
        ),
        one(
          'DEGRADED, by reason',
          'cps',
          rate('forebay_degraded_values_total', ['view', 'reason'], VIEW),
          '{{view}} {{reason}}',
          { mayBeEmpty: true },
        ),
        one('Freshness', 's', `max by (view) (forebay_freshness_seconds${VIEW})`, '{{view}}'),
      ],
      Batch: [
        one('Age of the cut', 's', `max by (view) (forebay_cut_age_seconds${VIEW})`, '{{view}}'),
        timing(
          'Duration of runs',
          'forebay_materialize_duration_seconds',
          ['project', 'view'],
          '{project=~"$project"}',
        ),
        one(
          'Values written',
          'cps',
          rate('forebay_materialize_values_total', ['view'], '{project=~"$project"}'),
          '{{view}}',
        ),
      ],
      Stream: [
        one(
          'Entities in memory',
          'short',
          `sum by (view) (forebay_stream_cached_entities${VIEW})`,
          '{{view}}',
        ),
        one('Memory', 'bytes', `sum by (view) (forebay_stream_state_bytes${VIEW})`, '{{view}}'),
        one(
          'Verified, last day',
          'short',
          'sum by (view, outcome) (increase(forebay_verified_values_total{project=~"$project"}[1d]))',
          '{{view}} {{outcome}}',
        ),
      ],
    },
  },
};
