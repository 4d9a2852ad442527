// Original file: proto/forebay/v1/jobs.proto

import type { Long } from '@grpc/proto-loader';

export interface SegmentsPlanInput {
  /**
   * Since when history is covered.
   */
  'coverage_begin_ms'?: (number | string | Long);
  /**
   * All of it is; then coverage_begin_ms is 0.
   */
  'covers_all'?: (boolean);
  /**
   * Numbers of the loads that were finished when the run began.
   */
  'finished_loads'?: (number | string | Long)[];
  'events_scanned'?: (number | string | Long);
}

export interface SegmentsPlanMessage {
  /**
   * Since when history is covered.
   */
  'coverage_begin_ms': (number);
  /**
   * All of it is; then coverage_begin_ms is 0.
   */
  'covers_all': (boolean);
  /**
   * Numbers of the loads that were finished when the run began.
   */
  'finished_loads': (number)[];
  'events_scanned': (number);
}
