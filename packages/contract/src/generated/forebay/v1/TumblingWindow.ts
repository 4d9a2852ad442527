// Original file: proto/forebay/v1/definitions.proto

import type { Long } from '@grpc/proto-loader';

/**
 * The last of the intervals [origin + k * length, origin + (k + 1) * length) that has ended.
 */
export interface TumblingWindowInput {
  'length_ms'?: (number | string | Long);
  'origin_ms'?: (number | string | Long);
}

/**
 * The last of the intervals [origin + k * length, origin + (k + 1) * length) that has ended.
 */
export interface TumblingWindowMessage {
  'length_ms': (number);
  'origin_ms': (number);
}
