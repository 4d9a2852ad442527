// Original file: proto/forebay/v1/definitions.proto

import type { Long } from '@grpc/proto-loader';

export interface SlidingWindowInput {
  'length_ms'?: (number | string | Long);
  'hop_ms'?: (number | string | Long);
}

export interface SlidingWindowMessage {
  'length_ms': (number);
  'hop_ms': (number);
}
