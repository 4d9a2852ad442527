import type { MetricDefinition } from './metric-definition';

/** Who was let in, and what it is decided by. */
export const SECURITY_METRICS = {
  forebay_denied_calls_total: {
    kind: 'counter',
    unit: '{request}',
    description: 'Calls refused with UNAUTHENTICATED or PERMISSION_DENIED, by why.',
    labels: ['rpc.method', 'reason'],
  },
  forebay_audit_suppressed_total: {
    kind: 'counter',
    unit: '{line}',
    description: 'Denied calls that the audit log counts without a line of their own.',
    labels: [],
  },
  forebay_reloads_total: {
    kind: 'counter',
    unit: '{reload}',
    description:
      'Files and keys of security that changed, by what they are, and whether they were taken up or refused.',
    labels: ['what', 'outcome'],
  },
  forebay_certificate_expires_in_seconds: {
    kind: 'gauge',
    unit: 's',
    description: 'Time until the certificate in use expires.',
    labels: ['what'],
    acrossProcesses: 'min',
  },
  forebay_jwt_keys_age_seconds: {
    kind: 'gauge',
    unit: 's',
    description: 'Time since the keys that JWTs are verified with were last read.',
    labels: [],
    acrossProcesses: 'max',
  },
} as const satisfies Record<string, MetricDefinition>;
