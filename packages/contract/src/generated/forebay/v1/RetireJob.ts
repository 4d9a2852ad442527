// Original file: proto/forebay/v1/jobs_erase.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Removes what is stored of a version of a view that is not in the registry any more.
 */
export interface RetireJobInput {
  'project'?: (string);
  'view'?: (string);
  'version'?: (number);
  /**
   * From the registry: what it was.
   */
  'view_id'?: (number);
  'requested_by'?: (string);
  'time_limit_ms'?: (number | string | Long);
}

/**
 * Removes what is stored of a version of a view that is not in the registry any more.
 */
export interface RetireJobMessage {
  'project': (string);
  'view': (string);
  'version': (number);
  /**
   * From the registry: what it was.
   */
  'view_id': (number);
  'requested_by': (string);
  'time_limit_ms': (number);
}
