// Original file: proto/forebay/v1/feature_service.proto

import type { FeatureReferenceInput as _forebay_v1_FeatureReferenceInput, FeatureReferenceMessage as _forebay_v1_FeatureReferenceMessage } from '../../forebay/v1/FeatureReference';

export interface FeatureListInput {
  'features'?: (_forebay_v1_FeatureReferenceInput)[];
}

export interface FeatureListMessage {
  'features': (_forebay_v1_FeatureReferenceMessage)[];
}
