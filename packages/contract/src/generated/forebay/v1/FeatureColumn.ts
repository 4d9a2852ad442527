// Original file: proto/forebay/v1/feature_service.proto

import type { ValueTypeInput as _forebay_v1_ValueTypeInput, ValueTypeMessage as _forebay_v1_ValueTypeMessage } from '../../forebay/v1/ValueType';

export interface FeatureColumnInput {
  'name'?: (string);
  'type'?: (_forebay_v1_ValueTypeInput);
  'view'?: (string);
  'view_version'?: (number);
  /**
   * Where the value stands: true, in the float64 block (in the order of the columns that have it); false, in `typed`.
   */
  'in_float64_block'?: (boolean);
  /**
   * Numbers of a vector.
   */
  'vector_length'?: (number);
}

export interface FeatureColumnMessage {
  'name': (string);
  'type': (_forebay_v1_ValueTypeMessage);
  'view': (string);
  'view_version': (number);
  /**
   * Where the value stands: true, in the float64 block (in the order of the columns that have it); false, in `typed`.
   */
  'in_float64_block': (boolean);
  /**
   * Numbers of a vector.
   */
  'vector_length': (number);
}
