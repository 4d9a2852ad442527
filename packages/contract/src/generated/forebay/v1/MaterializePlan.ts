// Original file: proto/forebay/v1/jobs.proto

import type { SegmentsPlanInput as _forebay_v1_SegmentsPlanInput, SegmentsPlanMessage as _forebay_v1_SegmentsPlanMessage } from '../../forebay/v1/SegmentsPlan';
import type { TableValuesPlanInput as _forebay_v1_TableValuesPlanInput, TableValuesPlanMessage as _forebay_v1_TableValuesPlanMessage } from '../../forebay/v1/TableValuesPlan';
import type { Long } from '@grpc/proto-loader';

/**
 * What a materialize run has fixed: a run that is tried again, or taken over, goes on with it.
 */
export interface MaterializePlanInput {
  /**
   * Names the run in its receipts, and in the record of runs.
   */
  'run'?: (string);
  /**
   * The clock that the run read.
   */
  'run_clock_ms'?: (number | string | Long);
  /**
   * The cut; of a view on a schedule, the tick.
   */
  'cut_ms'?: (number | string | Long);
  'chunks'?: (number);
  /**
   * Of an aggregation view.
   */
  'segments'?: (_forebay_v1_SegmentsPlanInput | null);
  /**
   * Of a table view.
   */
  'table'?: (_forebay_v1_TableValuesPlanInput | null);
  /**
   * Said with the result.
   */
  'warnings'?: (string)[];
}

/**
 * What a materialize run has fixed: a run that is tried again, or taken over, goes on with it.
 */
export interface MaterializePlanMessage {
  /**
   * Names the run in its receipts, and in the record of runs.
   */
  'run': (string);
  /**
   * The clock that the run read.
   */
  'run_clock_ms': (number);
  /**
   * The cut; of a view on a schedule, the tick.
   */
  'cut_ms': (number);
  'chunks': (number);
  /**
   * Of an aggregation view.
   */
  'segments': (_forebay_v1_SegmentsPlanMessage | null);
  /**
   * Of a table view.
   */
  'table': (_forebay_v1_TableValuesPlanMessage | null);
  /**
   * Said with the result.
   */
  'warnings': (string)[];
}
