// Original file: proto/forebay/v1/jobs.proto

import type { Long } from '@grpc/proto-loader';

export interface MaterializeJobInput {
  'project'?: (string);
  'view'?: (string);
  'version'?: (number);
  /**
   * 0: chosen by the run; else an earlier multiple of the view's cut hop.
   */
  'cut_ms'?: (number | string | Long);
  'has_cut'?: (boolean);
  'requested_by'?: (string);
}

export interface MaterializeJobMessage {
  'project': (string);
  'view': (string);
  'version': (number);
  /**
   * 0: chosen by the run; else an earlier multiple of the view's cut hop.
   */
  'cut_ms': (number);
  'has_cut': (boolean);
  'requested_by': (string);
}
