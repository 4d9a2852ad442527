import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AggregationFeatureInput as _forebay_v1_AggregationFeatureInput, AggregationFeatureMessage as _forebay_v1_AggregationFeatureMessage } from './forebay/v1/AggregationFeature';
import type { AggregationViewInput as _forebay_v1_AggregationViewInput, AggregationViewMessage as _forebay_v1_AggregationViewMessage } from './forebay/v1/AggregationView';
import type { BatchPlanInput as _forebay_v1_BatchPlanInput, BatchPlanMessage as _forebay_v1_BatchPlanMessage } from './forebay/v1/BatchPlan';
import type { DefinitionLineInput as _forebay_v1_DefinitionLineInput, DefinitionLineMessage as _forebay_v1_DefinitionLineMessage } from './forebay/v1/DefinitionLine';
import type { DegradedReasonInput as _forebay_v1_DegradedReasonInput, DegradedReasonMessage as _forebay_v1_DegradedReasonMessage } from './forebay/v1/DegradedReason';
import type { DerivedColumnInput as _forebay_v1_DerivedColumnInput, DerivedColumnMessage as _forebay_v1_DerivedColumnMessage } from './forebay/v1/DerivedColumn';
import type { EnrichmentInput as _forebay_v1_EnrichmentInput, EnrichmentMessage as _forebay_v1_EnrichmentMessage } from './forebay/v1/Enrichment';
import type { EntityInput as _forebay_v1_EntityInput, EntityMessage as _forebay_v1_EntityMessage } from './forebay/v1/Entity';
import type { EventSourceInput as _forebay_v1_EventSourceInput, EventSourceMessage as _forebay_v1_EventSourceMessage } from './forebay/v1/EventSource';
import type { ExplainFeatureRequestInput as _forebay_v1_ExplainFeatureRequestInput, ExplainFeatureRequestMessage as _forebay_v1_ExplainFeatureRequestMessage } from './forebay/v1/ExplainFeatureRequest';
import type { ExplainFeatureResponseInput as _forebay_v1_ExplainFeatureResponseInput, ExplainFeatureResponseMessage as _forebay_v1_ExplainFeatureResponseMessage } from './forebay/v1/ExplainFeatureResponse';
import type { ExplainedBatchValueInput as _forebay_v1_ExplainedBatchValueInput, ExplainedBatchValueMessage as _forebay_v1_ExplainedBatchValueMessage } from './forebay/v1/ExplainedBatchValue';
import type { ExplainedClocksInput as _forebay_v1_ExplainedClocksInput, ExplainedClocksMessage as _forebay_v1_ExplainedClocksMessage } from './forebay/v1/ExplainedClocks';
import type { ExplainedExpressionInput as _forebay_v1_ExplainedExpressionInput, ExplainedExpressionMessage as _forebay_v1_ExplainedExpressionMessage } from './forebay/v1/ExplainedExpression';
import type { ExplainedFenceInput as _forebay_v1_ExplainedFenceInput, ExplainedFenceMessage as _forebay_v1_ExplainedFenceMessage } from './forebay/v1/ExplainedFence';
import type { ExplainedInputInput as _forebay_v1_ExplainedInputInput, ExplainedInputMessage as _forebay_v1_ExplainedInputMessage } from './forebay/v1/ExplainedInput';
import type { ExplainedSegmentInput as _forebay_v1_ExplainedSegmentInput, ExplainedSegmentMessage as _forebay_v1_ExplainedSegmentMessage } from './forebay/v1/ExplainedSegment';
import type { ExplainedSegmentsInput as _forebay_v1_ExplainedSegmentsInput, ExplainedSegmentsMessage as _forebay_v1_ExplainedSegmentsMessage } from './forebay/v1/ExplainedSegments';
import type { ExplainedStreamValueInput as _forebay_v1_ExplainedStreamValueInput, ExplainedStreamValueMessage as _forebay_v1_ExplainedStreamValueMessage } from './forebay/v1/ExplainedStreamValue';
import type { ExplainedTableInput as _forebay_v1_ExplainedTableInput, ExplainedTableMessage as _forebay_v1_ExplainedTableMessage } from './forebay/v1/ExplainedTable';
import type { ExplainedTableRowInput as _forebay_v1_ExplainedTableRowInput, ExplainedTableRowMessage as _forebay_v1_ExplainedTableRowMessage } from './forebay/v1/ExplainedTableRow';
import type { FeatureColumnInput as _forebay_v1_FeatureColumnInput, FeatureColumnMessage as _forebay_v1_FeatureColumnMessage } from './forebay/v1/FeatureColumn';
import type { FeatureExplanationInput as _forebay_v1_FeatureExplanationInput, FeatureExplanationMessage as _forebay_v1_FeatureExplanationMessage } from './forebay/v1/FeatureExplanation';
import type { FeatureListInput as _forebay_v1_FeatureListInput, FeatureListMessage as _forebay_v1_FeatureListMessage } from './forebay/v1/FeatureList';
import type { FeatureReferenceInput as _forebay_v1_FeatureReferenceInput, FeatureReferenceMessage as _forebay_v1_FeatureReferenceMessage } from './forebay/v1/FeatureReference';
import type { FeatureSeriesInput as _forebay_v1_FeatureSeriesInput, FeatureSeriesMessage as _forebay_v1_FeatureSeriesMessage } from './forebay/v1/FeatureSeries';
import type { FeatureServiceClient as _forebay_v1_FeatureServiceClient, FeatureServiceDefinition as _forebay_v1_FeatureServiceDefinition } from './forebay/v1/FeatureService';
import type { FeatureServiceDefinitionInput as _forebay_v1_FeatureServiceDefinitionInput, FeatureServiceDefinitionMessage as _forebay_v1_FeatureServiceDefinitionMessage } from './forebay/v1/FeatureServiceDefinition';
import type { FieldInput as _forebay_v1_FieldInput, FieldMessage as _forebay_v1_FieldMessage } from './forebay/v1/Field';
import type { FreshnessInput as _forebay_v1_FreshnessInput, FreshnessMessage as _forebay_v1_FreshnessMessage } from './forebay/v1/Freshness';
import type { GetFeatureServiceInfoRequestInput as _forebay_v1_GetFeatureServiceInfoRequestInput, GetFeatureServiceInfoRequestMessage as _forebay_v1_GetFeatureServiceInfoRequestMessage } from './forebay/v1/GetFeatureServiceInfoRequest';
import type { GetFeatureServiceInfoResponseInput as _forebay_v1_GetFeatureServiceInfoResponseInput, GetFeatureServiceInfoResponseMessage as _forebay_v1_GetFeatureServiceInfoResponseMessage } from './forebay/v1/GetFeatureServiceInfoResponse';
import type { GetOnlineFeaturesRequestInput as _forebay_v1_GetOnlineFeaturesRequestInput, GetOnlineFeaturesRequestMessage as _forebay_v1_GetOnlineFeaturesRequestMessage } from './forebay/v1/GetOnlineFeaturesRequest';
import type { GetOnlineFeaturesResponseInput as _forebay_v1_GetOnlineFeaturesResponseInput, GetOnlineFeaturesResponseMessage as _forebay_v1_GetOnlineFeaturesResponseMessage } from './forebay/v1/GetOnlineFeaturesResponse';
import type { JoinKeyInput as _forebay_v1_JoinKeyInput, JoinKeyMessage as _forebay_v1_JoinKeyMessage } from './forebay/v1/JoinKey';
import type { JoinedFieldInput as _forebay_v1_JoinedFieldInput, JoinedFieldMessage as _forebay_v1_JoinedFieldMessage } from './forebay/v1/JoinedField';
import type { JoinedSourceInput as _forebay_v1_JoinedSourceInput, JoinedSourceMessage as _forebay_v1_JoinedSourceMessage } from './forebay/v1/JoinedSource';
import type { KeyColumnInput as _forebay_v1_KeyColumnInput, KeyColumnMessage as _forebay_v1_KeyColumnMessage } from './forebay/v1/KeyColumn';
import type { KeyingInput as _forebay_v1_KeyingInput, KeyingMessage as _forebay_v1_KeyingMessage } from './forebay/v1/Keying';
import type { LayoutInput as _forebay_v1_LayoutInput, LayoutMessage as _forebay_v1_LayoutMessage } from './forebay/v1/Layout';
import type { LifetimeWindowInput as _forebay_v1_LifetimeWindowInput, LifetimeWindowMessage as _forebay_v1_LifetimeWindowMessage } from './forebay/v1/LifetimeWindow';
import type { LogPredictionRequestInput as _forebay_v1_LogPredictionRequestInput, LogPredictionRequestMessage as _forebay_v1_LogPredictionRequestMessage } from './forebay/v1/LogPredictionRequest';
import type { LogPredictionResponseInput as _forebay_v1_LogPredictionResponseInput, LogPredictionResponseMessage as _forebay_v1_LogPredictionResponseMessage } from './forebay/v1/LogPredictionResponse';
import type { MetadataInput as _forebay_v1_MetadataInput, MetadataMessage as _forebay_v1_MetadataMessage } from './forebay/v1/Metadata';
import type { NumberListInput as _forebay_v1_NumberListInput, NumberListMessage as _forebay_v1_NumberListMessage } from './forebay/v1/NumberList';
import type { OnDemandFeatureInput as _forebay_v1_OnDemandFeatureInput, OnDemandFeatureMessage as _forebay_v1_OnDemandFeatureMessage } from './forebay/v1/OnDemandFeature';
import type { OnDemandInputInput as _forebay_v1_OnDemandInputInput, OnDemandInputMessage as _forebay_v1_OnDemandInputMessage } from './forebay/v1/OnDemandInput';
import type { OnDemandViewInput as _forebay_v1_OnDemandViewInput, OnDemandViewMessage as _forebay_v1_OnDemandViewMessage } from './forebay/v1/OnDemandView';
import type { OutputTopicInput as _forebay_v1_OutputTopicInput, OutputTopicMessage as _forebay_v1_OutputTopicMessage } from './forebay/v1/OutputTopic';
import type { PartitionClocksInput as _forebay_v1_PartitionClocksInput, PartitionClocksMessage as _forebay_v1_PartitionClocksMessage } from './forebay/v1/PartitionClocks';
import type { PredictedValueInput as _forebay_v1_PredictedValueInput, PredictedValueMessage as _forebay_v1_PredictedValueMessage } from './forebay/v1/PredictedValue';
import type { PredictionInput as _forebay_v1_PredictionInput, PredictionMessage as _forebay_v1_PredictionMessage } from './forebay/v1/Prediction';
import type { ProjectDefinitionsInput as _forebay_v1_ProjectDefinitionsInput, ProjectDefinitionsMessage as _forebay_v1_ProjectDefinitionsMessage } from './forebay/v1/ProjectDefinitions';
import type { PushEventsRequestInput as _forebay_v1_PushEventsRequestInput, PushEventsRequestMessage as _forebay_v1_PushEventsRequestMessage } from './forebay/v1/PushEventsRequest';
import type { PushEventsResponseInput as _forebay_v1_PushEventsResponseInput, PushEventsResponseMessage as _forebay_v1_PushEventsResponseMessage } from './forebay/v1/PushEventsResponse';
import type { QualityRuleInput as _forebay_v1_QualityRuleInput, QualityRuleMessage as _forebay_v1_QualityRuleMessage } from './forebay/v1/QualityRule';
import type { RecordFormatInput as _forebay_v1_RecordFormatInput, RecordFormatMessage as _forebay_v1_RecordFormatMessage } from './forebay/v1/RecordFormat';
import type { RegistrySnapshotInput as _forebay_v1_RegistrySnapshotInput, RegistrySnapshotMessage as _forebay_v1_RegistrySnapshotMessage } from './forebay/v1/RegistrySnapshot';
import type { RekeyingInput as _forebay_v1_RekeyingInput, RekeyingMessage as _forebay_v1_RekeyingMessage } from './forebay/v1/Rekeying';
import type { RequestColumnInput as _forebay_v1_RequestColumnInput, RequestColumnMessage as _forebay_v1_RequestColumnMessage } from './forebay/v1/RequestColumn';
import type { RequestFieldInput as _forebay_v1_RequestFieldInput, RequestFieldMessage as _forebay_v1_RequestFieldMessage } from './forebay/v1/RequestField';
import type { RetiredViewInput as _forebay_v1_RetiredViewInput, RetiredViewMessage as _forebay_v1_RetiredViewMessage } from './forebay/v1/RetiredView';
import type { RowCountInput as _forebay_v1_RowCountInput, RowCountMessage as _forebay_v1_RowCountMessage } from './forebay/v1/RowCount';
import type { SchedulePlanInput as _forebay_v1_SchedulePlanInput, SchedulePlanMessage as _forebay_v1_SchedulePlanMessage } from './forebay/v1/SchedulePlan';
import type { SequenceSourceInput as _forebay_v1_SequenceSourceInput, SequenceSourceMessage as _forebay_v1_SequenceSourceMessage } from './forebay/v1/SequenceSource';
import type { ServiceVariantInput as _forebay_v1_ServiceVariantInput, ServiceVariantMessage as _forebay_v1_ServiceVariantMessage } from './forebay/v1/ServiceVariant';
import type { SessionWindowInput as _forebay_v1_SessionWindowInput, SessionWindowMessage as _forebay_v1_SessionWindowMessage } from './forebay/v1/SessionWindow';
import type { SlidingWindowInput as _forebay_v1_SlidingWindowInput, SlidingWindowMessage as _forebay_v1_SlidingWindowMessage } from './forebay/v1/SlidingWindow';
import type { SourceTopicInput as _forebay_v1_SourceTopicInput, SourceTopicMessage as _forebay_v1_SourceTopicMessage } from './forebay/v1/SourceTopic';
import type { StoredKeyInput as _forebay_v1_StoredKeyInput, StoredKeyMessage as _forebay_v1_StoredKeyMessage } from './forebay/v1/StoredKey';
import type { StreamPlanInput as _forebay_v1_StreamPlanInput, StreamPlanMessage as _forebay_v1_StreamPlanMessage } from './forebay/v1/StreamPlan';
import type { TableFeatureInput as _forebay_v1_TableFeatureInput, TableFeatureMessage as _forebay_v1_TableFeatureMessage } from './forebay/v1/TableFeature';
import type { TableFieldInput as _forebay_v1_TableFieldInput, TableFieldMessage as _forebay_v1_TableFieldMessage } from './forebay/v1/TableField';
import type { TableSourceInput as _forebay_v1_TableSourceInput, TableSourceMessage as _forebay_v1_TableSourceMessage } from './forebay/v1/TableSource';
import type { TableViewInput as _forebay_v1_TableViewInput, TableViewMessage as _forebay_v1_TableViewMessage } from './forebay/v1/TableView';
import type { TumblingWindowInput as _forebay_v1_TumblingWindowInput, TumblingWindowMessage as _forebay_v1_TumblingWindowMessage } from './forebay/v1/TumblingWindow';
import type { TypedColumnInput as _forebay_v1_TypedColumnInput, TypedColumnMessage as _forebay_v1_TypedColumnMessage } from './forebay/v1/TypedColumn';
import type { UniqueFieldsInput as _forebay_v1_UniqueFieldsInput, UniqueFieldsMessage as _forebay_v1_UniqueFieldsMessage } from './forebay/v1/UniqueFields';
import type { UserFunctionInput as _forebay_v1_UserFunctionInput, UserFunctionMessage as _forebay_v1_UserFunctionMessage } from './forebay/v1/UserFunction';
import type { ValueListInput as _forebay_v1_ValueListInput, ValueListMessage as _forebay_v1_ValueListMessage } from './forebay/v1/ValueList';
import type { ValueMapInput as _forebay_v1_ValueMapInput, ValueMapMessage as _forebay_v1_ValueMapMessage } from './forebay/v1/ValueMap';
import type { ViewTimesInput as _forebay_v1_ViewTimesInput, ViewTimesMessage as _forebay_v1_ViewTimesMessage } from './forebay/v1/ViewTimes';
import type { WindowInput as _forebay_v1_WindowInput, WindowMessage as _forebay_v1_WindowMessage } from './forebay/v1/Window';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  forebay: {
    v1: {
      AggregationFeature: MessageTypeDefinition<_forebay_v1_AggregationFeatureInput, _forebay_v1_AggregationFeatureMessage>
      AggregationView: MessageTypeDefinition<_forebay_v1_AggregationViewInput, _forebay_v1_AggregationViewMessage>
      BatchPlan: MessageTypeDefinition<_forebay_v1_BatchPlanInput, _forebay_v1_BatchPlanMessage>
      DefinitionLine: MessageTypeDefinition<_forebay_v1_DefinitionLineInput, _forebay_v1_DefinitionLineMessage>
      DegradedReason: MessageTypeDefinition<_forebay_v1_DegradedReasonInput, _forebay_v1_DegradedReasonMessage>
      DerivedColumn: MessageTypeDefinition<_forebay_v1_DerivedColumnInput, _forebay_v1_DerivedColumnMessage>
      Enrichment: MessageTypeDefinition<_forebay_v1_EnrichmentInput, _forebay_v1_EnrichmentMessage>
      Entity: MessageTypeDefinition<_forebay_v1_EntityInput, _forebay_v1_EntityMessage>
      EventSource: MessageTypeDefinition<_forebay_v1_EventSourceInput, _forebay_v1_EventSourceMessage>
      ExplainFeatureRequest: MessageTypeDefinition<_forebay_v1_ExplainFeatureRequestInput, _forebay_v1_ExplainFeatureRequestMessage>
      ExplainFeatureResponse: MessageTypeDefinition<_forebay_v1_ExplainFeatureResponseInput, _forebay_v1_ExplainFeatureResponseMessage>
      ExplainedBatchValue: MessageTypeDefinition<_forebay_v1_ExplainedBatchValueInput, _forebay_v1_ExplainedBatchValueMessage>
      ExplainedClocks: MessageTypeDefinition<_forebay_v1_ExplainedClocksInput, _forebay_v1_ExplainedClocksMessage>
      ExplainedExpression: MessageTypeDefinition<_forebay_v1_ExplainedExpressionInput, _forebay_v1_ExplainedExpressionMessage>
      ExplainedFence: MessageTypeDefinition<_forebay_v1_ExplainedFenceInput, _forebay_v1_ExplainedFenceMessage>
      ExplainedInput: MessageTypeDefinition<_forebay_v1_ExplainedInputInput, _forebay_v1_ExplainedInputMessage>
      ExplainedSegment: MessageTypeDefinition<_forebay_v1_ExplainedSegmentInput, _forebay_v1_ExplainedSegmentMessage>
      ExplainedSegments: MessageTypeDefinition<_forebay_v1_ExplainedSegmentsInput, _forebay_v1_ExplainedSegmentsMessage>
      ExplainedStreamValue: MessageTypeDefinition<_forebay_v1_ExplainedStreamValueInput, _forebay_v1_ExplainedStreamValueMessage>
      ExplainedTable: MessageTypeDefinition<_forebay_v1_ExplainedTableInput, _forebay_v1_ExplainedTableMessage>
      ExplainedTableRow: MessageTypeDefinition<_forebay_v1_ExplainedTableRowInput, _forebay_v1_ExplainedTableRowMessage>
      FeatureColumn: MessageTypeDefinition<_forebay_v1_FeatureColumnInput, _forebay_v1_FeatureColumnMessage>
      FeatureExplanation: MessageTypeDefinition<_forebay_v1_FeatureExplanationInput, _forebay_v1_FeatureExplanationMessage>
      FeatureList: MessageTypeDefinition<_forebay_v1_FeatureListInput, _forebay_v1_FeatureListMessage>
      FeatureReference: MessageTypeDefinition<_forebay_v1_FeatureReferenceInput, _forebay_v1_FeatureReferenceMessage>
      FeatureSeries: MessageTypeDefinition<_forebay_v1_FeatureSeriesInput, _forebay_v1_FeatureSeriesMessage>
      /**
       * Online reads of feature vectors, and what is sent back.
       */
      FeatureService: SubtypeConstructor<typeof grpc.Client, _forebay_v1_FeatureServiceClient> & { service: _forebay_v1_FeatureServiceDefinition }
      FeatureServiceDefinition: MessageTypeDefinition<_forebay_v1_FeatureServiceDefinitionInput, _forebay_v1_FeatureServiceDefinitionMessage>
      FeatureStatus: EnumTypeDefinition
      Field: MessageTypeDefinition<_forebay_v1_FieldInput, _forebay_v1_FieldMessage>
      Freshness: MessageTypeDefinition<_forebay_v1_FreshnessInput, _forebay_v1_FreshnessMessage>
      GetFeatureServiceInfoRequest: MessageTypeDefinition<_forebay_v1_GetFeatureServiceInfoRequestInput, _forebay_v1_GetFeatureServiceInfoRequestMessage>
      GetFeatureServiceInfoResponse: MessageTypeDefinition<_forebay_v1_GetFeatureServiceInfoResponseInput, _forebay_v1_GetFeatureServiceInfoResponseMessage>
      GetOnlineFeaturesRequest: MessageTypeDefinition<_forebay_v1_GetOnlineFeaturesRequestInput, _forebay_v1_GetOnlineFeaturesRequestMessage>
      GetOnlineFeaturesResponse: MessageTypeDefinition<_forebay_v1_GetOnlineFeaturesResponseInput, _forebay_v1_GetOnlineFeaturesResponseMessage>
      JoinKey: MessageTypeDefinition<_forebay_v1_JoinKeyInput, _forebay_v1_JoinKeyMessage>
      JoinedField: MessageTypeDefinition<_forebay_v1_JoinedFieldInput, _forebay_v1_JoinedFieldMessage>
      JoinedSource: MessageTypeDefinition<_forebay_v1_JoinedSourceInput, _forebay_v1_JoinedSourceMessage>
      KeyColumn: MessageTypeDefinition<_forebay_v1_KeyColumnInput, _forebay_v1_KeyColumnMessage>
      Keying: MessageTypeDefinition<_forebay_v1_KeyingInput, _forebay_v1_KeyingMessage>
      Layout: MessageTypeDefinition<_forebay_v1_LayoutInput, _forebay_v1_LayoutMessage>
      LifetimeWindow: MessageTypeDefinition<_forebay_v1_LifetimeWindowInput, _forebay_v1_LifetimeWindowMessage>
      LogPredictionRequest: MessageTypeDefinition<_forebay_v1_LogPredictionRequestInput, _forebay_v1_LogPredictionRequestMessage>
      LogPredictionResponse: MessageTypeDefinition<_forebay_v1_LogPredictionResponseInput, _forebay_v1_LogPredictionResponseMessage>
      Metadata: MessageTypeDefinition<_forebay_v1_MetadataInput, _forebay_v1_MetadataMessage>
      NumberList: MessageTypeDefinition<_forebay_v1_NumberListInput, _forebay_v1_NumberListMessage>
      OnDemandFeature: MessageTypeDefinition<_forebay_v1_OnDemandFeatureInput, _forebay_v1_OnDemandFeatureMessage>
      OnDemandInput: MessageTypeDefinition<_forebay_v1_OnDemandInputInput, _forebay_v1_OnDemandInputMessage>
      OnDemandView: MessageTypeDefinition<_forebay_v1_OnDemandViewInput, _forebay_v1_OnDemandViewMessage>
      OutputFormat: EnumTypeDefinition
      OutputTopic: MessageTypeDefinition<_forebay_v1_OutputTopicInput, _forebay_v1_OutputTopicMessage>
      PartitionClocks: MessageTypeDefinition<_forebay_v1_PartitionClocksInput, _forebay_v1_PartitionClocksMessage>
      PredictedValue: MessageTypeDefinition<_forebay_v1_PredictedValueInput, _forebay_v1_PredictedValueMessage>
      Prediction: MessageTypeDefinition<_forebay_v1_PredictionInput, _forebay_v1_PredictionMessage>
      ProjectDefinitions: MessageTypeDefinition<_forebay_v1_ProjectDefinitionsInput, _forebay_v1_ProjectDefinitionsMessage>
      PushEventsRequest: MessageTypeDefinition<_forebay_v1_PushEventsRequestInput, _forebay_v1_PushEventsRequestMessage>
      PushEventsResponse: MessageTypeDefinition<_forebay_v1_PushEventsResponseInput, _forebay_v1_PushEventsResponseMessage>
      QualityRule: MessageTypeDefinition<_forebay_v1_QualityRuleInput, _forebay_v1_QualityRuleMessage>
      RecordEncoding: EnumTypeDefinition
      RecordFormat: MessageTypeDefinition<_forebay_v1_RecordFormatInput, _forebay_v1_RecordFormatMessage>
      RegistrySnapshot: MessageTypeDefinition<_forebay_v1_RegistrySnapshotInput, _forebay_v1_RegistrySnapshotMessage>
      Rekeying: MessageTypeDefinition<_forebay_v1_RekeyingInput, _forebay_v1_RekeyingMessage>
      RequestColumn: MessageTypeDefinition<_forebay_v1_RequestColumnInput, _forebay_v1_RequestColumnMessage>
      RequestField: MessageTypeDefinition<_forebay_v1_RequestFieldInput, _forebay_v1_RequestFieldMessage>
      RetiredView: MessageTypeDefinition<_forebay_v1_RetiredViewInput, _forebay_v1_RetiredViewMessage>
      RowCount: MessageTypeDefinition<_forebay_v1_RowCountInput, _forebay_v1_RowCountMessage>
      SchedulePlan: MessageTypeDefinition<_forebay_v1_SchedulePlanInput, _forebay_v1_SchedulePlanMessage>
      SequenceSource: MessageTypeDefinition<_forebay_v1_SequenceSourceInput, _forebay_v1_SequenceSourceMessage>
      ServiceVariant: MessageTypeDefinition<_forebay_v1_ServiceVariantInput, _forebay_v1_ServiceVariantMessage>
      SessionWindow: MessageTypeDefinition<_forebay_v1_SessionWindowInput, _forebay_v1_SessionWindowMessage>
      SlidingWindow: MessageTypeDefinition<_forebay_v1_SlidingWindowInput, _forebay_v1_SlidingWindowMessage>
      SourceTopic: MessageTypeDefinition<_forebay_v1_SourceTopicInput, _forebay_v1_SourceTopicMessage>
      StoredKey: MessageTypeDefinition<_forebay_v1_StoredKeyInput, _forebay_v1_StoredKeyMessage>
      StreamPlan: MessageTypeDefinition<_forebay_v1_StreamPlanInput, _forebay_v1_StreamPlanMessage>
      TableFeature: MessageTypeDefinition<_forebay_v1_TableFeatureInput, _forebay_v1_TableFeatureMessage>
      TableField: MessageTypeDefinition<_forebay_v1_TableFieldInput, _forebay_v1_TableFieldMessage>
      TableSource: MessageTypeDefinition<_forebay_v1_TableSourceInput, _forebay_v1_TableSourceMessage>
      TableView: MessageTypeDefinition<_forebay_v1_TableViewInput, _forebay_v1_TableViewMessage>
      TumblingWindow: MessageTypeDefinition<_forebay_v1_TumblingWindowInput, _forebay_v1_TumblingWindowMessage>
      TypedColumn: MessageTypeDefinition<_forebay_v1_TypedColumnInput, _forebay_v1_TypedColumnMessage>
      UniqueFields: MessageTypeDefinition<_forebay_v1_UniqueFieldsInput, _forebay_v1_UniqueFieldsMessage>
      UserFunction: MessageTypeDefinition<_forebay_v1_UserFunctionInput, _forebay_v1_UserFunctionMessage>
      ValueList: MessageTypeDefinition<_forebay_v1_ValueListInput, _forebay_v1_ValueListMessage>
      ValueMap: MessageTypeDefinition<_forebay_v1_ValueMapInput, _forebay_v1_ValueMapMessage>
      ValueType: EnumTypeDefinition
      ViewTimes: MessageTypeDefinition<_forebay_v1_ViewTimesInput, _forebay_v1_ViewTimesMessage>
      Window: MessageTypeDefinition<_forebay_v1_WindowInput, _forebay_v1_WindowMessage>
    }
  }
}

