// Original file: proto/forebay/v1/jobs.proto

import type { Long } from '@grpc/proto-loader';

export interface MaterializeResultInput {
  'cut_ms'?: (number | string | Long);
  /**
   * The clock that the run read.
   */
  'run_clock_ms'?: (number | string | Long);
  'values_written'?: (number | string | Long);
  'values_older'?: (number | string | Long);
  'bytes_written'?: (number | string | Long);
  /**
   * Events, or of a table view the rows that the table holds.
   */
  'events_scanned'?: (number | string | Long);
  'chunks'?: (number);
  'duration_ms'?: (number | string | Long);
  'warnings'?: (string)[];
}

export interface MaterializeResultMessage {
  'cut_ms': (number);
  /**
   * The clock that the run read.
   */
  'run_clock_ms': (number);
  'values_written': (number);
  'values_older': (number);
  'bytes_written': (number);
  /**
   * Events, or of a table view the rows that the table holds.
   */
  'events_scanned': (number);
  'chunks': (number);
  'duration_ms': (number);
  'warnings': (string)[];
}
