// Original file: proto/forebay/v1/jobs_erase.proto

import type { Long } from '@grpc/proto-loader';

export interface RetiredPlaceInput {
  /**
   * redis or clickhouse
   */
  'store'?: (string);
  'place'?: (string);
  'removed'?: (number | string | Long);
  'bytes'?: (number | string | Long);
}

export interface RetiredPlaceMessage {
  /**
   * redis or clickhouse
   */
  'store': (string);
  'place': (string);
  'removed': (number);
  'bytes': (number);
}
