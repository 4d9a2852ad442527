// Original file: proto/forebay/v1/jobs_backfill.proto

import type { BackfilledViewInput as _forebay_v1_BackfilledViewInput, BackfilledViewMessage as _forebay_v1_BackfilledViewMessage } from '../../forebay/v1/BackfilledView';
import type { BackfillSliceInput as _forebay_v1_BackfillSliceInput, BackfillSliceMessage as _forebay_v1_BackfillSliceMessage } from '../../forebay/v1/BackfillSlice';
import type { Long } from '@grpc/proto-loader';

export interface BackfillPlanInput {
  'run'?: (string);
  'started_at_ms'?: (number | string | Long);
  'views'?: (_forebay_v1_BackfilledViewInput)[];
  /**
   * Each view's values are made in so many chunks.
   */
  'chunks'?: (number);
  /**
   * What is staged, one range of time after the other, before values are made from it. Empty: values are made from the archive itself.
   */
  'slices'?: (_forebay_v1_BackfillSliceInput)[];
  'finished_loads'?: (number)[];
  /**
   * Of a plan with slices: they are staged, and its chunks are now those of the views.
   */
  'is_staged'?: (boolean);
}

export interface BackfillPlanMessage {
  'run': (string);
  'started_at_ms': (number);
  'views': (_forebay_v1_BackfilledViewMessage)[];
  /**
   * Each view's values are made in so many chunks.
   */
  'chunks': (number);
  /**
   * What is staged, one range of time after the other, before values are made from it. Empty: values are made from the archive itself.
   */
  'slices': (_forebay_v1_BackfillSliceMessage)[];
  'finished_loads': (number)[];
  /**
   * Of a plan with slices: they are staged, and its chunks are now those of the views.
   */
  'is_staged': (boolean);
}
