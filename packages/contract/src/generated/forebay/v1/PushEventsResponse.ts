// Original file: proto/forebay/v1/push.proto

import type { Long } from '@grpc/proto-loader';

export interface PushEventsResponseInput {
  /**
   * Events that Kafka has confirmed: all of the request's.
   */
  'accepted'?: (number);
  /**
   * Whether all of them are in the values that are served. False without a wait, or if it ended before.
   */
  'applied'?: (boolean);
  /**
   * Why a wait ended before, for a person.
   */
  'not_applied_reason'?: (string);
  /**
   * By event: where it lies in the topic.
   */
  'partitions'?: (number)[];
  'offsets'?: (number | string | Long)[];
  /**
   * The source tells copies of an event by its id: sent again, the same events count once.
   */
  'copies_count_once'?: (boolean);
}

export interface PushEventsResponseMessage {
  /**
   * Events that Kafka has confirmed: all of the request's.
   */
  'accepted': (number);
  /**
   * Whether all of them are in the values that are served. False without a wait, or if it ended before.
   */
  'applied': (boolean);
  /**
   * Why a wait ended before, for a person.
   */
  'not_applied_reason': (string);
  /**
   * By event: where it lies in the topic.
   */
  'partitions': (number)[];
  'offsets': (number)[];
  /**
   * The source tells copies of an event by its id: sent again, the same events count once.
   */
  'copies_count_once': (boolean);
}
