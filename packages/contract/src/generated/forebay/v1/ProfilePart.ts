// Original file: proto/forebay/v1/jobs_profile.proto

import type { ProfiledIntervalInput as _forebay_v1_ProfiledIntervalInput, ProfiledIntervalMessage as _forebay_v1_ProfiledIntervalMessage } from '../../forebay/v1/ProfiledInterval';
import type { FeatureReferenceInput as _forebay_v1_FeatureReferenceInput, FeatureReferenceMessage as _forebay_v1_FeatureReferenceMessage } from '../../forebay/v1/FeatureReference';

export interface ProfilePartInput {
  'interval'?: (_forebay_v1_ProfiledIntervalInput | null);
  /**
   * All of one view; none: what was served.
   */
  'features'?: (_forebay_v1_FeatureReferenceInput)[];
}

export interface ProfilePartMessage {
  'interval': (_forebay_v1_ProfiledIntervalMessage | null);
  /**
   * All of one view; none: what was served.
   */
  'features': (_forebay_v1_FeatureReferenceMessage)[];
}
