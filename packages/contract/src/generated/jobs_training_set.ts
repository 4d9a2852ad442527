import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { TrainingSetColumnInput as _forebay_v1_TrainingSetColumnInput, TrainingSetColumnMessage as _forebay_v1_TrainingSetColumnMessage } from './forebay/v1/TrainingSetColumn';
import type { TrainingSetFeatureInput as _forebay_v1_TrainingSetFeatureInput, TrainingSetFeatureMessage as _forebay_v1_TrainingSetFeatureMessage } from './forebay/v1/TrainingSetFeature';
import type { TrainingSetJobInput as _forebay_v1_TrainingSetJobInput, TrainingSetJobMessage as _forebay_v1_TrainingSetJobMessage } from './forebay/v1/TrainingSetJob';
import type { TrainingSetPlanInput as _forebay_v1_TrainingSetPlanInput, TrainingSetPlanMessage as _forebay_v1_TrainingSetPlanMessage } from './forebay/v1/TrainingSetPlan';
import type { TrainingSetResultInput as _forebay_v1_TrainingSetResultInput, TrainingSetResultMessage as _forebay_v1_TrainingSetResultMessage } from './forebay/v1/TrainingSetResult';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  forebay: {
    v1: {
      TrainingSetColumn: MessageTypeDefinition<_forebay_v1_TrainingSetColumnInput, _forebay_v1_TrainingSetColumnMessage>
      TrainingSetFeature: MessageTypeDefinition<_forebay_v1_TrainingSetFeatureInput, _forebay_v1_TrainingSetFeatureMessage>
      TrainingSetJob: MessageTypeDefinition<_forebay_v1_TrainingSetJobInput, _forebay_v1_TrainingSetJobMessage>
      TrainingSetPlan: MessageTypeDefinition<_forebay_v1_TrainingSetPlanInput, _forebay_v1_TrainingSetPlanMessage>
      TrainingSetResult: MessageTypeDefinition<_forebay_v1_TrainingSetResultInput, _forebay_v1_TrainingSetResultMessage>
    }
  }
}

