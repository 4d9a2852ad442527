// Original file: proto/forebay/v1/feature_update.proto

import type { UpdatedKeyInput as _forebay_v1_UpdatedKeyInput, UpdatedKeyMessage as _forebay_v1_UpdatedKeyMessage } from '../../forebay/v1/UpdatedKey';
import type { UpdatedFeatureInput as _forebay_v1_UpdatedFeatureInput, UpdatedFeatureMessage as _forebay_v1_UpdatedFeatureMessage } from '../../forebay/v1/UpdatedFeature';
import type { Long } from '@grpc/proto-loader';

/**
 * A record of a view's output topic: the values of one entity, as GetOnlineFeatures would have given them at as_of. Its key is
 * the entity's encoded key. Of several records of an entity the one with the latest as_of holds.
 */
export interface FeatureUpdateInput {
  'project'?: (string);
  'view'?: (string);
  'version'?: (number);
  'entity'?: (string);
  /**
   * In the entity's order.
   */
  'keys'?: (_forebay_v1_UpdatedKeyInput)[];
  'as_of_ms'?: (number | string | Long);
  'features'?: (_forebay_v1_UpdatedFeatureInput)[];
  /**
   * Why values are DEGRADED; empty: none is.
   */
  'degraded_reason'?: (string);
}

/**
 * A record of a view's output topic: the values of one entity, as GetOnlineFeatures would have given them at as_of. Its key is
 * the entity's encoded key. Of several records of an entity the one with the latest as_of holds.
 */
export interface FeatureUpdateMessage {
  'project': (string);
  'view': (string);
  'version': (number);
  'entity': (string);
  /**
   * In the entity's order.
   */
  'keys': (_forebay_v1_UpdatedKeyMessage)[];
  'as_of_ms': (number);
  'features': (_forebay_v1_UpdatedFeatureMessage)[];
  /**
   * Why values are DEGRADED; empty: none is.
   */
  'degraded_reason': (string);
}
