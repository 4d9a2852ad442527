// Original file: proto/forebay/v1/definitions.proto

import type { ValueTypeInput as _forebay_v1_ValueTypeInput, ValueTypeMessage as _forebay_v1_ValueTypeMessage } from '../../forebay/v1/ValueType';

export interface TableFieldInput {
  'name'?: (string);
  'type'?: (_forebay_v1_ValueTypeInput);
  'vector_length'?: (number);
}

export interface TableFieldMessage {
  'name': (string);
  'type': (_forebay_v1_ValueTypeMessage);
  'vector_length': (number);
}
