// Original file: proto/forebay/v1/definitions.proto

import type { Long } from '@grpc/proto-loader';

/**
 * History by materialization: until when a batch value answers exactly, and how often it is renewed.
 */
export interface BatchPlanInput {
  'horizon_ms'?: (number | string | Long);
  'cut_hop_ms'?: (number | string | Long);
  /**
   * 0: only on demand. With a rule: the longest time between two runs.
   */
  'interval_ms'?: (number | string | Long);
  /**
   * A rule of cron, in UTC; empty: every interval.
   */
  'cron'?: (string);
}

/**
 * History by materialization: until when a batch value answers exactly, and how often it is renewed.
 */
export interface BatchPlanMessage {
  'horizon_ms': (number);
  'cut_hop_ms': (number);
  /**
   * 0: only on demand. With a rule: the longest time between two runs.
   */
  'interval_ms': (number);
  /**
   * A rule of cron, in UTC; empty: every interval.
   */
  'cron': (string);
}
