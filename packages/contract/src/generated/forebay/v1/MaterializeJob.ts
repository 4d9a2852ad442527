// Original file: proto/forebay/v1/jobs.proto

import type { Long } from '@grpc/proto-loader';

export interface MaterializeJobInput {
  'project'?: (string);
  'view'?: (string);
  'version'?: (number);
  /**
   * 0: chosen by the run; else an earlier multiple of the view's cut hop, or a tick of its schedule.
   */
  'cut_ms'?: (number | string | Long);
  'has_cut'?: (boolean);
  'requested_by'?: (string);
  /**
   * Of a table view: write every value, not only those of rows that are new since the last finished run.
   */
  'full'?: (boolean);
  /**
   * From the run's first step on; then it fails. 0: the kind's own limit.
   */
  'time_limit_ms'?: (number | string | Long);
}

export interface MaterializeJobMessage {
  'project': (string);
  'view': (string);
  'version': (number);
  /**
   * 0: chosen by the run; else an earlier multiple of the view's cut hop, or a tick of its schedule.
   */
  'cut_ms': (number);
  'has_cut': (boolean);
  'requested_by': (string);
  /**
   * Of a table view: write every value, not only those of rows that are new since the last finished run.
   */
  'full': (boolean);
  /**
   * From the run's first step on; then it fails. 0: the kind's own limit.
   */
  'time_limit_ms': (number);
}
