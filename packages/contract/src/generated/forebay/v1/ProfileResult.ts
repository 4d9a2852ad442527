// Original file: proto/forebay/v1/jobs_profile.proto

import type { DriftedFeatureInput as _forebay_v1_DriftedFeatureInput, DriftedFeatureMessage as _forebay_v1_DriftedFeatureMessage } from '../../forebay/v1/DriftedFeature';
import type { Long } from '@grpc/proto-loader';

export interface ProfileResultInput {
  'profile'?: (string);
  /**
   * Empty: none.
   */
  'baseline'?: (string);
  'rows'?: (number | string | Long);
  'features'?: (number);
  /**
   * Of the features that have a baseline.
   */
  'drift'?: (_forebay_v1_DriftedFeatureInput)[];
  'warnings'?: (string)[];
}

export interface ProfileResultMessage {
  'profile': (string);
  /**
   * Empty: none.
   */
  'baseline': (string);
  'rows': (number);
  'features': (number);
  /**
   * Of the features that have a baseline.
   */
  'drift': (_forebay_v1_DriftedFeatureMessage)[];
  'warnings': (string)[];
}
