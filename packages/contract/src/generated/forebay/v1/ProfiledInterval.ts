// Original file: proto/forebay/v1/jobs_profile.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Values at the instants from_ms + k * every_ms before until_ms, kept under a name; of a name the newest counts.
 */
export interface ProfiledIntervalInput {
  'profile'?: (string);
  'from_ms'?: (number | string | Long);
  'until_ms'?: (number | string | Long);
  /**
   * 0: chosen by the length of the interval. Of a served log: all that was served, not values at instants.
   */
  'every_ms'?: (number | string | Long);
}

/**
 * Values at the instants from_ms + k * every_ms before until_ms, kept under a name; of a name the newest counts.
 */
export interface ProfiledIntervalMessage {
  'profile': (string);
  'from_ms': (number);
  'until_ms': (number);
  /**
   * 0: chosen by the length of the interval. Of a served log: all that was served, not values at instants.
   */
  'every_ms': (number);
}
