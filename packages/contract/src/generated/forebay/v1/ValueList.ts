// Original file: proto/forebay/v1/feature_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Booleans are integers 0 and 1, and timestamps are integers of milliseconds.
 */
export interface ValueListInput {
  'doubles'?: (number | string)[];
  'integers'?: (number | string | Long)[];
  'strings'?: (string)[];
}

/**
 * Booleans are integers 0 and 1, and timestamps are integers of milliseconds.
 */
export interface ValueListMessage {
  'doubles': (number)[];
  'integers': (number)[];
  'strings': (string)[];
}
