// Original file: proto/forebay/v1/explain.proto

import type { FeatureExplanationInput as _forebay_v1_FeatureExplanationInput, FeatureExplanationMessage as _forebay_v1_FeatureExplanationMessage } from '../../forebay/v1/FeatureExplanation';

export interface ExplainedInputInput {
  /**
   * The name in the expression.
   */
  'column'?: (string);
  /**
   * `feature`, `request` or `key`.
   */
  'from'?: (string);
  'value_json'?: (string);
  /**
   * Of a feature, unless it was explained before or too deep.
   */
  'explanation'?: (_forebay_v1_FeatureExplanationInput | null);
  /**
   * Of a feature: view@version:name.
   */
  'reference'?: (string);
}

export interface ExplainedInputMessage {
  /**
   * The name in the expression.
   */
  'column': (string);
  /**
   * `feature`, `request` or `key`.
   */
  'from': (string);
  'value_json': (string);
  /**
   * Of a feature, unless it was explained before or too deep.
   */
  'explanation': (_forebay_v1_FeatureExplanationMessage | null);
  /**
   * Of a feature: view@version:name.
   */
  'reference': (string);
}
