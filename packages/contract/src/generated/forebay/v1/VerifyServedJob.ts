// Original file: proto/forebay/v1/jobs_verify.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Jobs of the kind verify_served: the log of served vectors is compared with what a training set has of the same entities and instants.
 */
export interface VerifyServedJobInput {
  'project'?: (string);
  /**
   * name or name@version; empty: all of the project, and features that were asked for one by one.
   */
  'feature_service'?: (string);
  /**
   * Of the instants that the values speak of. to_ms 0: 5 min before the run begins; from_ms 0: span_ms before to_ms.
   */
  'from_ms'?: (number | string | Long);
  'to_ms'?: (number | string | Long);
  /**
   * 0: a day.
   */
  'span_ms'?: (number | string | Long);
  /**
   * Of the logged entities: above 0, up to 1. 0: the batch service's own.
   */
  'share'?: (number | string);
  /**
   * How long before or after its row an event may have become known to be in the value, or not. Left out: the source's max staleness.
   */
  'in_flight_ms'?: (number | string | Long);
  'has_in_flight'?: (boolean);
  /**
   * By view@version:feature.
   */
  'tolerances'?: ({[key: string]: number | string});
  'requested_by'?: (string);
  'time_limit_ms'?: (number | string | Long);
}

/**
 * Jobs of the kind verify_served: the log of served vectors is compared with what a training set has of the same entities and instants.
 */
export interface VerifyServedJobMessage {
  'project': (string);
  /**
   * name or name@version; empty: all of the project, and features that were asked for one by one.
   */
  'feature_service': (string);
  /**
   * Of the instants that the values speak of. to_ms 0: 5 min before the run begins; from_ms 0: span_ms before to_ms.
   */
  'from_ms': (number);
  'to_ms': (number);
  /**
   * 0: a day.
   */
  'span_ms': (number);
  /**
   * Of the logged entities: above 0, up to 1. 0: the batch service's own.
   */
  'share': (number);
  /**
   * How long before or after its row an event may have become known to be in the value, or not. Left out: the source's max staleness.
   */
  'in_flight_ms': (number);
  'has_in_flight': (boolean);
  /**
   * By view@version:feature.
   */
  'tolerances': ({[key: string]: number});
  'requested_by': (string);
  'time_limit_ms': (number);
}
