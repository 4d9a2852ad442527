// Original file: proto/forebay/v1/feature_update.proto

import type { Long } from '@grpc/proto-loader';

/**
 * One join key of an entity.
 */
export interface UpdatedKeyInput {
  'name'?: (string);
  'text'?: (string);
  'integer'?: (number | string | Long);
  'boolean'?: (boolean);
  'value'?: "text"|"integer"|"boolean";
}

/**
 * One join key of an entity.
 */
export interface UpdatedKeyMessage {
  'name': (string);
  'text'?: (string);
  'integer'?: (number);
  'boolean'?: (boolean);
  'value'?: "text"|"integer"|"boolean";
}
