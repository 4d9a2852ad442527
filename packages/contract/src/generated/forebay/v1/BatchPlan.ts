// Original file: proto/forebay/v1/definitions.proto

import type { Long } from '@grpc/proto-loader';

/**
 * History by materialization: until when a batch value answers exactly, and how often it is renewed.
 */
export interface BatchPlanInput {
  'horizon_ms'?: (number | string | Long);
  'cut_hop_ms'?: (number | string | Long);
  /**
   * 0: only on demand.
   */
  'interval_ms'?: (number | string | Long);
}

/**
 * History by materialization: until when a batch value answers exactly, and how often it is renewed.
 */
export interface BatchPlanMessage {
  'horizon_ms': (number);
  'cut_hop_ms': (number);
  /**
   * 0: only on demand.
   */
  'interval_ms': (number);
}
