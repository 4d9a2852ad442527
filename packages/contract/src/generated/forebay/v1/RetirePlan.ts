// Original file: proto/forebay/v1/jobs_erase.proto

import type { Long } from '@grpc/proto-loader';

export interface RetirePlanInput {
  'run'?: (string);
  'started_at_ms'?: (number | string | Long);
}

export interface RetirePlanMessage {
  'run': (string);
  'started_at_ms': (number);
}
