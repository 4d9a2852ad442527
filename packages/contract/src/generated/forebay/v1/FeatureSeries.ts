// Original file: proto/forebay/v1/definitions.proto

import type { Long } from '@grpc/proto-loader';

/**
 * Values that are kept as they were at each multiple of an interval.
 */
export interface FeatureSeriesInput {
  'every_ms'?: (number | string | Long);
  'features'?: (string)[];
  /**
   * Encoded keys of the entities that are sampled; none: those that changed last, so many of them at most.
   */
  'entities'?: (string)[];
  'max_entities'?: (number);
  'keep_ms'?: (number | string | Long);
}

/**
 * Values that are kept as they were at each multiple of an interval.
 */
export interface FeatureSeriesMessage {
  'every_ms': (number);
  'features': (string)[];
  /**
   * Encoded keys of the entities that are sampled; none: those that changed last, so many of them at most.
   */
  'entities': (string)[];
  'max_entities': (number);
  'keep_ms': (number);
}
