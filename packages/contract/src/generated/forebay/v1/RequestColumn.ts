// Original file: proto/forebay/v1/feature_service.proto

import type { Long } from '@grpc/proto-loader';

/**
 * One field of the request for on-demand views: one value for all entity rows, or one for each. Exactly one of the lists is
 * set: timestamps are integers of milliseconds since the epoch, and a double may come as an integer.
 */
export interface RequestColumnInput {
  'name'?: (string);
  'strings'?: (string)[];
  'integers'?: (number | string | Long)[];
  'booleans'?: (boolean)[];
  'doubles'?: (number | string)[];
  /**
   * The positions whose value is null, ascending; the lists hold any value there.
   */
  'nulls'?: (number)[];
}

/**
 * One field of the request for on-demand views: one value for all entity rows, or one for each. Exactly one of the lists is
 * set: timestamps are integers of milliseconds since the epoch, and a double may come as an integer.
 */
export interface RequestColumnMessage {
  'name': (string);
  'strings': (string)[];
  'integers': (number)[];
  'booleans': (boolean)[];
  'doubles': (number)[];
  /**
   * The positions whose value is null, ascending; the lists hold any value there.
   */
  'nulls': (number)[];
}
