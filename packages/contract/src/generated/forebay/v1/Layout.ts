// Original file: proto/forebay/v1/feature_service.proto

import type { FeatureColumnInput as _forebay_v1_FeatureColumnInput, FeatureColumnMessage as _forebay_v1_FeatureColumnMessage } from '../../forebay/v1/FeatureColumn';

/**
 * The layout of a response: fixed for a version of a feature service, but for columns that its variants take from different
 * views: these have no view, and version 0.
 */
export interface LayoutInput {
  'id'?: (string);
  'columns'?: (_forebay_v1_FeatureColumnInput)[];
}

/**
 * The layout of a response: fixed for a version of a feature service, but for columns that its variants take from different
 * views: these have no view, and version 0.
 */
export interface LayoutMessage {
  'id': (string);
  'columns': (_forebay_v1_FeatureColumnMessage)[];
}
