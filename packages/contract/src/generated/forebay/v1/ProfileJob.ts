// Original file: proto/forebay/v1/jobs_profile.proto

import type { FeatureReferenceInput as _forebay_v1_FeatureReferenceInput, FeatureReferenceMessage as _forebay_v1_FeatureReferenceMessage } from '../../forebay/v1/FeatureReference';
import type { ProfiledIntervalInput as _forebay_v1_ProfiledIntervalInput, ProfiledIntervalMessage as _forebay_v1_ProfiledIntervalMessage } from '../../forebay/v1/ProfiledInterval';
import type { DriftThresholdsInput as _forebay_v1_DriftThresholdsInput, DriftThresholdsMessage as _forebay_v1_DriftThresholdsMessage } from '../../forebay/v1/DriftThresholds';
import type { Long } from '@grpc/proto-loader';

export interface ProfileJobInput {
  'project'?: (string);
  /**
   * Recomputed; of aggregation views and table views.
   */
  'features'?: (_forebay_v1_FeatureReferenceInput)[];
  /**
   * name@version: what the log of served vectors has of it, in place of features.
   */
  'served_service'?: (string);
  'interval'?: (_forebay_v1_ProfiledIntervalInput | null);
  /**
   * A profile that is there; empty: none.
   */
  'baseline'?: (string);
  'requested_by'?: (string);
  /**
   * Another interval as the baseline, profiled in the same way; absent: none.
   */
  'baseline_interval'?: (_forebay_v1_ProfiledIntervalInput | null);
  /**
   * Absent: the usual ones.
   */
  'thresholds'?: (_forebay_v1_DriftThresholdsInput | null);
  /**
   * Of a view; of more, a share of its entities is taken. 0: 1,000,000.
   */
  'max_rows'?: (number | string | Long);
  'time_limit_ms'?: (number | string | Long);
}

export interface ProfileJobMessage {
  'project': (string);
  /**
   * Recomputed; of aggregation views and table views.
   */
  'features': (_forebay_v1_FeatureReferenceMessage)[];
  /**
   * name@version: what the log of served vectors has of it, in place of features.
   */
  'served_service': (string);
  'interval': (_forebay_v1_ProfiledIntervalMessage | null);
  /**
   * A profile that is there; empty: none.
   */
  'baseline': (string);
  'requested_by': (string);
  /**
   * Another interval as the baseline, profiled in the same way; absent: none.
   */
  'baseline_interval': (_forebay_v1_ProfiledIntervalMessage | null);
  /**
   * Absent: the usual ones.
   */
  'thresholds': (_forebay_v1_DriftThresholdsMessage | null);
  /**
   * Of a view; of more, a share of its entities is taken. 0: 1,000,000.
   */
  'max_rows': (number);
  'time_limit_ms': (number);
}
