// Original file: proto/forebay/v1/definitions.proto

import type { Long } from '@grpc/proto-loader';

/**
 * A version of a view that was taken out of the registry.
 */
export interface RetiredViewInput {
  'name'?: (string);
  'version'?: (number);
  /**
   * That its values are stored under.
   */
  'id'?: (number);
  'retired_at_ms'?: (number | string | Long);
  /**
   * By "forebay retire": the version never comes back. Else an apply has removed it.
   */
  'is_final'?: (boolean);
}

/**
 * A version of a view that was taken out of the registry.
 */
export interface RetiredViewMessage {
  'name': (string);
  'version': (number);
  /**
   * That its values are stored under.
   */
  'id': (number);
  'retired_at_ms': (number);
  /**
   * By "forebay retire": the version never comes back. Else an apply has removed it.
   */
  'is_final': (boolean);
}
