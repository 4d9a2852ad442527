// Original file: proto/forebay/v1/definitions.proto

import type { UniqueFieldsInput as _forebay_v1_UniqueFieldsInput, UniqueFieldsMessage as _forebay_v1_UniqueFieldsMessage } from '../../forebay/v1/UniqueFields';
import type { FreshnessInput as _forebay_v1_FreshnessInput, FreshnessMessage as _forebay_v1_FreshnessMessage } from '../../forebay/v1/Freshness';
import type { RowCountInput as _forebay_v1_RowCountInput, RowCountMessage as _forebay_v1_RowCountMessage } from '../../forebay/v1/RowCount';
import type { Long } from '@grpc/proto-loader';

/**
 * What must hold of the rows of a source, or of the values of a view.
 */
export interface QualityRuleInput {
  'name'?: (string);
  /**
   * A batch run fails before it writes; else it warns.
   */
  'stops'?: (boolean);
  /**
   * The share of rows that may break it.
   */
  'tolerance'?: (number | string);
  /**
   * Of a source: how far back rows are looked at.
   */
  'over_ms'?: (number | string | Long);
  /**
   * CEL, true of a good row; null passes.
   */
  'expression'?: (string);
  'unique'?: (_forebay_v1_UniqueFieldsInput | null);
  'freshness'?: (_forebay_v1_FreshnessInput | null);
  'row_count'?: (_forebay_v1_RowCountInput | null);
  'check'?: "expression"|"unique"|"freshness"|"row_count";
}

/**
 * What must hold of the rows of a source, or of the values of a view.
 */
export interface QualityRuleMessage {
  'name': (string);
  /**
   * A batch run fails before it writes; else it warns.
   */
  'stops': (boolean);
  /**
   * The share of rows that may break it.
   */
  'tolerance': (number);
  /**
   * Of a source: how far back rows are looked at.
   */
  'over_ms': (number);
  /**
   * CEL, true of a good row; null passes.
   */
  'expression'?: (string);
  'unique'?: (_forebay_v1_UniqueFieldsMessage | null);
  'freshness'?: (_forebay_v1_FreshnessMessage | null);
  'row_count'?: (_forebay_v1_RowCountMessage | null);
  'check'?: "expression"|"unique"|"freshness"|"row_count";
}
