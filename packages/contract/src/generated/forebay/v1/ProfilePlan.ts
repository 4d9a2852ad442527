// Original file: proto/forebay/v1/jobs_profile.proto

import type { ProfilePartInput as _forebay_v1_ProfilePartInput, ProfilePartMessage as _forebay_v1_ProfilePartMessage } from '../../forebay/v1/ProfilePart';
import type { Long } from '@grpc/proto-loader';

export interface ProfilePlanInput {
  /**
   * Of every row that the run keeps.
   */
  'made_at_ms'?: (number | string | Long);
  /**
   * One in each chunk.
   */
  'parts'?: (_forebay_v1_ProfilePartInput)[];
}

export interface ProfilePlanMessage {
  /**
   * Of every row that the run keeps.
   */
  'made_at_ms': (number);
  /**
   * One in each chunk.
   */
  'parts': (_forebay_v1_ProfilePartMessage)[];
}
