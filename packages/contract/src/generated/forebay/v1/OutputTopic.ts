// Original file: proto/forebay/v1/definitions.proto

import type { OutputFormatInput as _forebay_v1_OutputFormatInput, OutputFormatMessage as _forebay_v1_OutputFormatMessage } from '../../forebay/v1/OutputFormat';
import type { Long } from '@grpc/proto-loader';

/**
 * A Kafka topic that receives the values of a view's changed entities.
 */
export interface OutputTopicInput {
  'topic'?: (string);
  'format'?: (_forebay_v1_OutputFormatInput);
  'features'?: (string)[];
  /**
   * An entity is written at most once in so long; 0: after each flush in which it changed.
   */
  'every_ms'?: (number | string | Long);
  /**
   * When apply creates the topic.
   */
  'partitions'?: (number);
}

/**
 * A Kafka topic that receives the values of a view's changed entities.
 */
export interface OutputTopicMessage {
  'topic': (string);
  'format': (_forebay_v1_OutputFormatMessage);
  'features': (string)[];
  /**
   * An entity is written at most once in so long; 0: after each flush in which it changed.
   */
  'every_ms': (number);
  /**
   * When apply creates the topic.
   */
  'partitions': (number);
}
