// Original file: proto/forebay/v1/jobs_erase.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Records that Kafka holds and Forebay does not delete.
 */
export interface HeldInTopicInput {
  'topic'?: (string);
  'partition'?: (number);
  /**
   * Records of the entity that the archive had of the partition; 0: not known.
   */
  'records'?: (number | string | Long);
  /**
   * Of the topic: the first of them and the one after the last; of records that are not known, what was there when the entity was erased.
   */
  'first_offset'?: (number | string | Long);
  'end_offset'?: (number | string | Long);
  /**
   * Of the topic's retention: until when the newest of them may be there, as far as the broker keeps to it.
   */
  'until_ms'?: (number | string | Long);
  /**
   * Nothing is deleted by age; then until_ms is 0.
   */
  'is_kept_forever'?: (boolean);
  'remark'?: (string);
}

/**
 * Records that Kafka holds and Forebay does not delete.
 */
export interface HeldInTopicMessage {
  'topic': (string);
  'partition': (number);
  /**
   * Records of the entity that the archive had of the partition; 0: not known.
   */
  'records': (number);
  /**
   * Of the topic: the first of them and the one after the last; of records that are not known, what was there when the entity was erased.
   */
  'first_offset': (number);
  'end_offset': (number);
  /**
   * Of the topic's retention: until when the newest of them may be there, as far as the broker keeps to it.
   */
  'until_ms': (number);
  /**
   * Nothing is deleted by age; then until_ms is 0.
   */
  'is_kept_forever': (boolean);
  'remark': (string);
}
