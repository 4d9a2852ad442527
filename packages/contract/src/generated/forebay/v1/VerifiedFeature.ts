// Original file: proto/forebay/v1/jobs_verify.proto

import type { Long } from '@grpc/proto-loader';

export interface VerifiedFeatureInput {
  'feature'?: (string);
  'compared'?: (number | string | Long);
  'different'?: (number | string | Long);
}

export interface VerifiedFeatureMessage {
  'feature': (string);
  'compared': (number);
  'different': (number);
}
