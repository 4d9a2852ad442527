// Original file: proto/forebay/v1/definitions.proto

import type { Long } from '@grpc/proto-loader';

/**
 * The runs of events with successive differences below the gap, in a sliding window.
 */
export interface SessionWindowInput {
  'gap_ms'?: (number | string | Long);
  'length_ms'?: (number | string | Long);
  'hop_ms'?: (number | string | Long);
}

/**
 * The runs of events with successive differences below the gap, in a sliding window.
 */
export interface SessionWindowMessage {
  'gap_ms': (number);
  'length_ms': (number);
  'hop_ms': (number);
}
