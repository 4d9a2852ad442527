// Original file: proto/forebay/v1/jobs_training_set.proto

import type { Long } from '@grpc/proto-loader';

export interface TrainingSetResultInput {
  'out'?: (string);
  'rows'?: (number | string | Long);
  'files'?: (number);
  'bytes'?: (number | string | Long);
  /**
   * SHA-256 of the manifest, in hex: it names the training set.
   */
  'manifest_sha256'?: (string);
  'duration_ms'?: (number | string | Long);
  'warnings'?: (string)[];
}

export interface TrainingSetResultMessage {
  'out': (string);
  'rows': (number);
  'files': (number);
  'bytes': (number);
  /**
   * SHA-256 of the manifest, in hex: it names the training set.
   */
  'manifest_sha256': (string);
  'duration_ms': (number);
  'warnings': (string)[];
}
