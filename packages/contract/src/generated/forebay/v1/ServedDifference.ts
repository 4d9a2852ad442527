// Original file: proto/forebay/v1/jobs_verify.proto

import type { Long } from '@grpc/proto-loader';

export interface ServedDifferenceInput {
  'feature_service'?: (string);
  'view'?: (string);
  'feature'?: (string);
  'as_of_ms'?: (number | string | Long);
  'request_id'?: (string);
  'row'?: (number);
  'entity_key'?: (string);
  /**
   * As JSON, with the status where it is not PRESENT.
   */
  'served'?: (string);
  'recomputed'?: (string);
}

export interface ServedDifferenceMessage {
  'feature_service': (string);
  'view': (string);
  'feature': (string);
  'as_of_ms': (number);
  'request_id': (string);
  'row': (number);
  'entity_key': (string);
  /**
   * As JSON, with the status where it is not PRESENT.
   */
  'served': (string);
  'recomputed': (string);
}
