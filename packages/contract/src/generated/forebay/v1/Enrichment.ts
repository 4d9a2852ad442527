// Original file: proto/forebay/v1/definitions.proto

import type { FeatureReferenceInput as _forebay_v1_FeatureReferenceInput, FeatureReferenceMessage as _forebay_v1_FeatureReferenceMessage } from '../../forebay/v1/FeatureReference';
import type { Long } from '@grpc/proto-loader';

/**
 * A field of an event source that is the value of a feature of another entity at the event's time.
 */
export interface EnrichmentInput {
  'field'?: (string);
  'feature'?: (_forebay_v1_FeatureReferenceInput | null);
  /**
   * The source's field for each join key of the feature's entity, in the entity's order.
   */
  'key_fields'?: (string)[];
  /**
   * A value that is not known to be exact is null in the event; else it is the best one.
   */
  'null_if_degraded'?: (boolean);
  /**
   * How long after its event time an event is looked up exactly.
   */
  'exact_within_ms'?: (number | string | Long);
}

/**
 * A field of an event source that is the value of a feature of another entity at the event's time.
 */
export interface EnrichmentMessage {
  'field': (string);
  'feature': (_forebay_v1_FeatureReferenceMessage | null);
  /**
   * The source's field for each join key of the feature's entity, in the entity's order.
   */
  'key_fields': (string)[];
  /**
   * A value that is not known to be exact is null in the event; else it is the best one.
   */
  'null_if_degraded': (boolean);
  /**
   * How long after its event time an event is looked up exactly.
   */
  'exact_within_ms': (number);
}
