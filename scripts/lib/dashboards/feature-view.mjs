import { increase, one, rate, timing } from './panels.mjs';

const VIEW = '{project=~"$project", view=~"$view"}';

export const FEATURE_VIEW = {
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
      ),
      one('Freshness', 's', `max by (view) (forebay_freshness_seconds${VIEW})`, '{{view}}'),
    ],
    Batch: [
      one('Age of the cut', 's', `max by (view) (forebay_cut_age_seconds${VIEW})`, '{{view}}'),
      timing('Duration of runs', 'forebay_materialize_duration_seconds', ['project', 'view'], VIEW),
      one('Values written', 'cps', rate('forebay_materialize_values_total', ['view'], VIEW), '{{view}}'),
    ],
    Stream: [
      one('Entities in memory', 'short', `sum by (view) (forebay_stream_cached_entities${VIEW})`, '{{view}}'),
      one('Memory', 'bytes', `sum by (view) (forebay_stream_state_bytes${VIEW})`, '{{view}}'),
      one(
        'Events that come too late for it',
        'eps',
        rate('forebay_stream_too_late_events_total', ['view'], VIEW),
        '{{view}}',
      ),
    ],
    'Right and alike': [
      one(
        'Verified, last day',
        'short',
        increase('forebay_verified_values_total', ['view', 'outcome'], '1d', VIEW),
        '{{view}} {{outcome}}',
      ),
      one(
        'Skew of what was served',
        'percentunit',
        `max by (view, feature) (forebay_served_skew_ratio${VIEW})`,
        '{{view}}:{{feature}}',
      ),
      one(
        'Drift (PSI)',
        'short',
        'max by (view, feature) (forebay_profile_drift{project=~"$project", view=~"$view", distance="psi"})',
        '{{view}}:{{feature}}',
      ),
    ],
  },
};
