// Original file: proto/forebay/v1/definitions.proto

import type { TableFeatureInput as _forebay_v1_TableFeatureInput, TableFeatureMessage as _forebay_v1_TableFeatureMessage } from '../../forebay/v1/TableFeature';
import type { SchedulePlanInput as _forebay_v1_SchedulePlanInput, SchedulePlanMessage as _forebay_v1_SchedulePlanMessage } from '../../forebay/v1/SchedulePlan';
import type { MetadataInput as _forebay_v1_MetadataInput, MetadataMessage as _forebay_v1_MetadataMessage } from '../../forebay/v1/Metadata';
import type { QualityRuleInput as _forebay_v1_QualityRuleInput, QualityRuleMessage as _forebay_v1_QualityRuleMessage } from '../../forebay/v1/QualityRule';
import type { Long } from '@grpc/proto-loader';

/**
 * The latest row of each entity as of the tick of the schedule.
 */
export interface TableViewInput {
  'id'?: (number);
  'name'?: (string);
  'version'?: (number);
  'entity'?: (string);
  'source'?: (string);
  /**
   * The source's field for each join key of the entity, in the entity's order.
   */
  'key_fields'?: (string)[];
  'features'?: (_forebay_v1_TableFeatureInput)[];
  /**
   * How old a row may be at the tick; 0: it speaks until a later one does.
   */
  'max_age_ms'?: (number | string | Long);
  'schedule'?: (_forebay_v1_SchedulePlanInput | null);
  'metadata'?: (_forebay_v1_MetadataInput | null);
  'fingerprint'?: (string);
  'quality'?: (_forebay_v1_QualityRuleInput)[];
}

/**
 * The latest row of each entity as of the tick of the schedule.
 */
export interface TableViewMessage {
  'id': (number);
  'name': (string);
  'version': (number);
  'entity': (string);
  'source': (string);
  /**
   * The source's field for each join key of the entity, in the entity's order.
   */
  'key_fields': (string)[];
  'features': (_forebay_v1_TableFeatureMessage)[];
  /**
   * How old a row may be at the tick; 0: it speaks until a later one does.
   */
  'max_age_ms': (number);
  'schedule': (_forebay_v1_SchedulePlanMessage | null);
  'metadata': (_forebay_v1_MetadataMessage | null);
  'fingerprint': (string);
  'quality': (_forebay_v1_QualityRuleMessage)[];
}
