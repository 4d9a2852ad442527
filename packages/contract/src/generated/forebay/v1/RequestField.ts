// Original file: proto/forebay/v1/feature_service.proto

import type { ValueTypeInput as _forebay_v1_ValueTypeInput, ValueTypeMessage as _forebay_v1_ValueTypeMessage } from '../../forebay/v1/ValueType';

/**
 * What a request must bring, and the on-demand views that want it, as `name@version`.
 */
export interface RequestFieldInput {
  'name'?: (string);
  'type'?: (_forebay_v1_ValueTypeInput);
  'views'?: (string)[];
}

/**
 * What a request must bring, and the on-demand views that want it, as `name@version`.
 */
export interface RequestFieldMessage {
  'name': (string);
  'type': (_forebay_v1_ValueTypeMessage);
  'views': (string)[];
}
