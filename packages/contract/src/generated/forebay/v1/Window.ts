// Original file: proto/forebay/v1/definitions.proto

import type { SlidingWindowInput as _forebay_v1_SlidingWindowInput, SlidingWindowMessage as _forebay_v1_SlidingWindowMessage } from '../../forebay/v1/SlidingWindow';
import type { LifetimeWindowInput as _forebay_v1_LifetimeWindowInput, LifetimeWindowMessage as _forebay_v1_LifetimeWindowMessage } from '../../forebay/v1/LifetimeWindow';

export interface WindowInput {
  'sliding'?: (_forebay_v1_SlidingWindowInput | null);
  'lifetime'?: (_forebay_v1_LifetimeWindowInput | null);
  'kind'?: "sliding"|"lifetime";
}

export interface WindowMessage {
  'sliding'?: (_forebay_v1_SlidingWindowMessage | null);
  'lifetime'?: (_forebay_v1_LifetimeWindowMessage | null);
  'kind'?: "sliding"|"lifetime";
}
