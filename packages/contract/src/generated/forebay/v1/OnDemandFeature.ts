// Original file: proto/forebay/v1/definitions.proto

import type { ValueTypeInput as _forebay_v1_ValueTypeInput, ValueTypeMessage as _forebay_v1_ValueTypeMessage } from '../../forebay/v1/ValueType';

export interface OnDemandFeatureInput {
  'name'?: (string);
  /**
   * CEL over the inputs, the request's fields and the features before it.
   */
  'expression'?: (string);
  'type'?: (_forebay_v1_ValueTypeInput);
  'description'?: (string);
}

export interface OnDemandFeatureMessage {
  'name': (string);
  /**
   * CEL over the inputs, the request's fields and the features before it.
   */
  'expression': (string);
  'type': (_forebay_v1_ValueTypeMessage);
  'description': (string);
}
