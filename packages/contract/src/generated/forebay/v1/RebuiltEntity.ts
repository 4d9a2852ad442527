// Original file: proto/forebay/v1/jobs.proto

import type { Long } from '@grpc/proto-loader';

export interface RebuiltEntityInput {
  /**
   * name@version
   */
  'view'?: (string);
  /**
   * Stored parts that were written: its stream value, its batch value or table row. 0: it has no events and no row.
   */
  'values'?: (number | string | Long);
}

export interface RebuiltEntityMessage {
  /**
   * name@version
   */
  'view': (string);
  /**
   * Stored parts that were written: its stream value, its batch value or table row. 0: it has no events and no row.
   */
  'values': (number);
}
