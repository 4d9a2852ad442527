// Original file: proto/forebay/v1/jobs_backfill.proto

import type { MaterializePlanInput as _forebay_v1_MaterializePlanInput, MaterializePlanMessage as _forebay_v1_MaterializePlanMessage } from '../../forebay/v1/MaterializePlan';

export interface BackfilledViewInput {
  'view'?: (string);
  'version'?: (number);
  'plan'?: (_forebay_v1_MaterializePlanInput | null);
  /**
   * By which keys its events are spread in what is staged.
   */
  'entity'?: (number);
}

export interface BackfilledViewMessage {
  'view': (string);
  'version': (number);
  'plan': (_forebay_v1_MaterializePlanMessage | null);
  /**
   * By which keys its events are spread in what is staged.
   */
  'entity': (number);
}
