// Original file: proto/forebay/v1/jobs_verify.proto

import type { ServedFeatureInput as _forebay_v1_ServedFeatureInput, ServedFeatureMessage as _forebay_v1_ServedFeatureMessage } from '../../forebay/v1/ServedFeature';
import type { ServedDifferenceInput as _forebay_v1_ServedDifferenceInput, ServedDifferenceMessage as _forebay_v1_ServedDifferenceMessage } from '../../forebay/v1/ServedDifference';
import type { Long } from '@grpc/proto-loader';

export interface VerifyServedResultInput {
  'run'?: (string);
  'from_ms'?: (number | string | Long);
  'to_ms'?: (number | string | Long);
  'rows'?: (number | string | Long);
  'features'?: (_forebay_v1_ServedFeatureInput)[];
  /**
   * The first of them; more are in the table _forebay_served_differences.
   */
  'differences'?: (_forebay_v1_ServedDifferenceInput)[];
  /**
   * Views that were served and are not in the registry any more: nothing is said of them.
   */
  'retired'?: (string)[];
  'duration_ms'?: (number | string | Long);
}

export interface VerifyServedResultMessage {
  'run': (string);
  'from_ms': (number);
  'to_ms': (number);
  'rows': (number);
  'features': (_forebay_v1_ServedFeatureMessage)[];
  /**
   * The first of them; more are in the table _forebay_served_differences.
   */
  'differences': (_forebay_v1_ServedDifferenceMessage)[];
  /**
   * Views that were served and are not in the registry any more: nothing is said of them.
   */
  'retired': (string)[];
  'duration_ms': (number);
}
