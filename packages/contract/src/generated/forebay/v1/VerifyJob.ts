// Original file: proto/forebay/v1/jobs_verify.proto

import type { Long } from '@grpc/proto-loader';

export interface VerifyJobInput {
  'project'?: (string);
  'view'?: (string);
  'version'?: (number);
  /**
   * Of the entities, chosen by a hash of their keys: above 0, up to 1. 0: the batch service's own.
   */
  'share'?: (number | string);
  'requested_by'?: (string);
  /**
   * By name of a feature, how far its value may be from the recomputed one, as a share of the larger of the two. Left out: by its operation.
   */
  'tolerances'?: ({[key: string]: number | string});
  'time_limit_ms'?: (number | string | Long);
}

export interface VerifyJobMessage {
  'project': (string);
  'view': (string);
  'version': (number);
  /**
   * Of the entities, chosen by a hash of their keys: above 0, up to 1. 0: the batch service's own.
   */
  'share': (number);
  'requested_by': (string);
  /**
   * By name of a feature, how far its value may be from the recomputed one, as a share of the larger of the two. Left out: by its operation.
   */
  'tolerances': ({[key: string]: number});
  'time_limit_ms': (number);
}
