// Original file: proto/forebay/v1/definitions.proto

import type { TableFieldInput as _forebay_v1_TableFieldInput, TableFieldMessage as _forebay_v1_TableFieldMessage } from '../../forebay/v1/TableField';
import type { MetadataInput as _forebay_v1_MetadataInput, MetadataMessage as _forebay_v1_MetadataMessage } from '../../forebay/v1/Metadata';
import type { QualityRuleInput as _forebay_v1_QualityRuleInput, QualityRuleMessage as _forebay_v1_QualityRuleMessage } from '../../forebay/v1/QualityRule';

/**
 * A ClickHouse table or query whose rows are already feature values.
 */
export interface TableSourceInput {
  'id'?: (number);
  'name'?: (string);
  /**
   * `table` or `database.table`; empty: the query gives the rows.
   */
  'table'?: (string);
  'query'?: (string);
  'fields'?: (_forebay_v1_TableFieldInput)[];
  'event_time'?: (string);
  'known_at'?: (string);
  'metadata'?: (_forebay_v1_MetadataInput | null);
  'quality'?: (_forebay_v1_QualityRuleInput)[];
}

/**
 * A ClickHouse table or query whose rows are already feature values.
 */
export interface TableSourceMessage {
  'id': (number);
  'name': (string);
  /**
   * `table` or `database.table`; empty: the query gives the rows.
   */
  'table': (string);
  'query': (string);
  'fields': (_forebay_v1_TableFieldMessage)[];
  'event_time': (string);
  'known_at': (string);
  'metadata': (_forebay_v1_MetadataMessage | null);
  'quality': (_forebay_v1_QualityRuleMessage)[];
}
