// Original file: proto/forebay/v1/definitions.proto

import type { FieldInput as _forebay_v1_FieldInput, FieldMessage as _forebay_v1_FieldMessage } from '../../forebay/v1/Field';
import type { MetadataInput as _forebay_v1_MetadataInput, MetadataMessage as _forebay_v1_MetadataMessage } from '../../forebay/v1/Metadata';

export interface EntityInput {
  'id'?: (number);
  'name'?: (string);
  'join_keys'?: (_forebay_v1_FieldInput)[];
  'metadata'?: (_forebay_v1_MetadataInput | null);
}

export interface EntityMessage {
  'id': (number);
  'name': (string);
  'join_keys': (_forebay_v1_FieldMessage)[];
  'metadata': (_forebay_v1_MetadataMessage | null);
}
