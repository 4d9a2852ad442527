// Original file: proto/forebay/v1/feature_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * One join key for every entity row; exactly one of the lists is set, all of the same length.
 */
export interface KeyColumnInput {
  'join_key'?: (string);
  'strings'?: (string)[];
  'integers'?: (number | string | Long)[];
  'booleans'?: (boolean)[];
}

/**
 * One join key for every entity row; exactly one of the lists is set, all of the same length.
 */
export interface KeyColumnMessage {
  'join_key': (string);
  'strings': (string)[];
  'integers': (number)[];
  'booleans': (boolean)[];
}
