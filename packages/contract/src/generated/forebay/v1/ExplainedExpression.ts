// Original file: proto/forebay/v1/explain.proto

import type { ExplainedInputInput as _forebay_v1_ExplainedInputInput, ExplainedInputMessage as _forebay_v1_ExplainedInputMessage } from '../../forebay/v1/ExplainedInput';

export interface ExplainedExpressionInput {
  'expression'?: (string);
  /**
   * With the inputs' values in their places.
   */
  'with_values'?: (string);
  'inputs'?: (_forebay_v1_ExplainedInputInput)[];
}

export interface ExplainedExpressionMessage {
  'expression': (string);
  /**
   * With the inputs' values in their places.
   */
  'with_values': (string);
  'inputs': (_forebay_v1_ExplainedInputMessage)[];
}
