// Original file: proto/forebay/v1/definitions.proto

import type { SlidingWindowInput as _forebay_v1_SlidingWindowInput, SlidingWindowMessage as _forebay_v1_SlidingWindowMessage } from '../../forebay/v1/SlidingWindow';
import type { LifetimeWindowInput as _forebay_v1_LifetimeWindowInput, LifetimeWindowMessage as _forebay_v1_LifetimeWindowMessage } from '../../forebay/v1/LifetimeWindow';
import type { TumblingWindowInput as _forebay_v1_TumblingWindowInput, TumblingWindowMessage as _forebay_v1_TumblingWindowMessage } from '../../forebay/v1/TumblingWindow';
import type { SessionWindowInput as _forebay_v1_SessionWindowInput, SessionWindowMessage as _forebay_v1_SessionWindowMessage } from '../../forebay/v1/SessionWindow';

export interface WindowInput {
  'sliding'?: (_forebay_v1_SlidingWindowInput | null);
  'lifetime'?: (_forebay_v1_LifetimeWindowInput | null);
  'tumbling'?: (_forebay_v1_TumblingWindowInput | null);
  'session'?: (_forebay_v1_SessionWindowInput | null);
  'kind'?: "sliding"|"lifetime"|"tumbling"|"session";
}

export interface WindowMessage {
  'sliding'?: (_forebay_v1_SlidingWindowMessage | null);
  'lifetime'?: (_forebay_v1_LifetimeWindowMessage | null);
  'tumbling'?: (_forebay_v1_TumblingWindowMessage | null);
  'session'?: (_forebay_v1_SessionWindowMessage | null);
  'kind'?: "sliding"|"lifetime"|"tumbling"|"session";
}
