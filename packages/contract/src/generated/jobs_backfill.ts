import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { BackfillJobInput as _forebay_v1_BackfillJobInput, BackfillJobMessage as _forebay_v1_BackfillJobMessage } from './forebay/v1/BackfillJob';
import type { BackfillPlanInput as _forebay_v1_BackfillPlanInput, BackfillPlanMessage as _forebay_v1_BackfillPlanMessage } from './forebay/v1/BackfillPlan';
import type { BackfillResultInput as _forebay_v1_BackfillResultInput, BackfillResultMessage as _forebay_v1_BackfillResultMessage } from './forebay/v1/BackfillResult';
import type { BackfillSliceInput as _forebay_v1_BackfillSliceInput, BackfillSliceMessage as _forebay_v1_BackfillSliceMessage } from './forebay/v1/BackfillSlice';
import type { BackfilledViewInput as _forebay_v1_BackfilledViewInput, BackfilledViewMessage as _forebay_v1_BackfilledViewMessage } from './forebay/v1/BackfilledView';
import type { ChunkJobInput as _forebay_v1_ChunkJobInput, ChunkJobMessage as _forebay_v1_ChunkJobMessage } from './forebay/v1/ChunkJob';
import type { ChunkResultInput as _forebay_v1_ChunkResultInput, ChunkResultMessage as _forebay_v1_ChunkResultMessage } from './forebay/v1/ChunkResult';
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
      BackfillJob: MessageTypeDefinition<_forebay_v1_BackfillJobInput, _forebay_v1_BackfillJobMessage>
      BackfillPlan: MessageTypeDefinition<_forebay_v1_BackfillPlanInput, _forebay_v1_BackfillPlanMessage>
      BackfillResult: MessageTypeDefinition<_forebay_v1_BackfillResultInput, _forebay_v1_BackfillResultMessage>
      BackfillSlice: MessageTypeDefinition<_forebay_v1_BackfillSliceInput, _forebay_v1_BackfillSliceMessage>
      BackfilledView: MessageTypeDefinition<_forebay_v1_BackfilledViewInput, _forebay_v1_BackfilledViewMessage>
      ChunkJob: MessageTypeDefinition<_forebay_v1_ChunkJobInput, _forebay_v1_ChunkJobMessage>
      ChunkResult: MessageTypeDefinition<_forebay_v1_ChunkResultInput, _forebay_v1_ChunkResultMessage>
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
      RunState: MessageTypeDefinition<_forebay_v1_RunStateInput, _forebay_v1_RunStateMessage>
      SegmentsPlan: MessageTypeDefinition<_forebay_v1_SegmentsPlanInput, _forebay_v1_SegmentsPlanMessage>
      TableValuesPlan: MessageTypeDefinition<_forebay_v1_TableValuesPlanInput, _forebay_v1_TableValuesPlanMessage>
      ViewName: MessageTypeDefinition<_forebay_v1_ViewNameInput, _forebay_v1_ViewNameMessage>
    }
  }
}

