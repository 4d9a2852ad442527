// Original file: proto/forebay/v1/definitions.proto

import type { ValueTypeInput as _forebay_v1_ValueTypeInput, ValueTypeMessage as _forebay_v1_ValueTypeMessage } from '../../forebay/v1/ValueType';

export interface DerivedColumnInput {
  'name'?: (string);
  'expression'?: (string);
  'type'?: (_forebay_v1_ValueTypeInput);
}

export interface DerivedColumnMessage {
  'name': (string);
  'expression': (string);
  'type': (_forebay_v1_ValueTypeMessage);
}
