// Original file: proto/forebay/v1/definitions.proto

import type { ValueTypeInput as _forebay_v1_ValueTypeInput, ValueTypeMessage as _forebay_v1_ValueTypeMessage } from '../../forebay/v1/ValueType';

export interface FieldInput {
  'name'?: (string);
  'type'?: (_forebay_v1_ValueTypeInput);
}

export interface FieldMessage {
  'name': (string);
  'type': (_forebay_v1_ValueTypeMessage);
}
