// Original file: proto/forebay/v1/jobs.proto

import type { RebuiltStreamInput as _forebay_v1_RebuiltStreamInput, RebuiltStreamMessage as _forebay_v1_RebuiltStreamMessage } from '../../forebay/v1/RebuiltStream';
import type { RebuiltBatchInput as _forebay_v1_RebuiltBatchInput, RebuiltBatchMessage as _forebay_v1_RebuiltBatchMessage } from '../../forebay/v1/RebuiltBatch';
import type { RebuiltEntityInput as _forebay_v1_RebuiltEntityInput, RebuiltEntityMessage as _forebay_v1_RebuiltEntityMessage } from '../../forebay/v1/RebuiltEntity';
import type { Long } from '@grpc/proto-loader';

export interface RebuildResultInput {
  'streams'?: (_forebay_v1_RebuiltStreamInput)[];
  'batches'?: (_forebay_v1_RebuiltBatchInput)[];
  /**
   * From the request on: so long the values were DEGRADED, at most.
   */
  'duration_ms'?: (number | string | Long);
  'entities'?: (_forebay_v1_RebuiltEntityInput)[];
}

export interface RebuildResultMessage {
  'streams': (_forebay_v1_RebuiltStreamMessage)[];
  'batches': (_forebay_v1_RebuiltBatchMessage)[];
  /**
   * From the request on: so long the values were DEGRADED, at most.
   */
  'duration_ms': (number);
  'entities': (_forebay_v1_RebuiltEntityMessage)[];
}
