// Original file: proto/forebay/v1/feature_update.proto

import type { ValueTypeInput as _forebay_v1_ValueTypeInput, ValueTypeMessage as _forebay_v1_ValueTypeMessage } from '../../forebay/v1/ValueType';
import type { FeatureStatusInput as _forebay_v1_FeatureStatusInput, FeatureStatusMessage as _forebay_v1_FeatureStatusMessage } from '../../forebay/v1/FeatureStatus';
import type { ValueListInput as _forebay_v1_ValueListInput, ValueListMessage as _forebay_v1_ValueListMessage } from '../../forebay/v1/ValueList';
import type { ValueMapInput as _forebay_v1_ValueMapInput, ValueMapMessage as _forebay_v1_ValueMapMessage } from '../../forebay/v1/ValueMap';
import type { Long } from '@grpc/proto-loader';

export interface UpdatedFeatureInput {
  'name'?: (string);
  'type'?: (_forebay_v1_ValueTypeInput);
  'status'?: (_forebay_v1_FeatureStatusInput);
  'number'?: (number | string);
  'integer'?: (number | string | Long);
  'boolean'?: (boolean);
  'text'?: (string);
  'list'?: (_forebay_v1_ValueListInput | null);
  'map'?: (_forebay_v1_ValueMapInput | null);
  /**
   * Not set: null. Integers of 32 and 64 bits and timestamps (milliseconds since the epoch) are integers.
   */
  'value'?: "number"|"integer"|"boolean"|"text"|"list"|"map";
}

export interface UpdatedFeatureMessage {
  'name': (string);
  'type': (_forebay_v1_ValueTypeMessage);
  'status': (_forebay_v1_FeatureStatusMessage);
  'number'?: (number);
  'integer'?: (number);
  'boolean'?: (boolean);
  'text'?: (string);
  'list'?: (_forebay_v1_ValueListMessage | null);
  'map'?: (_forebay_v1_ValueMapMessage | null);
  /**
   * Not set: null. Integers of 32 and 64 bits and timestamps (milliseconds since the epoch) are integers.
   */
  'value'?: "number"|"integer"|"boolean"|"text"|"list"|"map";
}
