// Original file: proto/forebay/v1/jobs.proto

import type { Long } from '@grpc/proto-loader';

export interface TableValuesPlanInput {
  /**
   * Only entities with rows that are new since this tick are written.
   */
  'changed_since_ms'?: (number | string | Long);
  'has_changed_since'?: (boolean);
  /**
   * A later tick is finished: there is nothing to write.
   */
  'finished_tick_ms'?: (number | string | Long);
  'is_older'?: (boolean);
  /**
   * Rows were added, changed or taken out at times that the finished run had read: every value is written.
   */
  'changed_before'?: (boolean);
  'rows'?: (number | string | Long);
  'rows_without_key'?: (number | string | Long);
  'rows_without_time'?: (number | string | Long);
  'rows_seen'?: (number | string | Long);
  'rows_counting'?: (number | string | Long);
  'rows_changed'?: (number | string | Long);
  'next_event_time_ms'?: (number | string | Long);
  'has_next_event_time'?: (boolean);
  'digest_rows'?: (number | string | Long);
  /**
   * Decimal: 64 bits.
   */
  'digest_hash'?: (string);
}

export interface TableValuesPlanMessage {
  /**
   * Only entities with rows that are new since this tick are written.
   */
  'changed_since_ms': (number);
  'has_changed_since': (boolean);
  /**
   * A later tick is finished: there is nothing to write.
   */
  'finished_tick_ms': (number);
  'is_older': (boolean);
  /**
   * Rows were added, changed or taken out at times that the finished run had read: every value is written.
   */
  'changed_before': (boolean);
  'rows': (number);
  'rows_without_key': (number);
  'rows_without_time': (number);
  'rows_seen': (number);
  'rows_counting': (number);
  'rows_changed': (number);
  'next_event_time_ms': (number);
  'has_next_event_time': (boolean);
  'digest_rows': (number);
  /**
   * Decimal: 64 bits.
   */
  'digest_hash': (string);
}
