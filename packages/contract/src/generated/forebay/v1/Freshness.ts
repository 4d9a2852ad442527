// Original file: proto/forebay/v1/definitions.proto

import type { Long } from '@grpc/proto-loader';

export interface FreshnessInput {
  'max_age_ms'?: (number | string | Long);
}

export interface FreshnessMessage {
  'max_age_ms': (number);
}
