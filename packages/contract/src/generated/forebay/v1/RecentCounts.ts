// Original file: proto/forebay/v1/member_status.proto

import type { Long } from '@grpc/proto-loader';

/**
 * What happened in the last minutes.
 */
export interface RecentCountsInput {
  /**
   * The time that they cover.
   */
  'span_ms'?: (number | string | Long);
  'events'?: (number | string | Long);
  'late'?: (number | string | Long);
  /**
   * Events that were left to batch runs, once for each view that leaves them.
   */
  'too_late'?: (number | string | Long);
  'duplicates'?: (number | string | Long);
  'conflicts'?: (number | string | Long);
  'rewinds'?: (number | string | Long);
  /**
   * From the arrival of an event at the broker to its flush: upper bounds of buckets in seconds, and the events in each and, as the
   * last, beyond them.
   */
  'apply_delay_bounds'?: (number | string)[];
  'apply_delay_counts'?: (number | string | Long)[];
  /**
   * Dead letters by reason.
   */
  'dead_letters'?: ({[key: string]: number | string | Long});
}

/**
 * What happened in the last minutes.
 */
export interface RecentCountsMessage {
  /**
   * The time that they cover.
   */
  'span_ms': (number);
  'events': (number);
  'late': (number);
  /**
   * Events that were left to batch runs, once for each view that leaves them.
   */
  'too_late': (number);
  'duplicates': (number);
  'conflicts': (number);
  'rewinds': (number);
  /**
   * From the arrival of an event at the broker to its flush: upper bounds of buckets in seconds, and the events in each and, as the
   * last, beyond them.
   */
  'apply_delay_bounds': (number)[];
  'apply_delay_counts': (number)[];
  /**
   * Dead letters by reason.
   */
  'dead_letters': ({[key: string]: number});
}
