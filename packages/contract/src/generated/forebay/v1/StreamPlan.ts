// Original file: proto/forebay/v1/definitions.proto

import type { Long } from '@grpc/proto-loader';

export interface StreamPlanInput {
  'retention_ms'?: (number | string | Long);
}

export interface StreamPlanMessage {
  'retention_ms': (number);
}
