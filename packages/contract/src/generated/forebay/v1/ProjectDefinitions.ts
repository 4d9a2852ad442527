// Original file: proto/forebay/v1/definitions.proto

import type { EntityInput as _forebay_v1_EntityInput, EntityMessage as _forebay_v1_EntityMessage } from '../../forebay/v1/Entity';
import type { EventSourceInput as _forebay_v1_EventSourceInput, EventSourceMessage as _forebay_v1_EventSourceMessage } from '../../forebay/v1/EventSource';
import type { AggregationViewInput as _forebay_v1_AggregationViewInput, AggregationViewMessage as _forebay_v1_AggregationViewMessage } from '../../forebay/v1/AggregationView';
import type { FeatureServiceDefinitionInput as _forebay_v1_FeatureServiceDefinitionInput, FeatureServiceDefinitionMessage as _forebay_v1_FeatureServiceDefinitionMessage } from '../../forebay/v1/FeatureServiceDefinition';

export interface ProjectDefinitionsInput {
  'name'?: (string);
  'entities'?: (_forebay_v1_EntityInput)[];
  'event_sources'?: (_forebay_v1_EventSourceInput)[];
  'aggregation_views'?: (_forebay_v1_AggregationViewInput)[];
  'feature_services'?: (_forebay_v1_FeatureServiceDefinitionInput)[];
}

export interface ProjectDefinitionsMessage {
  'name': (string);
  'entities': (_forebay_v1_EntityMessage)[];
  'event_sources': (_forebay_v1_EventSourceMessage)[];
  'aggregation_views': (_forebay_v1_AggregationViewMessage)[];
  'feature_services': (_forebay_v1_FeatureServiceDefinitionMessage)[];
}
