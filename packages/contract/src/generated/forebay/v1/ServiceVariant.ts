// Original file: proto/forebay/v1/definitions.proto

import type { FeatureReferenceInput as _forebay_v1_FeatureReferenceInput, FeatureReferenceMessage as _forebay_v1_FeatureReferenceMessage } from '../../forebay/v1/FeatureReference';

/**
 * One of the lists of features that a feature service with an experiment answers with.
 */
export interface ServiceVariantInput {
  'name'?: (string);
  /**
   * Of the entities, in millionths; the shares of a service's variants sum to 1,000,000.
   */
  'share_ppm'?: (number);
  'features'?: (_forebay_v1_FeatureReferenceInput)[];
}

/**
 * One of the lists of features that a feature service with an experiment answers with.
 */
export interface ServiceVariantMessage {
  'name': (string);
  /**
   * Of the entities, in millionths; the shares of a service's variants sum to 1,000,000.
   */
  'share_ppm': (number);
  'features': (_forebay_v1_FeatureReferenceMessage)[];
}
