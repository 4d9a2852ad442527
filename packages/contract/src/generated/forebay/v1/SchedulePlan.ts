// Original file: proto/forebay/v1/definitions.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Of a view without a stream: its values are those of the tick, the largest multiple of the interval that lies at
 * least the delay back, over what was known the wait after the tick.
 */
export interface SchedulePlanInput {
  'interval_ms'?: (number | string | Long);
  'wait_ms'?: (number | string | Long);
  'delay_ms'?: (number | string | Long);
}

/**
 * Of a view without a stream: its values are those of the tick, the largest multiple of the interval that lies at
 * least the delay back, over what was known the wait after the tick.
 */
export interface SchedulePlanMessage {
  'interval_ms': (number);
  'wait_ms': (number);
  'delay_ms': (number);
}
