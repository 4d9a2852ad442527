// Original file: proto/forebay/v1/definitions.proto

import type { FieldInput as _forebay_v1_FieldInput, FieldMessage as _forebay_v1_FieldMessage } from '../../forebay/v1/Field';

export interface JoinedFieldInput {
  'field'?: (_forebay_v1_FieldInput | null);
  'from_right'?: (boolean);
  /**
   * The field's name in the source of its side.
   */
  'from'?: (string);
}

export interface JoinedFieldMessage {
  'field': (_forebay_v1_FieldMessage | null);
  'from_right': (boolean);
  /**
   * The field's name in the source of its side.
   */
  'from': (string);
}
