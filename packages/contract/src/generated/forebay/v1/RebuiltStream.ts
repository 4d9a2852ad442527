// Original file: proto/forebay/v1/jobs.proto

import type { Long } from '@grpc/proto-loader';

export interface RebuiltStreamInput {
  /**
   * name@version
   */
  'view'?: (string);
  /**
   * Since when its stream values are complete.
   */
  'complete_since_ms'?: (number | string | Long);
  /**
   * They always are; then complete_since_ms is 0.
   */
  'is_complete'?: (boolean);
}

export interface RebuiltStreamMessage {
  /**
   * name@version
   */
  'view': (string);
  /**
   * Since when its stream values are complete.
   */
  'complete_since_ms': (number);
  /**
   * They always are; then complete_since_ms is 0.
   */
  'is_complete': (boolean);
}
