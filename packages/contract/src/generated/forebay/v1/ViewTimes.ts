// Original file: proto/forebay/v1/feature_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Per view that was read for the answer, if the request asks for it.
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
  /**
   * The end of the newest segment with events, or the newest event time of a table's rows, over the rows of the answer and no
   * later than as_of; absent (has_newest_event false) without any.
   */
  'newest_event_ms'?: (number | string | Long);
  'has_newest_event'?: (boolean);
}

/**
 * Per view that was read for the answer, if the request asks for it.
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
  /**
   * The end of the newest segment with events, or the newest event time of a table's rows, over the rows of the answer and no
   * later than as_of; absent (has_newest_event false) without any.
   */
  'newest_event_ms': (number);
  'has_newest_event': (boolean);
}
