import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AggregationFeatureInput as _forebay_v1_AggregationFeatureInput, AggregationFeatureMessage as _forebay_v1_AggregationFeatureMessage } from './forebay/v1/AggregationFeature';
import type { AggregationViewInput as _forebay_v1_AggregationViewInput, AggregationViewMessage as _forebay_v1_AggregationViewMessage } from './forebay/v1/AggregationView';
import type { BatchPlanInput as _forebay_v1_BatchPlanInput, BatchPlanMessage as _forebay_v1_BatchPlanMessage } from './forebay/v1/BatchPlan';
import type { DegradedReasonInput as _forebay_v1_DegradedReasonInput, DegradedReasonMessage as _forebay_v1_DegradedReasonMessage } from './forebay/v1/DegradedReason';
import type { DerivedColumnInput as _forebay_v1_DerivedColumnInput, DerivedColumnMessage as _forebay_v1_DerivedColumnMessage } from './forebay/v1/DerivedColumn';
import type { EntityInput as _forebay_v1_EntityInput, EntityMessage as _forebay_v1_EntityMessage } from './forebay/v1/Entity';
import type { EventSourceInput as _forebay_v1_EventSourceInput, EventSourceMessage as _forebay_v1_EventSourceMessage } from './forebay/v1/EventSource';
import type { FeatureColumnInput as _forebay_v1_FeatureColumnInput, FeatureColumnMessage as _forebay_v1_FeatureColumnMessage } from './forebay/v1/FeatureColumn';
import type { FeatureListInput as _forebay_v1_FeatureListInput, FeatureListMessage as _forebay_v1_FeatureListMessage } from './forebay/v1/FeatureList';
import type { FeatureReferenceInput as _forebay_v1_FeatureReferenceInput, FeatureReferenceMessage as _forebay_v1_FeatureReferenceMessage } from './forebay/v1/FeatureReference';
import type { FeatureServiceClient as _forebay_v1_FeatureServiceClient, FeatureServiceDefinition as _forebay_v1_FeatureServiceDefinition } from './forebay/v1/FeatureService';
import type { FeatureServiceDefinitionInput as _forebay_v1_FeatureServiceDefinitionInput, FeatureServiceDefinitionMessage as _forebay_v1_FeatureServiceDefinitionMessage } from './forebay/v1/FeatureServiceDefinition';
import type { FieldInput as _forebay_v1_FieldInput, FieldMessage as _forebay_v1_FieldMessage } from './forebay/v1/Field';
import type { GetFeatureServiceInfoRequestInput as _forebay_v1_GetFeatureServiceInfoRequestInput, GetFeatureServiceInfoRequestMessage as _forebay_v1_GetFeatureServiceInfoRequestMessage } from './forebay/v1/GetFeatureServiceInfoRequest';
import type { GetFeatureServiceInfoResponseInput as _forebay_v1_GetFeatureServiceInfoResponseInput, GetFeatureServiceInfoResponseMessage as _forebay_v1_GetFeatureServiceInfoResponseMessage } from './forebay/v1/GetFeatureServiceInfoResponse';
import type { GetOnlineFeaturesRequestInput as _forebay_v1_GetOnlineFeaturesRequestInput, GetOnlineFeaturesRequestMessage as _forebay_v1_GetOnlineFeaturesRequestMessage } from './forebay/v1/GetOnlineFeaturesRequest';
import type { GetOnlineFeaturesResponseInput as _forebay_v1_GetOnlineFeaturesResponseInput, GetOnlineFeaturesResponseMessage as _forebay_v1_GetOnlineFeaturesResponseMessage } from './forebay/v1/GetOnlineFeaturesResponse';
import type { KeyColumnInput as _forebay_v1_KeyColumnInput, KeyColumnMessage as _forebay_v1_KeyColumnMessage } from './forebay/v1/KeyColumn';
import type { LayoutInput as _forebay_v1_LayoutInput, LayoutMessage as _forebay_v1_LayoutMessage } from './forebay/v1/Layout';
import type { LifetimeWindowInput as _forebay_v1_LifetimeWindowInput, LifetimeWindowMessage as _forebay_v1_LifetimeWindowMessage } from './forebay/v1/LifetimeWindow';
import type { MetadataInput as _forebay_v1_MetadataInput, MetadataMessage as _forebay_v1_MetadataMessage } from './forebay/v1/Metadata';
import type { OnDemandFeatureInput as _forebay_v1_OnDemandFeatureInput, OnDemandFeatureMessage as _forebay_v1_OnDemandFeatureMessage } from './forebay/v1/OnDemandFeature';
import type { OnDemandInputInput as _forebay_v1_OnDemandInputInput, OnDemandInputMessage as _forebay_v1_OnDemandInputMessage } from './forebay/v1/OnDemandInput';
import type { OnDemandViewInput as _forebay_v1_OnDemandViewInput, OnDemandViewMessage as _forebay_v1_OnDemandViewMessage } from './forebay/v1/OnDemandView';
import type { ProjectDefinitionsInput as _forebay_v1_ProjectDefinitionsInput, ProjectDefinitionsMessage as _forebay_v1_ProjectDefinitionsMessage } from './forebay/v1/ProjectDefinitions';
import type { RegistrySnapshotInput as _forebay_v1_RegistrySnapshotInput, RegistrySnapshotMessage as _forebay_v1_RegistrySnapshotMessage } from './forebay/v1/RegistrySnapshot';
import type { RequestColumnInput as _forebay_v1_RequestColumnInput, RequestColumnMessage as _forebay_v1_RequestColumnMessage } from './forebay/v1/RequestColumn';
import type { RequestFieldInput as _forebay_v1_RequestFieldInput, RequestFieldMessage as _forebay_v1_RequestFieldMessage } from './forebay/v1/RequestField';
import type { SchedulePlanInput as _forebay_v1_SchedulePlanInput, SchedulePlanMessage as _forebay_v1_SchedulePlanMessage } from './forebay/v1/SchedulePlan';
import type { SessionWindowInput as _forebay_v1_SessionWindowInput, SessionWindowMessage as _forebay_v1_SessionWindowMessage } from './forebay/v1/SessionWindow';
import type { SlidingWindowInput as _forebay_v1_SlidingWindowInput, SlidingWindowMessage as _forebay_v1_SlidingWindowMessage } from './forebay/v1/SlidingWindow';
import type { StreamPlanInput as _forebay_v1_StreamPlanInput, StreamPlanMessage as _forebay_v1_StreamPlanMessage } from './forebay/v1/StreamPlan';
import type { TableFeatureInput as _forebay_v1_TableFeatureInput, TableFeatureMessage as _forebay_v1_TableFeatureMessage } from './forebay/v1/TableFeature';
import type { TableFieldInput as _forebay_v1_TableFieldInput, TableFieldMessage as _forebay_v1_TableFieldMessage } from './forebay/v1/TableField';
import type { TableSourceInput as _forebay_v1_TableSourceInput, TableSourceMessage as _forebay_v1_TableSourceMessage } from './forebay/v1/TableSource';
import type { TableViewInput as _forebay_v1_TableViewInput, TableViewMessage as _forebay_v1_TableViewMessage } from './forebay/v1/TableView';
import type { TumblingWindowInput as _forebay_v1_TumblingWindowInput, TumblingWindowMessage as _forebay_v1_TumblingWindowMessage } from './forebay/v1/TumblingWindow';
import type { TypedColumnInput as _forebay_v1_TypedColumnInput, TypedColumnMessage as _forebay_v1_TypedColumnMessage } from './forebay/v1/TypedColumn';
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
      DegradedReason: MessageTypeDefinition<_forebay_v1_DegradedReasonInput, _forebay_v1_DegradedReasonMessage>
      DerivedColumn: MessageTypeDefinition<_forebay_v1_DerivedColumnInput, _forebay_v1_DerivedColumnMessage>
      Entity: MessageTypeDefinition<_forebay_v1_EntityInput, _forebay_v1_EntityMessage>
      EventSource: MessageTypeDefinition<_forebay_v1_EventSourceInput, _forebay_v1_EventSourceMessage>
      FeatureColumn: MessageTypeDefinition<_forebay_v1_FeatureColumnInput, _forebay_v1_FeatureColumnMessage>
      FeatureList: MessageTypeDefinition<_forebay_v1_FeatureListInput, _forebay_v1_FeatureListMessage>
      FeatureReference: MessageTypeDefinition<_forebay_v1_FeatureReferenceInput, _forebay_v1_FeatureReferenceMessage>
      /**
       * Online reads of feature vectors.
       */
      FeatureService: SubtypeConstructor<typeof grpc.Client, _forebay_v1_FeatureServiceClient> & { service: _forebay_v1_FeatureServiceDefinition }
      FeatureServiceDefinition: MessageTypeDefinition<_forebay_v1_FeatureServiceDefinitionInput, _forebay_v1_FeatureServiceDefinitionMessage>
      FeatureStatus: EnumTypeDefinition
      Field: MessageTypeDefinition<_forebay_v1_FieldInput, _forebay_v1_FieldMessage>
      GetFeatureServiceInfoRequest: MessageTypeDefinition<_forebay_v1_GetFeatureServiceInfoRequestInput, _forebay_v1_GetFeatureServiceInfoRequestMessage>
      GetFeatureServiceInfoResponse: MessageTypeDefinition<_forebay_v1_GetFeatureServiceInfoResponseInput, _forebay_v1_GetFeatureServiceInfoResponseMessage>
      GetOnlineFeaturesRequest: MessageTypeDefinition<_forebay_v1_GetOnlineFeaturesRequestInput, _forebay_v1_GetOnlineFeaturesRequestMessage>
      GetOnlineFeaturesResponse: MessageTypeDefinition<_forebay_v1_GetOnlineFeaturesResponseInput, _forebay_v1_GetOnlineFeaturesResponseMessage>
      KeyColumn: MessageTypeDefinition<_forebay_v1_KeyColumnInput, _forebay_v1_KeyColumnMessage>
      Layout: MessageTypeDefinition<_forebay_v1_LayoutInput, _forebay_v1_LayoutMessage>
      LifetimeWindow: MessageTypeDefinition<_forebay_v1_LifetimeWindowInput, _forebay_v1_LifetimeWindowMessage>
      Metadata: MessageTypeDefinition<_forebay_v1_MetadataInput, _forebay_v1_MetadataMessage>
      OnDemandFeature: MessageTypeDefinition<_forebay_v1_OnDemandFeatureInput, _forebay_v1_OnDemandFeatureMessage>
      OnDemandInput: MessageTypeDefinition<_forebay_v1_OnDemandInputInput, _forebay_v1_OnDemandInputMessage>
      OnDemandView: MessageTypeDefinition<_forebay_v1_OnDemandViewInput, _forebay_v1_OnDemandViewMessage>
      ProjectDefinitions: MessageTypeDefinition<_forebay_v1_ProjectDefinitionsInput, _forebay_v1_ProjectDefinitionsMessage>
      RegistrySnapshot: MessageTypeDefinition<_forebay_v1_RegistrySnapshotInput, _forebay_v1_RegistrySnapshotMessage>
      RequestColumn: MessageTypeDefinition<_forebay_v1_RequestColumnInput, _forebay_v1_RequestColumnMessage>
      RequestField: MessageTypeDefinition<_forebay_v1_RequestFieldInput, _forebay_v1_RequestFieldMessage>
      SchedulePlan: MessageTypeDefinition<_forebay_v1_SchedulePlanInput, _forebay_v1_SchedulePlanMessage>
      SessionWindow: MessageTypeDefinition<_forebay_v1_SessionWindowInput, _forebay_v1_SessionWindowMessage>
      SlidingWindow: MessageTypeDefinition<_forebay_v1_SlidingWindowInput, _forebay_v1_SlidingWindowMessage>
      StreamPlan: MessageTypeDefinition<_forebay_v1_StreamPlanInput, _forebay_v1_StreamPlanMessage>
      TableFeature: MessageTypeDefinition<_forebay_v1_TableFeatureInput, _forebay_v1_TableFeatureMessage>
      TableField: MessageTypeDefinition<_forebay_v1_TableFieldInput, _forebay_v1_TableFieldMessage>
      TableSource: MessageTypeDefinition<_forebay_v1_TableSourceInput, _forebay_v1_TableSourceMessage>
      TableView: MessageTypeDefinition<_forebay_v1_TableViewInput, _forebay_v1_TableViewMessage>
      TumblingWindow: MessageTypeDefinition<_forebay_v1_TumblingWindowInput, _forebay_v1_TumblingWindowMessage>
      TypedColumn: MessageTypeDefinition<_forebay_v1_TypedColumnInput, _forebay_v1_TypedColumnMessage>
      UserFunction: MessageTypeDefinition<_forebay_v1_UserFunctionInput, _forebay_v1_UserFunctionMessage>
      ValueList: MessageTypeDefinition<_forebay_v1_ValueListInput, _forebay_v1_ValueListMessage>
      ValueMap: MessageTypeDefinition<_forebay_v1_ValueMapInput, _forebay_v1_ValueMapMessage>
      ValueType: EnumTypeDefinition
      ViewTimes: MessageTypeDefinition<_forebay_v1_ViewTimesInput, _forebay_v1_ViewTimesMessage>
      Window: MessageTypeDefinition<_forebay_v1_WindowInput, _forebay_v1_WindowMessage>
    }
  }
}

