// Original file: proto/forebay/v1/jobs_verify.proto

import type { VerifiedFeatureInput as _forebay_v1_VerifiedFeatureInput, VerifiedFeatureMessage as _forebay_v1_VerifiedFeatureMessage } from '../../forebay/v1/VerifiedFeature';
import type { VerifyDifferenceInput as _forebay_v1_VerifyDifferenceInput, VerifyDifferenceMessage as _forebay_v1_VerifyDifferenceMessage } from '../../forebay/v1/VerifyDifference';
import type { Long } from '@grpc/proto-loader';

export interface VerifyResultInput {
  'run_clock_ms'?: (number | string | Long);
  /**
   * That were read; of some of them nothing may have been compared.
   */
  'entities'?: (number | string | Long);
  'values_compared'?: (number | string | Long);
  'values_different'?: (number | string | Long);
  /**
   * Served as DEGRADED: nobody says that they are right.
   */
  'values_degraded'?: (number | string | Long);
  /**
   * Of entities with events of which nobody can say whether they are in the value yet.
   */
  'values_late'?: (number | string | Long);
  'features'?: (_forebay_v1_VerifiedFeatureInput)[];
  /**
   * The first of them; all are in the table _forebay_differences.
   */
  'differences'?: (_forebay_v1_VerifyDifferenceInput)[];
  'duration_ms'?: (number | string | Long);
}

export interface VerifyResultMessage {
  'run_clock_ms': (number);
  /**
   * That were read; of some of them nothing may have been compared.
   */
  'entities': (number);
  'values_compared': (number);
  'values_different': (number);
  /**
   * Served as DEGRADED: nobody says that they are right.
   */
  'values_degraded': (number);
  /**
   * Of entities with events of which nobody can say whether they are in the value yet.
   */
  'values_late': (number);
  'features': (_forebay_v1_VerifiedFeatureMessage)[];
  /**
   * The first of them; all are in the table _forebay_differences.
   */
  'differences': (_forebay_v1_VerifyDifferenceMessage)[];
  'duration_ms': (number);
}
