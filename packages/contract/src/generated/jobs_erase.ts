import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ChunkJobInput as _forebay_v1_ChunkJobInput, ChunkJobMessage as _forebay_v1_ChunkJobMessage } from './forebay/v1/ChunkJob';
import type { ChunkResultInput as _forebay_v1_ChunkResultInput, ChunkResultMessage as _forebay_v1_ChunkResultMessage } from './forebay/v1/ChunkResult';
import type { EraseJobInput as _forebay_v1_EraseJobInput, EraseJobMessage as _forebay_v1_EraseJobMessage } from './forebay/v1/EraseJob';
import type { ErasePlanInput as _forebay_v1_ErasePlanInput, ErasePlanMessage as _forebay_v1_ErasePlanMessage } from './forebay/v1/ErasePlan';
import type { EraseResultInput as _forebay_v1_EraseResultInput, EraseResultMessage as _forebay_v1_EraseResultMessage } from './forebay/v1/EraseResult';
import type { ErasedKeysInput as _forebay_v1_ErasedKeysInput, ErasedKeysMessage as _forebay_v1_ErasedKeysMessage } from './forebay/v1/ErasedKeys';
import type { ErasedPlaceInput as _forebay_v1_ErasedPlaceInput, ErasedPlaceMessage as _forebay_v1_ErasedPlaceMessage } from './forebay/v1/ErasedPlace';
import type { ErasedSourceInput as _forebay_v1_ErasedSourceInput, ErasedSourceMessage as _forebay_v1_ErasedSourceMessage } from './forebay/v1/ErasedSource';
import type { HeldInTopicInput as _forebay_v1_HeldInTopicInput, HeldInTopicMessage as _forebay_v1_HeldInTopicMessage } from './forebay/v1/HeldInTopic';
import type { JoinKeyTextInput as _forebay_v1_JoinKeyTextInput, JoinKeyTextMessage as _forebay_v1_JoinKeyTextMessage } from './forebay/v1/JoinKeyText';
import type { MaterializeJobInput as _forebay_v1_MaterializeJobInput, MaterializeJobMessage as _forebay_v1_MaterializeJobMessage } from './forebay/v1/MaterializeJob';
import type { MaterializePlanInput as _forebay_v1_MaterializePlanInput, MaterializePlanMessage as _forebay_v1_MaterializePlanMessage } from './forebay/v1/MaterializePlan';
import type { MaterializeResultInput as _forebay_v1_MaterializeResultInput, MaterializeResultMessage as _forebay_v1_MaterializeResultMessage } from './forebay/v1/MaterializeResult';
import type { RebuildJobInput as _forebay_v1_RebuildJobInput, RebuildJobMessage as _forebay_v1_RebuildJobMessage } from './forebay/v1/RebuildJob';
import type { RebuildPlanInput as _forebay_v1_RebuildPlanInput, RebuildPlanMessage as _forebay_v1_RebuildPlanMessage } from './forebay/v1/RebuildPlan';
import type { RebuildResultInput as _forebay_v1_RebuildResultInput, RebuildResultMessage as _forebay_v1_RebuildResultMessage } from './forebay/v1/RebuildResult';
import type { RebuildStepInput as _forebay_v1_RebuildStepInput, RebuildStepMessage as _forebay_v1_RebuildStepMessage } from './forebay/v1/RebuildStep';
import type { RebuiltBatchInput as _forebay_v1_RebuiltBatchInput, RebuiltBatchMessage as _forebay_v1_RebuiltBatchMessage } from './forebay/v1/RebuiltBatch';
import type { RebuiltEntityInput as _forebay_v1_RebuiltEntityInput, RebuiltEntityMessage as _forebay_v1_RebuiltEntityMessage } from './forebay/v1/RebuiltEntity';
import type { RebuiltStreamInput as _forebay_v1_RebuiltStreamInput, RebuiltStreamMessage as _forebay_v1_RebuiltStreamMessage } from './forebay/v1/RebuiltStream';
import type { RetireJobInput as _forebay_v1_RetireJobInput, RetireJobMessage as _forebay_v1_RetireJobMessage } from './forebay/v1/RetireJob';
import type { RetirePlanInput as _forebay_v1_RetirePlanInput, RetirePlanMessage as _forebay_v1_RetirePlanMessage } from './forebay/v1/RetirePlan';
import type { RetireResultInput as _forebay_v1_RetireResultInput, RetireResultMessage as _forebay_v1_RetireResultMessage } from './forebay/v1/RetireResult';
import type { RetiredPlaceInput as _forebay_v1_RetiredPlaceInput, RetiredPlaceMessage as _forebay_v1_RetiredPlaceMessage } from './forebay/v1/RetiredPlace';
import type { RunStateInput as _forebay_v1_RunStateInput, RunStateMessage as _forebay_v1_RunStateMessage } from './forebay/v1/RunState';
import type { SegmentsPlanInput as _forebay_v1_SegmentsPlanInput, SegmentsPlanMessage as _forebay_v1_SegmentsPlanMessage } from './forebay/v1/SegmentsPlan';
import type { TableValuesPlanInput as _forebay_v1_TableValuesPlanInput, TableValuesPlanMessage as _forebay_v1_TableValuesPlanMessage } from './forebay/v1/TableValuesPlan';
import type { ViewNameInput as _forebay_v1_ViewNameInput, ViewNameMessage as _forebay_v1_ViewNameMessage } from './forebay/v1/ViewName';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  forebay: {
    v1: {
      ChunkJob: MessageTypeDefinition<_forebay_v1_ChunkJobInput, _forebay_v1_ChunkJobMessage>
      ChunkResult: MessageTypeDefinition<_forebay_v1_ChunkResultInput, _forebay_v1_ChunkResultMessage>
      EraseJob: MessageTypeDefinition<_forebay_v1_EraseJobInput, _forebay_v1_EraseJobMessage>
      ErasePlan: MessageTypeDefinition<_forebay_v1_ErasePlanInput, _forebay_v1_ErasePlanMessage>
      EraseResult: MessageTypeDefinition<_forebay_v1_EraseResultInput, _forebay_v1_EraseResultMessage>
      ErasedKeys: MessageTypeDefinition<_forebay_v1_ErasedKeysInput, _forebay_v1_ErasedKeysMessage>
      ErasedPlace: MessageTypeDefinition<_forebay_v1_ErasedPlaceInput, _forebay_v1_ErasedPlaceMessage>
      ErasedSource: MessageTypeDefinition<_forebay_v1_ErasedSourceInput, _forebay_v1_ErasedSourceMessage>
      HeldInTopic: MessageTypeDefinition<_forebay_v1_HeldInTopicInput, _forebay_v1_HeldInTopicMessage>
      JoinKeyText: MessageTypeDefinition<_forebay_v1_JoinKeyTextInput, _forebay_v1_JoinKeyTextMessage>
      MaterializeJob: MessageTypeDefinition<_forebay_v1_MaterializeJobInput, _forebay_v1_MaterializeJobMessage>
      MaterializePlan: MessageTypeDefinition<_forebay_v1_MaterializePlanInput, _forebay_v1_MaterializePlanMessage>
      MaterializeResult: MessageTypeDefinition<_forebay_v1_MaterializeResultInput, _forebay_v1_MaterializeResultMessage>
      RebuildJob: MessageTypeDefinition<_forebay_v1_RebuildJobInput, _forebay_v1_RebuildJobMessage>
      RebuildPlan: MessageTypeDefinition<_forebay_v1_RebuildPlanInput, _forebay_v1_RebuildPlanMessage>
      RebuildResult: MessageTypeDefinition<_forebay_v1_RebuildResultInput, _forebay_v1_RebuildResultMessage>
      RebuildStep: MessageTypeDefinition<_forebay_v1_RebuildStepInput, _forebay_v1_RebuildStepMessage>
      RebuiltBatch: MessageTypeDefinition<_forebay_v1_RebuiltBatchInput, _forebay_v1_RebuiltBatchMessage>
      RebuiltEntity: MessageTypeDefinition<_forebay_v1_RebuiltEntityInput, _forebay_v1_RebuiltEntityMessage>
      RebuiltStream: MessageTypeDefinition<_forebay_v1_RebuiltStreamInput, _forebay_v1_RebuiltStreamMessage>
      RetireJob: MessageTypeDefinition<_forebay_v1_RetireJobInput, _forebay_v1_RetireJobMessage>
      RetirePlan: MessageTypeDefinition<_forebay_v1_RetirePlanInput, _forebay_v1_RetirePlanMessage>
      RetireResult: MessageTypeDefinition<_forebay_v1_RetireResultInput, _forebay_v1_RetireResultMessage>
      RetiredPlace: MessageTypeDefinition<_forebay_v1_RetiredPlaceInput, _forebay_v1_RetiredPlaceMessage>
      RunState: MessageTypeDefinition<_forebay_v1_RunStateInput, _forebay_v1_RunStateMessage>
      SegmentsPlan: MessageTypeDefinition<_forebay_v1_SegmentsPlanInput, _forebay_v1_SegmentsPlanMessage>
      TableValuesPlan: MessageTypeDefinition<_forebay_v1_TableValuesPlanInput, _forebay_v1_TableValuesPlanMessage>
      ViewName: MessageTypeDefinition<_forebay_v1_ViewNameInput, _forebay_v1_ViewNameMessage>
    }
  }
}

