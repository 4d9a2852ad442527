// Original file: proto/forebay/v1/definitions.proto

import type { EntityInput as _forebay_v1_EntityInput, EntityMessage as _forebay_v1_EntityMessage } from '../../forebay/v1/Entity';
import type { EventSourceInput as _forebay_v1_EventSourceInput, EventSourceMessage as _forebay_v1_EventSourceMessage } from '../../forebay/v1/EventSource';
import type { AggregationViewInput as _forebay_v1_AggregationViewInput, AggregationViewMessage as _forebay_v1_AggregationViewMessage } from '../../forebay/v1/AggregationView';
import type { FeatureServiceDefinitionInput as _forebay_v1_FeatureServiceDefinitionInput, FeatureServiceDefinitionMessage as _forebay_v1_FeatureServiceDefinitionMessage } from '../../forebay/v1/FeatureServiceDefinition';
import type { TableSourceInput as _forebay_v1_TableSourceInput, TableSourceMessage as _forebay_v1_TableSourceMessage } from '../../forebay/v1/TableSource';
import type { TableViewInput as _forebay_v1_TableViewInput, TableViewMessage as _forebay_v1_TableViewMessage } from '../../forebay/v1/TableView';
import type { OnDemandViewInput as _forebay_v1_OnDemandViewInput, OnDemandViewMessage as _forebay_v1_OnDemandViewMessage } from '../../forebay/v1/OnDemandView';
import type { UserFunctionInput as _forebay_v1_UserFunctionInput, UserFunctionMessage as _forebay_v1_UserFunctionMessage } from '../../forebay/v1/UserFunction';
import type { JoinedSourceInput as _forebay_v1_JoinedSourceInput, JoinedSourceMessage as _forebay_v1_JoinedSourceMessage } from '../../forebay/v1/JoinedSource';
import type { SequenceSourceInput as _forebay_v1_SequenceSourceInput, SequenceSourceMessage as _forebay_v1_SequenceSourceMessage } from '../../forebay/v1/SequenceSource';
import type { RetiredViewInput as _forebay_v1_RetiredViewInput, RetiredViewMessage as _forebay_v1_RetiredViewMessage } from '../../forebay/v1/RetiredView';

export interface ProjectDefinitionsInput {
  'name'?: (string);
  'entities'?: (_forebay_v1_EntityInput)[];
  'event_sources'?: (_forebay_v1_EventSourceInput)[];
  'aggregation_views'?: (_forebay_v1_AggregationViewInput)[];
  'feature_services'?: (_forebay_v1_FeatureServiceDefinitionInput)[];
  'table_sources'?: (_forebay_v1_TableSourceInput)[];
  'table_views'?: (_forebay_v1_TableViewInput)[];
  'on_demand_views'?: (_forebay_v1_OnDemandViewInput)[];
  'functions'?: (_forebay_v1_UserFunctionInput)[];
  'joined_sources'?: (_forebay_v1_JoinedSourceInput)[];
  'sequence_sources'?: (_forebay_v1_SequenceSourceInput)[];
  'retired_views'?: (_forebay_v1_RetiredViewInput)[];
}

export interface ProjectDefinitionsMessage {
  'name': (string);
  'entities': (_forebay_v1_EntityMessage)[];
  'event_sources': (_forebay_v1_EventSourceMessage)[];
  'aggregation_views': (_forebay_v1_AggregationViewMessage)[];
  'feature_services': (_forebay_v1_FeatureServiceDefinitionMessage)[];
  'table_sources': (_forebay_v1_TableSourceMessage)[];
  'table_views': (_forebay_v1_TableViewMessage)[];
  'on_demand_views': (_forebay_v1_OnDemandViewMessage)[];
  'functions': (_forebay_v1_UserFunctionMessage)[];
  'joined_sources': (_forebay_v1_JoinedSourceMessage)[];
  'sequence_sources': (_forebay_v1_SequenceSourceMessage)[];
  'retired_views': (_forebay_v1_RetiredViewMessage)[];
}
