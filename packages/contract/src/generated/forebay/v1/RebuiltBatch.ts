// Original file: proto/forebay/v1/jobs.proto

import type { MaterializeResultInput as _forebay_v1_MaterializeResultInput, MaterializeResultMessage as _forebay_v1_MaterializeResultMessage } from '../../forebay/v1/MaterializeResult';

export interface RebuiltBatchInput {
  /**
   * name@version
   */
  'view'?: (string);
  'result'?: (_forebay_v1_MaterializeResultInput | null);
}

export interface RebuiltBatchMessage {
  /**
   * name@version
   */
  'view': (string);
  'result': (_forebay_v1_MaterializeResultMessage | null);
}
