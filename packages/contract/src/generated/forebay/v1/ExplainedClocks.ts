// Original file: proto/forebay/v1/explain.proto

import type { PartitionClocksInput as _forebay_v1_PartitionClocksInput, PartitionClocksMessage as _forebay_v1_PartitionClocksMessage } from '../../forebay/v1/PartitionClocks';

/**
 * What the store says of the view, for all entities of the bucket.
 */
export interface ExplainedClocksInput {
  /**
   * as_of − progress; absent: not known, or the view has no stream.
   */
  'freshness_ms'?: (number | string);
  /**
   * The smallest over the partitions.
   */
  'progress_ms'?: (number | string);
  /**
   * The stream holds every event from here on.
   */
  'complete_since_ms'?: (number | string);
  /**
   * Of the last finished batch run: its cut T_b (of a view on a schedule its tick), the clock q that it read, and since when its
   * history is complete.
   */
  'cut_ms'?: (number | string);
  'run_clock_ms'?: (number | string);
  'coverage_begin_ms'?: (number | string);
  /**
   * Until when that cut answers exactly.
   */
  'good_until_ms'?: (number | string);
  /**
   * The end of the newest segment with events of the feature, at most as_of; of a table the event time of the row.
   */
  'newest_event_ms'?: (number | string);
  /**
   * Of a view on a schedule: what its values speak of.
   */
  'tick_ms'?: (number | string);
  'epoch'?: (number);
  'partitions'?: (_forebay_v1_PartitionClocksInput)[];
  '_freshness_ms'?: "freshness_ms";
  '_progress_ms'?: "progress_ms";
  '_complete_since_ms'?: "complete_since_ms";
  '_cut_ms'?: "cut_ms";
  '_run_clock_ms'?: "run_clock_ms";
  '_coverage_begin_ms'?: "coverage_begin_ms";
  '_good_until_ms'?: "good_until_ms";
  '_newest_event_ms'?: "newest_event_ms";
  '_tick_ms'?: "tick_ms";
}

/**
 * What the store says of the view, for all entities of the bucket.
 */
export interface ExplainedClocksMessage {
  /**
   * as_of − progress; absent: not known, or the view has no stream.
   */
  'freshness_ms'?: (number);
  /**
   * The smallest over the partitions.
   */
  'progress_ms'?: (number);
  /**
   * The stream holds every event from here on.
   */
  'complete_since_ms'?: (number);
  /**
   * Of the last finished batch run: its cut T_b (of a view on a schedule its tick), the clock q that it read, and since when its
   * history is complete.
   */
  'cut_ms'?: (number);
  'run_clock_ms'?: (number);
  'coverage_begin_ms'?: (number);
  /**
   * Until when that cut answers exactly.
   */
  'good_until_ms'?: (number);
  /**
   * The end of the newest segment with events of the feature, at most as_of; of a table the event time of the row.
   */
  'newest_event_ms'?: (number);
  /**
   * Of a view on a schedule: what its values speak of.
   */
  'tick_ms'?: (number);
  'epoch': (number);
  'partitions': (_forebay_v1_PartitionClocksMessage)[];
  '_freshness_ms'?: "freshness_ms";
  '_progress_ms'?: "progress_ms";
  '_complete_since_ms'?: "complete_since_ms";
  '_cut_ms'?: "cut_ms";
  '_run_clock_ms'?: "run_clock_ms";
  '_coverage_begin_ms'?: "coverage_begin_ms";
  '_good_until_ms'?: "good_until_ms";
  '_newest_event_ms'?: "newest_event_ms";
  '_tick_ms'?: "tick_ms";
}
