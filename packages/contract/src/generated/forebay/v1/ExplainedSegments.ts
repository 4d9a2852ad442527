// Original file: proto/forebay/v1/explain.proto

import type { ExplainedSegmentInput as _forebay_v1_ExplainedSegmentInput, ExplainedSegmentMessage as _forebay_v1_ExplainedSegmentMessage } from '../../forebay/v1/ExplainedSegment';
import type { ExplainedStreamValueInput as _forebay_v1_ExplainedStreamValueInput, ExplainedStreamValueMessage as _forebay_v1_ExplainedStreamValueMessage } from '../../forebay/v1/ExplainedStreamValue';
import type { ExplainedBatchValueInput as _forebay_v1_ExplainedBatchValueInput, ExplainedBatchValueMessage as _forebay_v1_ExplainedBatchValueMessage } from '../../forebay/v1/ExplainedBatchValue';

export interface ExplainedSegmentsInput {
  /**
   * The window is [edge, end), as of at; its left edge moves by the hop (0: it does not move).
   */
  'at_ms'?: (number | string);
  'edge_ms'?: (number | string);
  'end_ms'?: (number | string);
  'hop_ms'?: (number | string);
  /**
   * Batch segments end, and stream segments begin, at it.
   */
  'cut_ms'?: (number | string);
  /**
   * Whose cut it is: `batch value`, `marker`, or `none` (−∞: every stream segment, and no batch segment).
   */
  'cut_of'?: (string);
  /**
   * Windows that begin before it are not all known.
   */
  'covered_from_ms'?: (number | string);
  /**
   * The newest first.
   */
  'segments'?: (_forebay_v1_ExplainedSegmentInput)[];
  /**
   * How many there are, told or not.
   */
  'segment_count'?: (number);
  /**
   * Segments in the window without events of the feature.
   */
  'segments_without_events'?: (number);
  /**
   * What is stored of the entity; absent where nothing is, or it cannot be read.
   */
  'stream'?: (_forebay_v1_ExplainedStreamValueInput | null);
  'batch'?: (_forebay_v1_ExplainedBatchValueInput | null);
}

export interface ExplainedSegmentsMessage {
  /**
   * The window is [edge, end), as of at; its left edge moves by the hop (0: it does not move).
   */
  'at_ms': (number);
  'edge_ms': (number);
  'end_ms': (number);
  'hop_ms': (number);
  /**
   * Batch segments end, and stream segments begin, at it.
   */
  'cut_ms': (number);
  /**
   * Whose cut it is: `batch value`, `marker`, or `none` (−∞: every stream segment, and no batch segment).
   */
  'cut_of': (string);
  /**
   * Windows that begin before it are not all known.
   */
  'covered_from_ms': (number);
  /**
   * The newest first.
   */
  'segments': (_forebay_v1_ExplainedSegmentMessage)[];
  /**
   * How many there are, told or not.
   */
  'segment_count': (number);
  /**
   * Segments in the window without events of the feature.
   */
  'segments_without_events': (number);
  /**
   * What is stored of the entity; absent where nothing is, or it cannot be read.
   */
  'stream': (_forebay_v1_ExplainedStreamValueMessage | null);
  'batch': (_forebay_v1_ExplainedBatchValueMessage | null);
}
