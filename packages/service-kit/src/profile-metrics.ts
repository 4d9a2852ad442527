import type { MetricDefinition } from './metric-definition';

/** Profiles of features, and rules of quality. */
export const PROFILE_METRICS = {
  forebay_profile_drift: {
    kind: 'gauge',
    acrossProcesses: 'max',
    unit: '{distance}',
    description:
      'How far a feature was from its baseline in the last profile that was compared, by distance: psi, ks or js (docs/PROFILES.md).',
    labels: ['project', 'view', 'feature', 'distance'],
  },
  forebay_quality_checks_total: {
    kind: 'counter',
    unit: '{check}',
    description:
      'Rules of quality that were checked, by outcome: kept, broken, or unknown where there was nothing to check (docs/QUALITY.md).',
    labels: ['project', 'subject', 'rule', 'severity', 'outcome'],
  },
} as const satisfies Record<string, MetricDefinition>;
