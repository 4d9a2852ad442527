// Original file: proto/forebay/v1/jobs_erase.proto

import type { JoinKeyTextInput as _forebay_v1_JoinKeyTextInput, JoinKeyTextMessage as _forebay_v1_JoinKeyTextMessage } from '../../forebay/v1/JoinKeyText';

export interface ErasedKeysInput {
  'entity'?: (string);
  'keys'?: (_forebay_v1_JoinKeyTextInput)[];
}

export interface ErasedKeysMessage {
  'entity': (string);
  'keys': (_forebay_v1_JoinKeyTextMessage)[];
}
