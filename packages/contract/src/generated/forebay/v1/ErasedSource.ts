// Original file: proto/forebay/v1/jobs_erase.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Up to where events of a source are erased.
 */
export interface ErasedSourceInput {
  'source_id'?: (number);
  /**
   * Of its topics, by number, and the end of each as offsets are kept.
   */
  'partitions'?: (number)[];
  'ends'?: (number | string | Long)[];
  /**
   * Of what is read for it: up to where everything was archived then.
   */
  'read_partitions'?: (number)[];
  'read_ends'?: (number | string | Long)[];
}

/**
 * Up to where events of a source are erased.
 */
export interface ErasedSourceMessage {
  'source_id': (number);
  /**
   * Of its topics, by number, and the end of each as offsets are kept.
   */
  'partitions': (number)[];
  'ends': (number)[];
  /**
   * Of what is read for it: up to where everything was archived then.
   */
  'read_partitions': (number)[];
  'read_ends': (number)[];
}
