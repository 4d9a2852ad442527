// Original file: proto/forebay/v1/jobs_verify.proto

import type { Long } from '@grpc/proto-loader';

export interface VerifyDifferenceInput {
  'entity_key'?: (string);
  'feature'?: (string);
  'as_of_ms'?: (number | string | Long);
  /**
   * Values as JSON, with their statuses.
   */
  'online'?: (string);
  'recomputed'?: (string);
  /**
   * The stored segment that differs, newest first; empty: none does alone.
   */
  'segment'?: (string);
}

export interface VerifyDifferenceMessage {
  'entity_key': (string);
  'feature': (string);
  'as_of_ms': (number);
  /**
   * Values as JSON, with their statuses.
   */
  'online': (string);
  'recomputed': (string);
  /**
   * The stored segment that differs, newest first; empty: none does alone.
   */
  'segment': (string);
}
