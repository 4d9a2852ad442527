// Original file: proto/forebay/v1/explain.proto

import type { ExplainedTableRowInput as _forebay_v1_ExplainedTableRowInput, ExplainedTableRowMessage as _forebay_v1_ExplainedTableRowMessage } from '../../forebay/v1/ExplainedTableRow';

export interface ExplainedTableInput {
  'tick_ms'?: (number | string);
  /**
   * The newest first.
   */
  'rows'?: (_forebay_v1_ExplainedTableRowInput)[];
  'why'?: (string);
}

export interface ExplainedTableMessage {
  'tick_ms': (number);
  /**
   * The newest first.
   */
  'rows': (_forebay_v1_ExplainedTableRowMessage)[];
  'why': (string);
}
