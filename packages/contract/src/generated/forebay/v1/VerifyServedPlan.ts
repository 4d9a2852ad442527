// Original file: proto/forebay/v1/jobs_verify.proto

import type { Long } from '@grpc/proto-loader';

export interface VerifyServedPlanInput {
  /**
   * Names the run; of chunk n, run/n in the tables of what was found.
   */
  'run'?: (string);
  'run_clock_ms'?: (number | string | Long);
  /**
   * Each takes the same part of the time.
   */
  'chunks'?: (number);
  'from_ms'?: (number | string | Long);
  'to_ms'?: (number | string | Long);
  'share'?: (number | string);
  'seed'?: (number);
  /**
   * name@version
   */
  'feature_service'?: (string);
  'rows'?: (number | string | Long);
  'retired'?: (string)[];
}

export interface VerifyServedPlanMessage {
  /**
   * Names the run; of chunk n, run/n in the tables of what was found.
   */
  'run': (string);
  'run_clock_ms': (number);
  /**
   * Each takes the same part of the time.
   */
  'chunks': (number);
  'from_ms': (number);
  'to_ms': (number);
  'share': (number);
  'seed': (number);
  /**
   * name@version
   */
  'feature_service': (string);
  'rows': (number);
  'retired': (string)[];
}
