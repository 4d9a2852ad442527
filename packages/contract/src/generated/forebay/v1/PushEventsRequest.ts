// Original file: proto/forebay/v1/push.proto

import type { Long } from '@grpc/proto-loader';

export interface PushEventsRequestInput {
  'project'?: (string);
  /**
   * An event source whose topic holds JSON.
   */
  'source'?: (string);
  /**
   * JSON objects, as they would lie in the topic. All are written, or none: one that is no event of the source refuses the call.
   */
  'events'?: (string)[];
  /**
   * How long to wait, at most, until every event is in the values that are served; 0: not at all. The call's deadline comes first.
   */
  'wait_ms'?: (number | string | Long);
}

export interface PushEventsRequestMessage {
  'project': (string);
  /**
   * An event source whose topic holds JSON.
   */
  'source': (string);
  /**
   * JSON objects, as they would lie in the topic. All are written, or none: one that is no event of the source refuses the call.
   */
  'events': (string)[];
  /**
   * How long to wait, at most, until every event is in the values that are served; 0: not at all. The call's deadline comes first.
   */
  'wait_ms': (number);
}
