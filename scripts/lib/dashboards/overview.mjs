import { CALLS, increase, one, rate, several, timing } from './panels.mjs';

export const OVERVIEW = {
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
      several(
        'Values that differ from what is recomputed, last day',
        'short',
        [
          increase('forebay_verified_values_total', ['project', 'view'], '1d', '{outcome="different"}'),
          '{{project}}.{{view}} online',
        ],
        [
          increase(
            'forebay_served_verified_values_total',
            ['project', 'view'],
            '1d',
            '{outcome="different"}',
          ),
          '{{project}}.{{view}} as served',
        ],
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
    'What waits, and what fires': [
      one(
        'Records that are not in the values',
        'short',
        'sum by (project, source) (forebay_stream_lag_records)',
        '{{project}}.{{source}}',
      ),
      one('Jobs and chunks', 'short', 'max by (queue) (forebay_jobs_waiting)', '{{queue}}'),
      one(
        'Alerts',
        'short',
        'count by (alertname, alertstate) (ALERTS{alertname=~"Forebay.*"})',
        '{{alertname}} {{alertstate}}',
      ),
    ],
  },
};
