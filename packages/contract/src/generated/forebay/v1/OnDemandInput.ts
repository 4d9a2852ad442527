// Original file: proto/forebay/v1/definitions.proto

import type { FeatureReferenceInput as _forebay_v1_FeatureReferenceInput, FeatureReferenceMessage as _forebay_v1_FeatureReferenceMessage } from '../../forebay/v1/FeatureReference';
import type { ValueTypeInput as _forebay_v1_ValueTypeInput, ValueTypeMessage as _forebay_v1_ValueTypeMessage } from '../../forebay/v1/ValueType';

/**
 * A feature of another view, as a column of expressions.
 */
export interface OnDemandInputInput {
  'column'?: (string);
  'feature'?: (_forebay_v1_FeatureReferenceInput | null);
  'type'?: (_forebay_v1_ValueTypeInput);
}

/**
 * A feature of another view, as a column of expressions.
 */
export interface OnDemandInputMessage {
  'column': (string);
  'feature': (_forebay_v1_FeatureReferenceMessage | null);
  'type': (_forebay_v1_ValueTypeMessage);
}
