import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ChunkJobInput as _forebay_v1_ChunkJobInput, ChunkJobMessage as _forebay_v1_ChunkJobMessage } from './forebay/v1/ChunkJob';
import type { ChunkResultInput as _forebay_v1_ChunkResultInput, ChunkResultMessage as _forebay_v1_ChunkResultMessage } from './forebay/v1/ChunkResult';
import type { MaterializeJobInput as _forebay_v1_MaterializeJobInput, MaterializeJobMessage as _forebay_v1_MaterializeJobMessage } from './forebay/v1/MaterializeJob';
import type { MaterializePlanInput as _forebay_v1_MaterializePlanInput, MaterializePlanMessage as _forebay_v1_MaterializePlanMessage } from './forebay/v1/MaterializePlan';
import type { MaterializeResultInput as _forebay_v1_MaterializeResultInput, MaterializeResultMessage as _forebay_v1_MaterializeResultMessage } from './forebay/v1/MaterializeResult';
import type { RunStateInput as _forebay_v1_RunStateInput, RunStateMessage as _forebay_v1_RunStateMessage } from './forebay/v1/RunState';
import type { SegmentsPlanInput as _forebay_v1_SegmentsPlanInput, SegmentsPlanMessage as _forebay_v1_SegmentsPlanMessage } from './forebay/v1/SegmentsPlan';
import type { TableValuesPlanInput as _forebay_v1_TableValuesPlanInput, TableValuesPlanMessage as _forebay_v1_TableValuesPlanMessage } from './forebay/v1/TableValuesPlan';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  forebay: {
    v1: {
      ChunkJob: MessageTypeDefinition<_forebay_v1_ChunkJobInput, _forebay_v1_ChunkJobMessage>
      ChunkResult: MessageTypeDefinition<_forebay_v1_ChunkResultInput, _forebay_v1_ChunkResultMessage>
      MaterializeJob: MessageTypeDefinition<_forebay_v1_MaterializeJobInput, _forebay_v1_MaterializeJobMessage>
      MaterializePlan: MessageTypeDefinition<_forebay_v1_MaterializePlanInput, _forebay_v1_MaterializePlanMessage>
      MaterializeResult: MessageTypeDefinition<_forebay_v1_MaterializeResultInput, _forebay_v1_MaterializeResultMessage>
      RunState: MessageTypeDefinition<_forebay_v1_RunStateInput, _forebay_v1_RunStateMessage>
      SegmentsPlan: MessageTypeDefinition<_forebay_v1_SegmentsPlanInput, _forebay_v1_SegmentsPlanMessage>
      TableValuesPlan: MessageTypeDefinition<_forebay_v1_TableValuesPlanInput, _forebay_v1_TableValuesPlanMessage>
    }
  }
}

