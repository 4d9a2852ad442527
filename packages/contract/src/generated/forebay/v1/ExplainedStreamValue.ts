// Original file: proto/forebay/v1/explain.proto

import type { ExplainedFenceInput as _forebay_v1_ExplainedFenceInput, ExplainedFenceMessage as _forebay_v1_ExplainedFenceMessage } from '../../forebay/v1/ExplainedFence';

export interface ExplainedStreamValueInput {
  /**
   * Hexadecimal.
   */
  'write_token'?: (string);
  /**
   * The clock of the newest write.
   */
  'w_ms'?: (number | string);
  'rows'?: (number);
  'fences'?: (_forebay_v1_ExplainedFenceInput)[];
}

export interface ExplainedStreamValueMessage {
  /**
   * Hexadecimal.
   */
  'write_token': (string);
  /**
   * The clock of the newest write.
   */
  'w_ms': (number);
  'rows': (number);
  'fences': (_forebay_v1_ExplainedFenceMessage)[];
}
