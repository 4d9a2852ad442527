// Original file: proto/forebay/v1/jobs_erase.proto

import type { RetiredPlaceInput as _forebay_v1_RetiredPlaceInput, RetiredPlaceMessage as _forebay_v1_RetiredPlaceMessage } from '../../forebay/v1/RetiredPlace';
import type { Long } from '@grpc/proto-loader';

export interface RetireResultInput {
  /**
   * What was removed: keys or rows in found, and what they took in bytes.
   */
  'places'?: (_forebay_v1_RetiredPlaceInput)[];
  'bytes_freed'?: (number | string | Long);
  'duration_ms'?: (number | string | Long);
}

export interface RetireResultMessage {
  /**
   * What was removed: keys or rows in found, and what they took in bytes.
   */
  'places': (_forebay_v1_RetiredPlaceMessage)[];
  'bytes_freed': (number);
  'duration_ms': (number);
}
