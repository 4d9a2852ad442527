import type * as grpc from '@grpc/grpc-js';
import type { EnumTypeDefinition, MessageTypeDefinition } from '@grpc/proto-loader';

import type { AggregationFeatureInput as _forebay_v1_AggregationFeatureInput, AggregationFeatureMessage as _forebay_v1_AggregationFeatureMessage } from './forebay/v1/AggregationFeature';
import type { AggregationViewInput as _forebay_v1_AggregationViewInput, AggregationViewMessage as _forebay_v1_AggregationViewMessage } from './forebay/v1/AggregationView';
import type { BatchPlanInput as _forebay_v1_BatchPlanInput, BatchPlanMessage as _forebay_v1_BatchPlanMessage } from './forebay/v1/BatchPlan';
import type { DerivedColumnInput as _forebay_v1_DerivedColumnInput, DerivedColumnMessage as _forebay_v1_DerivedColumnMessage } from './forebay/v1/DerivedColumn';
import type { EntityInput as _forebay_v1_EntityInput, EntityMessage as _forebay_v1_EntityMessage } from './forebay/v1/Entity';
import type { EventSourceInput as _forebay_v1_EventSourceInput, EventSourceMessage as _forebay_v1_EventSourceMessage } from './forebay/v1/EventSource';
import type { FeatureReferenceInput as _forebay_v1_FeatureReferenceInput, FeatureReferenceMessage as _forebay_v1_FeatureReferenceMessage } from './forebay/v1/FeatureReference';
import type { FeatureServiceDefinitionInput as _forebay_v1_FeatureServiceDefinitionInput, FeatureServiceDefinitionMessage as _forebay_v1_FeatureServiceDefinitionMessage } from './forebay/v1/FeatureServiceDefinition';
import type { FieldInput as _forebay_v1_FieldInput, FieldMessage as _forebay_v1_FieldMessage } from './forebay/v1/Field';
import type { LifetimeWindowInput as _forebay_v1_LifetimeWindowInput, LifetimeWindowMessage as _forebay_v1_LifetimeWindowMessage } from './forebay/v1/LifetimeWindow';
import type { MetadataInput as _forebay_v1_MetadataInput, MetadataMessage as _forebay_v1_MetadataMessage } from './forebay/v1/Metadata';
import type { ProjectDefinitionsInput as _forebay_v1_ProjectDefinitionsInput, ProjectDefinitionsMessage as _forebay_v1_ProjectDefinitionsMessage } from './forebay/v1/ProjectDefinitions';
import type { RegistrySnapshotInput as _forebay_v1_RegistrySnapshotInput, RegistrySnapshotMessage as _forebay_v1_RegistrySnapshotMessage } from './forebay/v1/RegistrySnapshot';
import type { SlidingWindowInput as _forebay_v1_SlidingWindowInput, SlidingWindowMessage as _forebay_v1_SlidingWindowMessage } from './forebay/v1/SlidingWindow';
import type { StreamPlanInput as _forebay_v1_StreamPlanInput, StreamPlanMessage as _forebay_v1_StreamPlanMessage } from './forebay/v1/StreamPlan';
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
      Entity: MessageTypeDefinition<_forebay_v1_EntityInput, _forebay_v1_EntityMessage>
      EventSource: MessageTypeDefinition<_forebay_v1_EventSourceInput, _forebay_v1_EventSourceMessage>
      FeatureReference: MessageTypeDefinition<_forebay_v1_FeatureReferenceInput, _forebay_v1_FeatureReferenceMessage>
      FeatureServiceDefinition: MessageTypeDefinition<_forebay_v1_FeatureServiceDefinitionInput, _forebay_v1_FeatureServiceDefinitionMessage>
      Field: MessageTypeDefinition<_forebay_v1_FieldInput, _forebay_v1_FieldMessage>
      LifetimeWindow: MessageTypeDefinition<_forebay_v1_LifetimeWindowInput, _forebay_v1_LifetimeWindowMessage>
      Metadata: MessageTypeDefinition<_forebay_v1_MetadataInput, _forebay_v1_MetadataMessage>
      ProjectDefinitions: MessageTypeDefinition<_forebay_v1_ProjectDefinitionsInput, _forebay_v1_ProjectDefinitionsMessage>
      RegistrySnapshot: MessageTypeDefinition<_forebay_v1_RegistrySnapshotInput, _forebay_v1_RegistrySnapshotMessage>
      SlidingWindow: MessageTypeDefinition<_forebay_v1_SlidingWindowInput, _forebay_v1_SlidingWindowMessage>
      StreamPlan: MessageTypeDefinition<_forebay_v1_StreamPlanInput, _forebay_v1_StreamPlanMessage>
      ValueType: EnumTypeDefinition
      Window: MessageTypeDefinition<_forebay_v1_WindowInput, _forebay_v1_WindowMessage>
    }
  }
}

