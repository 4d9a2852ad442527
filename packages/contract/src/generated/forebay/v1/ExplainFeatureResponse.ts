// Original file: proto/forebay/v1/explain.proto

import type { FeatureExplanationInput as _forebay_v1_FeatureExplanationInput, FeatureExplanationMessage as _forebay_v1_FeatureExplanationMessage } from '../../forebay/v1/FeatureExplanation';
import type { StoredKeyInput as _forebay_v1_StoredKeyInput, StoredKeyMessage as _forebay_v1_StoredKeyMessage } from '../../forebay/v1/StoredKey';
import type { Long } from '@grpc/proto-loader';

export interface ExplainFeatureResponseInput {
  /**
   * The instant that the value speaks of, as GetOnlineFeatures has it.
   */
  'as_of_ms'?: (number | string);
  'server_clock_ms'?: (number | string);
  'registry_version'?: (number | string | Long);
  'explanation'?: (_forebay_v1_FeatureExplanationInput | null);
  /**
   * Everything that was read for it.
   */
  'keys'?: (_forebay_v1_StoredKeyInput)[];
  /**
   * What was left out to keep the answer short, in sentences; none: nothing.
   */
  'truncated'?: (string)[];
}

export interface ExplainFeatureResponseMessage {
  /**
   * The instant that the value speaks of, as GetOnlineFeatures has it.
   */
  'as_of_ms': (number);
  'server_clock_ms': (number);
  'registry_version': (number);
  'explanation': (_forebay_v1_FeatureExplanationMessage | null);
  /**
   * Everything that was read for it.
   */
  'keys': (_forebay_v1_StoredKeyMessage)[];
  /**
   * What was left out to keep the answer short, in sentences; none: nothing.
   */
  'truncated': (string)[];
}
