// Original file: proto/forebay/v1/jobs_backfill.proto

import type { Long } from '@grpc/proto-loader';

/**
 * [from, until) of event time; without from: from the beginning.
 */
export interface BackfillSliceInput {
  'from_ms'?: (number | string | Long);
  'has_from'?: (boolean);
  'until_ms'?: (number | string | Long);
  'events'?: (number | string | Long);
}

/**
 * [from, until) of event time; without from: from the beginning.
 */
export interface BackfillSliceMessage {
  'from_ms': (number);
  'has_from': (boolean);
  'until_ms': (number);
  'events': (number);
}
