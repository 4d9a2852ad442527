// Original file: proto/forebay/v1/jobs.proto

import type { RebuildStepInput as _forebay_v1_RebuildStepInput, RebuildStepMessage as _forebay_v1_RebuildStepMessage } from '../../forebay/v1/RebuildStep';
import type { Long } from '@grpc/proto-loader';

export interface RebuildPlanInput {
  'started_at_ms'?: (number | string | Long);
  /**
   * One after the other, each in a chunk.
   */
  'steps'?: (_forebay_v1_RebuildStepInput)[];
}

export interface RebuildPlanMessage {
  'started_at_ms': (number);
  /**
   * One after the other, each in a chunk.
   */
  'steps': (_forebay_v1_RebuildStepMessage)[];
}
