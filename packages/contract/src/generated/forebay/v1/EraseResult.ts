// Original file: proto/forebay/v1/jobs_erase.proto

import type { ErasedPlaceInput as _forebay_v1_ErasedPlaceInput, ErasedPlaceMessage as _forebay_v1_ErasedPlaceMessage } from '../../forebay/v1/ErasedPlace';
import type { HeldInTopicInput as _forebay_v1_HeldInTopicInput, HeldInTopicMessage as _forebay_v1_HeldInTopicMessage } from '../../forebay/v1/HeldInTopic';
import type { Long } from '@grpc/proto-loader';

export interface EraseResultInput {
  'erasure'?: (string);
  'erased_at_ms'?: (number | string | Long);
  'key_hash'?: (string);
  'places'?: (_forebay_v1_ErasedPlaceInput)[];
  'topics'?: (_forebay_v1_HeldInTopicInput)[];
  'duration_ms'?: (number | string | Long);
  'warnings'?: (string)[];
}

export interface EraseResultMessage {
  'erasure': (string);
  'erased_at_ms': (number);
  'key_hash': (string);
  'places': (_forebay_v1_ErasedPlaceMessage)[];
  'topics': (_forebay_v1_HeldInTopicMessage)[];
  'duration_ms': (number);
  'warnings': (string)[];
}
