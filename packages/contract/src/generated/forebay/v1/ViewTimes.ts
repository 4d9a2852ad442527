// Original file: proto/forebay/v1/feature_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Per view of the request.
 */
export interface ViewTimesInput {
  'view'?: (string);
  'view_version'?: (number);
  /**
   * as_of − progress, in ms: everything that had arrived before is in the values. Negative: not known.
   */
  'freshness_ms'?: (number | string | Long);
  /**
   * The cut of the last finished batch run; absent (has_cut false) without one.
   */
  'cut_ms'?: (number | string | Long);
  'has_cut'?: (boolean);
}

/**
 * Per view of the request.
 */
export interface ViewTimesMessage {
  'view': (string);
  'view_version': (number);
  /**
   * as_of − progress, in ms: everything that had arrived before is in the values. Negative: not known.
   */
  'freshness_ms': (number);
  /**
   * The cut of the last finished batch run; absent (has_cut false) without one.
   */
  'cut_ms': (number);
  'has_cut': (boolean);
}
