// Original file: proto/forebay/v1/jobs_backfill.proto

import type { RebuiltBatchInput as _forebay_v1_RebuiltBatchInput, RebuiltBatchMessage as _forebay_v1_RebuiltBatchMessage } from '../../forebay/v1/RebuiltBatch';
import type { Long } from '@grpc/proto-loader';

export interface BackfillResultInput {
  'views'?: (_forebay_v1_RebuiltBatchInput)[];
  'events_staged'?: (number | string | Long);
  'duration_ms'?: (number | string | Long);
}

export interface BackfillResultMessage {
  'views': (_forebay_v1_RebuiltBatchMessage)[];
  'events_staged': (number);
  'duration_ms': (number);
}
