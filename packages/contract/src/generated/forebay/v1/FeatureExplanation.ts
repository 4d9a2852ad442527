// Original file: proto/forebay/v1/explain.proto

import type { FeatureReferenceInput as _forebay_v1_FeatureReferenceInput, FeatureReferenceMessage as _forebay_v1_FeatureReferenceMessage } from '../../forebay/v1/FeatureReference';
import type { DefinitionLineInput as _forebay_v1_DefinitionLineInput, DefinitionLineMessage as _forebay_v1_DefinitionLineMessage } from '../../forebay/v1/DefinitionLine';
import type { ExplainedClocksInput as _forebay_v1_ExplainedClocksInput, ExplainedClocksMessage as _forebay_v1_ExplainedClocksMessage } from '../../forebay/v1/ExplainedClocks';
import type { ExplainedSegmentsInput as _forebay_v1_ExplainedSegmentsInput, ExplainedSegmentsMessage as _forebay_v1_ExplainedSegmentsMessage } from '../../forebay/v1/ExplainedSegments';
import type { ExplainedTableInput as _forebay_v1_ExplainedTableInput, ExplainedTableMessage as _forebay_v1_ExplainedTableMessage } from '../../forebay/v1/ExplainedTable';
import type { ExplainedExpressionInput as _forebay_v1_ExplainedExpressionInput, ExplainedExpressionMessage as _forebay_v1_ExplainedExpressionMessage } from '../../forebay/v1/ExplainedExpression';

export interface FeatureExplanationInput {
  'feature'?: (_forebay_v1_FeatureReferenceInput | null);
  /**
   * As definitions write it, such as double or list<string>.
   */
  'type'?: (string);
  /**
   * The name of a forebay.v1.FeatureStatus.
   */
  'status'?: (string);
  'value_json'?: (string);
  /**
   * Of a DEGRADED value: the reason, a word; what it means; and what to do about it.
   */
  'reason'?: (string);
  'reason_text'?: (string);
  'remedy'?: (string);
  /**
   * The entity's join keys, such as airport=ORD; empty for an on-demand view.
   */
  'entity'?: (string);
  /**
   * The parts of the definition that make up its meaning.
   */
  'definition'?: (_forebay_v1_DefinitionLineInput)[];
  /**
   * Absent for an on-demand view.
   */
  'clocks'?: (_forebay_v1_ExplainedClocksInput | null);
  'segments'?: (_forebay_v1_ExplainedSegmentsInput | null);
  'table'?: (_forebay_v1_ExplainedTableInput | null);
  'expression'?: (_forebay_v1_ExplainedExpressionInput | null);
  'made_from'?: "segments"|"table"|"expression";
}

export interface FeatureExplanationMessage {
  'feature': (_forebay_v1_FeatureReferenceMessage | null);
  /**
   * As definitions write it, such as double or list<string>.
   */
  'type': (string);
  /**
   * The name of a forebay.v1.FeatureStatus.
   */
  'status': (string);
  'value_json': (string);
  /**
   * Of a DEGRADED value: the reason, a word; what it means; and what to do about it.
   */
  'reason': (string);
  'reason_text': (string);
  'remedy': (string);
  /**
   * The entity's join keys, such as airport=ORD; empty for an on-demand view.
   */
  'entity': (string);
  /**
   * The parts of the definition that make up its meaning.
   */
  'definition': (_forebay_v1_DefinitionLineMessage)[];
  /**
   * Absent for an on-demand view.
   */
  'clocks': (_forebay_v1_ExplainedClocksMessage | null);
  'segments'?: (_forebay_v1_ExplainedSegmentsMessage | null);
  'table'?: (_forebay_v1_ExplainedTableMessage | null);
  'expression'?: (_forebay_v1_ExplainedExpressionMessage | null);
  'made_from'?: "segments"|"table"|"expression";
}
