// Original file: proto/forebay/v1/jobs_erase.proto

import type { Long } from '@grpc/proto-loader';

export interface ErasedPlaceInput {
  /**
   * redis, clickhouse or file
   */
  'store'?: (string);
  /**
   * A table, a view, a file.
   */
  'place'?: (string);
  /**
   * Rows or keys that were there.
   */
  'found'?: (number | string | Long);
  /**
   * That are there now.
   */
  'left'?: (number | string | Long);
  /**
   * What stays, and what is to be done about it; empty: nothing.
   */
  'remark'?: (string);
}

export interface ErasedPlaceMessage {
  /**
   * redis, clickhouse or file
   */
  'store': (string);
  /**
   * A table, a view, a file.
   */
  'place': (string);
  /**
   * Rows or keys that were there.
   */
  'found': (number);
  /**
   * That are there now.
   */
  'left': (number);
  /**
   * What stays, and what is to be done about it; empty: nothing.
   */
  'remark': (string);
}
