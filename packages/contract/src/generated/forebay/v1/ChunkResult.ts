// Original file: proto/forebay/v1/jobs.proto

import type { Long } from '@grpc/proto-loader';

export interface ChunkResultInput {
  'values'?: (number | string | Long);
  /**
   * Of them those that stand behind a later run's.
   */
  'older'?: (number | string | Long);
  'bytes'?: (number | string | Long);
  /**
   * Of the attempt that finished it.
   */
  'duration_ms'?: (number | string | Long);
  /**
   * It was done already: an attempt had died before it could say so.
   */
  'was_done'?: (boolean);
}

export interface ChunkResultMessage {
  'values': (number);
  /**
   * Of them those that stand behind a later run's.
   */
  'older': (number);
  'bytes': (number);
  /**
   * Of the attempt that finished it.
   */
  'duration_ms': (number);
  /**
   * It was done already: an attempt had died before it could say so.
   */
  'was_done': (boolean);
}
