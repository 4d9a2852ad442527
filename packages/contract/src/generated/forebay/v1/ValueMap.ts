// Original file: proto/forebay/v1/feature_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * One list of keys and one of values, of equal length, as the column's type says; keys ascend, strings by their UTF-8 bytes.
 */
export interface ValueMapInput {
  'string_keys'?: (string)[];
  'integer_keys'?: (number | string | Long)[];
  'integers'?: (number | string | Long)[];
  'doubles'?: (number | string)[];
}

/**
 * One list of keys and one of values, of equal length, as the column's type says; keys ascend, strings by their UTF-8 bytes.
 */
export interface ValueMapMessage {
  'string_keys': (string)[];
  'integer_keys': (number)[];
  'integers': (number)[];
  'doubles': (number)[];
}
