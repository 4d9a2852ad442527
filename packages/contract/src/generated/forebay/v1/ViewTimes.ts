// Original file: proto/forebay/v1/feature_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Per view that was read for the answer.
 */
export interface ViewTimesInput {
  'view'?: (string);
  'view_version'?: (number);
  /**
   * as_of − progress, in ms: everything that had arrived before is in the values. Negative: not known.
   */
  'freshness_ms'?: (number | string | Long);
  /**
   * The cut of the last finished batch run, of a view on a schedule its tick; absent (has_cut false) without one.
   */
  'cut_ms'?: (number | string | Long);
  'has_cut'?: (boolean);
  /**
   * Of a view on a schedule, the tick that its values speak of; absent (has_tick false) for others.
   */
  'tick_ms'?: (number | string | Long);
  'has_tick'?: (boolean);
}

/**
 * Per view that was read for the answer.
 */
export interface ViewTimesMessage {
  'view': (string);
  'view_version': (number);
  /**
   * as_of − progress, in ms: everything that had arrived before is in the values. Negative: not known.
   */
  'freshness_ms': (number);
  /**
   * The cut of the last finished batch run, of a view on a schedule its tick; absent (has_cut false) without one.
   */
  'cut_ms': (number);
  'has_cut': (boolean);
  /**
   * Of a view on a schedule, the tick that its values speak of; absent (has_tick false) for others.
   */
  'tick_ms': (number);
  'has_tick': (boolean);
}
