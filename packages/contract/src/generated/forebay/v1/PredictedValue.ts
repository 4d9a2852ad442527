// Original file: proto/forebay/v1/predictions.proto

import type { NumberListInput as _forebay_v1_NumberListInput, NumberListMessage as _forebay_v1_NumberListMessage } from '../../forebay/v1/NumberList';

/**
 * What a model said, or what became of it. A class is a text, a score a number, scores of several classes a list.
 */
export interface PredictedValueInput {
  'number'?: (number | string);
  'text'?: (string);
  'list'?: (_forebay_v1_NumberListInput | null);
  'value'?: "number"|"text"|"list";
}

/**
 * What a model said, or what became of it. A class is a text, a score a number, scores of several classes a list.
 */
export interface PredictedValueMessage {
  'number'?: (number);
  'text'?: (string);
  'list'?: (_forebay_v1_NumberListMessage | null);
  'value'?: "number"|"text"|"list";
}
