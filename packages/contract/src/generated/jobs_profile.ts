import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AggregationFeatureInput as _forebay_v1_AggregationFeatureInput, AggregationFeatureMessage as _forebay_v1_AggregationFeatureMessage } from './forebay/v1/AggregationFeature';
import type { AggregationViewInput as _forebay_v1_AggregationViewInput, AggregationViewMessage as _forebay_v1_AggregationViewMessage } from './forebay/v1/AggregationView';
import type { BatchPlanInput as _forebay_v1_BatchPlanInput, BatchPlanMessage as _forebay_v1_BatchPlanMessage } from './forebay/v1/BatchPlan';
import type { DerivedColumnInput as _forebay_v1_DerivedColumnInput, DerivedColumnMessage as _forebay_v1_DerivedColumnMessage } from './forebay/v1/DerivedColumn';
import type { DriftThresholdsInput as _forebay_v1_DriftThresholdsInput, DriftThresholdsMessage as _forebay_v1_DriftThresholdsMessage } from './forebay/v1/DriftThresholds';
import type { DriftedFeatureInput as _forebay_v1_DriftedFeatureInput, DriftedFeatureMessage as _forebay_v1_DriftedFeatureMessage } from './forebay/v1/DriftedFeature';
import type { EnrichmentInput as _forebay_v1_EnrichmentInput, EnrichmentMessage as _forebay_v1_EnrichmentMessage } from './forebay/v1/Enrichment';
import type { EntityInput as _forebay_v1_EntityInput, EntityMessage as _forebay_v1_EntityMessage } from './forebay/v1/Entity';
import type { EventSourceInput as _forebay_v1_EventSourceInput, EventSourceMessage as _forebay_v1_EventSourceMessage } from './forebay/v1/EventSource';
import type { FeatureReferenceInput as _forebay_v1_FeatureReferenceInput, FeatureReferenceMessage as _forebay_v1_FeatureReferenceMessage } from './forebay/v1/FeatureReference';
import type { FeatureSeriesInput as _forebay_v1_FeatureSeriesInput, FeatureSeriesMessage as _forebay_v1_FeatureSeriesMessage } from './forebay/v1/FeatureSeries';
import type { FeatureServiceDefinitionInput as _forebay_v1_FeatureServiceDefinitionInput, FeatureServiceDefinitionMessage as _forebay_v1_FeatureServiceDefinitionMessage } from './forebay/v1/FeatureServiceDefinition';
import type { FieldInput as _forebay_v1_FieldInput, FieldMessage as _forebay_v1_FieldMessage } from './forebay/v1/Field';
import type { FreshnessInput as _forebay_v1_FreshnessInput, FreshnessMessage as _forebay_v1_FreshnessMessage } from './forebay/v1/Freshness';
import type { JoinKeyInput as _forebay_v1_JoinKeyInput, JoinKeyMessage as _forebay_v1_JoinKeyMessage } from './forebay/v1/JoinKey';
import type { JoinedFieldInput as _forebay_v1_JoinedFieldInput, JoinedFieldMessage as _forebay_v1_JoinedFieldMessage } from './forebay/v1/JoinedField';
import type { JoinedSourceInput as _forebay_v1_JoinedSourceInput, JoinedSourceMessage as _forebay_v1_JoinedSourceMessage } from './forebay/v1/JoinedSource';
import type { KeyingInput as _forebay_v1_KeyingInput, KeyingMessage as _forebay_v1_KeyingMessage } from './forebay/v1/Keying';
import type { LifetimeWindowInput as _forebay_v1_LifetimeWindowInput, LifetimeWindowMessage as _forebay_v1_LifetimeWindowMessage } from './forebay/v1/LifetimeWindow';
import type { MetadataInput as _forebay_v1_MetadataInput, MetadataMessage as _forebay_v1_MetadataMessage } from './forebay/v1/Metadata';
import type { OnDemandFeatureInput as _forebay_v1_OnDemandFeatureInput, OnDemandFeatureMessage as _forebay_v1_OnDemandFeatureMessage } from './forebay/v1/OnDemandFeature';
import type { OnDemandInputInput as _forebay_v1_OnDemandInputInput, OnDemandInputMessage as _forebay_v1_OnDemandInputMessage } from './forebay/v1/OnDemandInput';
import type { OnDemandViewInput as _forebay_v1_OnDemandViewInput, OnDemandViewMessage as _forebay_v1_OnDemandViewMessage } from './forebay/v1/OnDemandView';
import type { OutputTopicInput as _forebay_v1_OutputTopicInput, OutputTopicMessage as _forebay_v1_OutputTopicMessage } from './forebay/v1/OutputTopic';
import type { ProfileJobInput as _forebay_v1_ProfileJobInput, ProfileJobMessage as _forebay_v1_ProfileJobMessage } from './forebay/v1/ProfileJob';
import type { ProfilePartInput as _forebay_v1_ProfilePartInput, ProfilePartMessage as _forebay_v1_ProfilePartMessage } from './forebay/v1/ProfilePart';
import type { ProfilePlanInput as _forebay_v1_ProfilePlanInput, ProfilePlanMessage as _forebay_v1_ProfilePlanMessage } from './forebay/v1/ProfilePlan';
import type { ProfileResultInput as _forebay_v1_ProfileResultInput, ProfileResultMessage as _forebay_v1_ProfileResultMessage } from './forebay/v1/ProfileResult';
import type { ProfiledIntervalInput as _forebay_v1_ProfiledIntervalInput, ProfiledIntervalMessage as _forebay_v1_ProfiledIntervalMessage } from './forebay/v1/ProfiledInterval';
import type { ProjectDefinitionsInput as _forebay_v1_ProjectDefinitionsInput, ProjectDefinitionsMessage as _forebay_v1_ProjectDefinitionsMessage } from './forebay/v1/ProjectDefinitions';
import type { QualityRuleInput as _forebay_v1_QualityRuleInput, QualityRuleMessage as _forebay_v1_QualityRuleMessage } from './forebay/v1/QualityRule';
import type { RecordFormatInput as _forebay_v1_RecordFormatInput, RecordFormatMessage as _forebay_v1_RecordFormatMessage } from './forebay/v1/RecordFormat';
import type { RegistrySnapshotInput as _forebay_v1_RegistrySnapshotInput, RegistrySnapshotMessage as _forebay_v1_RegistrySnapshotMessage } from './forebay/v1/RegistrySnapshot';
import type { RekeyingInput as _forebay_v1_RekeyingInput, RekeyingMessage as _forebay_v1_RekeyingMessage } from './forebay/v1/Rekeying';
import type { RetiredViewInput as _forebay_v1_RetiredViewInput, RetiredViewMessage as _forebay_v1_RetiredViewMessage } from './forebay/v1/RetiredView';
import type { RowCountInput as _forebay_v1_RowCountInput, RowCountMessage as _forebay_v1_RowCountMessage } from './forebay/v1/RowCount';
import type { SchedulePlanInput as _forebay_v1_SchedulePlanInput, SchedulePlanMessage as _forebay_v1_SchedulePlanMessage } from './forebay/v1/SchedulePlan';
import type { SequenceSourceInput as _forebay_v1_SequenceSourceInput, SequenceSourceMessage as _forebay_v1_SequenceSourceMessage } from './forebay/v1/SequenceSource';
import type { ServiceVariantInput as _forebay_v1_ServiceVariantInput, ServiceVariantMessage as _forebay_v1_ServiceVariantMessage } from './forebay/v1/ServiceVariant';
import type { SessionWindowInput as _forebay_v1_SessionWindowInput, SessionWindowMessage as _forebay_v1_SessionWindowMessage } from './forebay/v1/SessionWindow';
import type { SlidingWindowInput as _forebay_v1_SlidingWindowInput, SlidingWindowMessage as _forebay_v1_SlidingWindowMessage } from './forebay/v1/SlidingWindow';
import type { SourceTopicInput as _forebay_v1_SourceTopicInput, SourceTopicMessage as _forebay_v1_SourceTopicMessage } from './forebay/v1/SourceTopic';
import type { StreamPlanInput as _forebay_v1_StreamPlanInput, StreamPlanMessage as _forebay_v1_StreamPlanMessage } from './forebay/v1/StreamPlan';
import type { TableFeatureInput as _forebay_v1_TableFeatureInput, TableFeatureMessage as _forebay_v1_TableFeatureMessage } from './forebay/v1/TableFeature';
import type { TableFieldInput as _forebay_v1_TableFieldInput, TableFieldMessage as _forebay_v1_TableFieldMessage } from './forebay/v1/TableField';
import type { TableSourceInput as _forebay_v1_TableSourceInput, TableSourceMessage as _forebay_v1_TableSourceMessage } from './forebay/v1/TableSource';
import type { TableViewInput as _forebay_v1_TableViewInput, TableViewMessage as _forebay_v1_TableViewMessage } from './forebay/v1/TableView';
import type { TumblingWindowInput as _forebay_v1_TumblingWindowInput, TumblingWindowMessage as _forebay_v1_TumblingWindowMessage } from './forebay/v1/TumblingWindow';
import type { UniqueFieldsInput as _forebay_v1_UniqueFieldsInput, UniqueFieldsMessage as _forebay_v1_UniqueFieldsMessage } from './forebay/v1/UniqueFields';
import type { UserFunctionInput as _forebay_v1_UserFunctionInput, UserFunctionMessage as _forebay_v1_UserFunctionMessage } from './forebay/v1/UserFunction';
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
      DerivedColumn: MessageTypeDefinition<_forebay_v1_DerivedColumnInput, _forebay_v1_DerivedColumnMessage>
      DriftThresholds: MessageTypeDefinition<_forebay_v1_DriftThresholdsInput, _forebay_v1_DriftThresholdsMessage>
      DriftedFeature: MessageTypeDefinition<_forebay_v1_DriftedFeatureInput, _forebay_v1_DriftedFeatureMessage>
      Enrichment: MessageTypeDefinition<_forebay_v1_EnrichmentInput, _forebay_v1_EnrichmentMessage>
      Entity: MessageTypeDefinition<_forebay_v1_EntityInput, _forebay_v1_EntityMessage>
      EventSource: MessageTypeDefinition<_forebay_v1_EventSourceInput, _forebay_v1_EventSourceMessage>
      FeatureReference: MessageTypeDefinition<_forebay_v1_FeatureReferenceInput, _forebay_v1_FeatureReferenceMessage>
      FeatureSeries: MessageTypeDefinition<_forebay_v1_FeatureSeriesInput, _forebay_v1_FeatureSeriesMessage>
      FeatureServiceDefinition: MessageTypeDefinition<_forebay_v1_FeatureServiceDefinitionInput, _forebay_v1_FeatureServiceDefinitionMessage>
      Field: MessageTypeDefinition<_forebay_v1_FieldInput, _forebay_v1_FieldMessage>
      Freshness: MessageTypeDefinition<_forebay_v1_FreshnessInput, _forebay_v1_FreshnessMessage>
      JoinKey: MessageTypeDefinition<_forebay_v1_JoinKeyInput, _forebay_v1_JoinKeyMessage>
      JoinedField: MessageTypeDefinition<_forebay_v1_JoinedFieldInput, _forebay_v1_JoinedFieldMessage>
      JoinedSource: MessageTypeDefinition<_forebay_v1_JoinedSourceInput, _forebay_v1_JoinedSourceMessage>
      Keying: MessageTypeDefinition<_forebay_v1_KeyingInput, _forebay_v1_KeyingMessage>
      LifetimeWindow: MessageTypeDefinition<_forebay_v1_LifetimeWindowInput, _forebay_v1_LifetimeWindowMessage>
      Metadata: MessageTypeDefinition<_forebay_v1_MetadataInput, _forebay_v1_MetadataMessage>
      OnDemandFeature: MessageTypeDefinition<_forebay_v1_OnDemandFeatureInput, _forebay_v1_OnDemandFeatureMessage>
      OnDemandInput: MessageTypeDefinition<_forebay_v1_OnDemandInputInput, _forebay_v1_OnDemandInputMessage>
      OnDemandView: MessageTypeDefinition<_forebay_v1_OnDemandViewInput, _forebay_v1_OnDemandViewMessage>
      OutputFormat: EnumTypeDefinition
      OutputTopic: MessageTypeDefinition<_forebay_v1_OutputTopicInput, _forebay_v1_OutputTopicMessage>
      ProfileJob: MessageTypeDefinition<_forebay_v1_ProfileJobInput, _forebay_v1_ProfileJobMessage>
      ProfilePart: MessageTypeDefinition<_forebay_v1_ProfilePartInput, _forebay_v1_ProfilePartMessage>
      ProfilePlan: MessageTypeDefinition<_forebay_v1_ProfilePlanInput, _forebay_v1_ProfilePlanMessage>
      ProfileResult: MessageTypeDefinition<_forebay_v1_ProfileResultInput, _forebay_v1_ProfileResultMessage>
      ProfiledInterval: MessageTypeDefinition<_forebay_v1_ProfiledIntervalInput, _forebay_v1_ProfiledIntervalMessage>
      ProjectDefinitions: MessageTypeDefinition<_forebay_v1_ProjectDefinitionsInput, _forebay_v1_ProjectDefinitionsMessage>
      QualityRule: MessageTypeDefinition<_forebay_v1_QualityRuleInput, _forebay_v1_QualityRuleMessage>
      RecordEncoding: EnumTypeDefinition
      RecordFormat: MessageTypeDefinition<_forebay_v1_RecordFormatInput, _forebay_v1_RecordFormatMessage>
      RegistrySnapshot: MessageTypeDefinition<_forebay_v1_RegistrySnapshotInput, _forebay_v1_RegistrySnapshotMessage>
      Rekeying: MessageTypeDefinition<_forebay_v1_RekeyingInput, _forebay_v1_RekeyingMessage>
      RetiredView: MessageTypeDefinition<_forebay_v1_RetiredViewInput, _forebay_v1_RetiredViewMessage>
      RowCount: MessageTypeDefinition<_forebay_v1_RowCountInput, _forebay_v1_RowCountMessage>
      SchedulePlan: MessageTypeDefinition<_forebay_v1_SchedulePlanInput, _forebay_v1_SchedulePlanMessage>
      SequenceSource: MessageTypeDefinition<_forebay_v1_SequenceSourceInput, _forebay_v1_SequenceSourceMessage>
      ServiceVariant: MessageTypeDefinition<_forebay_v1_ServiceVariantInput, _forebay_v1_ServiceVariantMessage>
      SessionWindow: MessageTypeDefinition<_forebay_v1_SessionWindowInput, _forebay_v1_SessionWindowMessage>
      SlidingWindow: MessageTypeDefinition<_forebay_v1_SlidingWindowInput, _forebay_v1_SlidingWindowMessage>
      SourceTopic: MessageTypeDefinition<_forebay_v1_SourceTopicInput, _forebay_v1_SourceTopicMessage>
      StreamPlan: MessageTypeDefinition<_forebay_v1_StreamPlanInput, _forebay_v1_StreamPlanMessage>
      TableFeature: MessageTypeDefinition<_forebay_v1_TableFeatureInput, _forebay_v1_TableFeatureMessage>
      TableField: MessageTypeDefinition<_forebay_v1_TableFieldInput, _forebay_v1_TableFieldMessage>
      TableSource: MessageTypeDefinition<_forebay_v1_TableSourceInput, _forebay_v1_TableSourceMessage>
      TableView: MessageTypeDefinition<_forebay_v1_TableViewInput, _forebay_v1_TableViewMessage>
      TumblingWindow: MessageTypeDefinition<_forebay_v1_TumblingWindowInput, _forebay_v1_TumblingWindowMessage>
      UniqueFields: MessageTypeDefinition<_forebay_v1_UniqueFieldsInput, _forebay_v1_UniqueFieldsMessage>
      UserFunction: MessageTypeDefinition<_forebay_v1_UserFunctionInput, _forebay_v1_UserFunctionMessage>
      ValueType: EnumTypeDefinition
      Window: MessageTypeDefinition<_forebay_v1_WindowInput, _forebay_v1_WindowMessage>
    }
  }
}

