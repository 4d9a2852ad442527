// Original file: proto/forebay/v1/jobs_erase.proto

import type { ErasedPlaceInput as _forebay_v1_ErasedPlaceInput, ErasedPlaceMessage as _forebay_v1_ErasedPlaceMessage } from '../../forebay/v1/ErasedPlace';
import type { HeldInTopicInput as _forebay_v1_HeldInTopicInput, HeldInTopicMessage as _forebay_v1_HeldInTopicMessage } from '../../forebay/v1/HeldInTopic';
import type { ErasedSourceInput as _forebay_v1_ErasedSourceInput, ErasedSourceMessage as _forebay_v1_ErasedSourceMessage } from '../../forebay/v1/ErasedSource';
import type { ErasedKeysInput as _forebay_v1_ErasedKeysInput, ErasedKeysMessage as _forebay_v1_ErasedKeysMessage } from '../../forebay/v1/ErasedKeys';
import type { Long } from '@grpc/proto-loader';

/**
 * What was found of the entity before anything was deleted; the list of what is erased holds it by then.
 */
export interface ErasePlanInput {
  /**
   * Names the erasure in the list of what is erased.
   */
  'run'?: (string);
  'erased_at_ms'?: (number | string | Long);
  /**
   * xxHash64 of the encoded key, in decimal.
   */
  'key_hash'?: (string);
  'places'?: (_forebay_v1_ErasedPlaceInput)[];
  'topics'?: (_forebay_v1_HeldInTopicInput)[];
  'sources'?: (_forebay_v1_ErasedSourceInput)[];
  'warnings'?: (string)[];
  /**
   * The entity, and then those that it has as a part of their join keys.
   */
  'entities'?: (_forebay_v1_ErasedKeysInput)[];
}

/**
 * What was found of the entity before anything was deleted; the list of what is erased holds it by then.
 */
export interface ErasePlanMessage {
  /**
   * Names the erasure in the list of what is erased.
   */
  'run': (string);
  'erased_at_ms': (number);
  /**
   * xxHash64 of the encoded key, in decimal.
   */
  'key_hash': (string);
  'places': (_forebay_v1_ErasedPlaceMessage)[];
  'topics': (_forebay_v1_HeldInTopicMessage)[];
  'sources': (_forebay_v1_ErasedSourceMessage)[];
  'warnings': (string)[];
  /**
   * The entity, and then those that it has as a part of their join keys.
   */
  'entities': (_forebay_v1_ErasedKeysMessage)[];
}
