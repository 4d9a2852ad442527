// Original file: proto/forebay/v1/jobs_verify.proto

import type { Long } from '@grpc/proto-loader';

export interface VerifyPlanInput {
  /**
   * Names the run in the tables of what was found.
   */
  'run'?: (string);
  'run_clock_ms'?: (number | string | Long);
  'chunks'?: (number);
  'share'?: (number | string);
  /**
   * Another choice of entities for each run.
   */
  'seed'?: (number);
}

export interface VerifyPlanMessage {
  /**
   * Names the run in the tables of what was found.
   */
  'run': (string);
  'run_clock_ms': (number);
  'chunks': (number);
  'share': (number);
  /**
   * Another choice of entities for each run.
   */
  'seed': (number);
}
