// Original file: proto/forebay/v1/definitions.proto

import type { DerivedColumnInput as _forebay_v1_DerivedColumnInput, DerivedColumnMessage as _forebay_v1_DerivedColumnMessage } from '../../forebay/v1/DerivedColumn';
import type { AggregationFeatureInput as _forebay_v1_AggregationFeatureInput, AggregationFeatureMessage as _forebay_v1_AggregationFeatureMessage } from '../../forebay/v1/AggregationFeature';
import type { BatchPlanInput as _forebay_v1_BatchPlanInput, BatchPlanMessage as _forebay_v1_BatchPlanMessage } from '../../forebay/v1/BatchPlan';
import type { StreamPlanInput as _forebay_v1_StreamPlanInput, StreamPlanMessage as _forebay_v1_StreamPlanMessage } from '../../forebay/v1/StreamPlan';
import type { MetadataInput as _forebay_v1_MetadataInput, MetadataMessage as _forebay_v1_MetadataMessage } from '../../forebay/v1/Metadata';
import type { SchedulePlanInput as _forebay_v1_SchedulePlanInput, SchedulePlanMessage as _forebay_v1_SchedulePlanMessage } from '../../forebay/v1/SchedulePlan';
import type { OutputTopicInput as _forebay_v1_OutputTopicInput, OutputTopicMessage as _forebay_v1_OutputTopicMessage } from '../../forebay/v1/OutputTopic';
import type { FeatureSeriesInput as _forebay_v1_FeatureSeriesInput, FeatureSeriesMessage as _forebay_v1_FeatureSeriesMessage } from '../../forebay/v1/FeatureSeries';
import type { QualityRuleInput as _forebay_v1_QualityRuleInput, QualityRuleMessage as _forebay_v1_QualityRuleMessage } from '../../forebay/v1/QualityRule';

export interface AggregationViewInput {
  'id'?: (number);
  'name'?: (string);
  'version'?: (number);
  'entity'?: (string);
  'source'?: (string);
  /**
   * The source's field (or derived column) for each join key of the entity, in the entity's order.
   */
  'key_fields'?: (string)[];
  'filter'?: (string);
  'derived'?: (_forebay_v1_DerivedColumnInput)[];
  'features'?: (_forebay_v1_AggregationFeatureInput)[];
  /**
   * Absent: the view has no batch values.
   */
  'batch'?: (_forebay_v1_BatchPlanInput | null);
  /**
   * Absent: the view has no stream values.
   */
  'stream'?: (_forebay_v1_StreamPlanInput | null);
  'metadata'?: (_forebay_v1_MetadataInput | null);
  /**
   * Hash of everything that gives the view its meaning.
   */
  'fingerprint'?: (string);
  /**
   * Absent: the view has a stream.
   */
  'schedule'?: (_forebay_v1_SchedulePlanInput | null);
  'output'?: (_forebay_v1_OutputTopicInput | null);
  'series'?: (_forebay_v1_FeatureSeriesInput | null);
  'quality'?: (_forebay_v1_QualityRuleInput)[];
}

export interface AggregationViewMessage {
  'id': (number);
  'name': (string);
  'version': (number);
  'entity': (string);
  'source': (string);
  /**
   * The source's field (or derived column) for each join key of the entity, in the entity's order.
   */
  'key_fields': (string)[];
  'filter': (string);
  'derived': (_forebay_v1_DerivedColumnMessage)[];
  'features': (_forebay_v1_AggregationFeatureMessage)[];
  /**
   * Absent: the view has no batch values.
   */
  'batch': (_forebay_v1_BatchPlanMessage | null);
  /**
   * Absent: the view has no stream values.
   */
  'stream': (_forebay_v1_StreamPlanMessage | null);
  'metadata': (_forebay_v1_MetadataMessage | null);
  /**
   * Hash of everything that gives the view its meaning.
   */
  'fingerprint': (string);
  /**
   * Absent: the view has a stream.
   */
  'schedule': (_forebay_v1_SchedulePlanMessage | null);
  'output': (_forebay_v1_OutputTopicMessage | null);
  'series': (_forebay_v1_FeatureSeriesMessage | null);
  'quality': (_forebay_v1_QualityRuleMessage)[];
}
