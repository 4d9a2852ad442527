import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { ServedDifferenceInput as _forebay_v1_ServedDifferenceInput, ServedDifferenceMessage as _forebay_v1_ServedDifferenceMessage } from './forebay/v1/ServedDifference';
import type { ServedFeatureInput as _forebay_v1_ServedFeatureInput, ServedFeatureMessage as _forebay_v1_ServedFeatureMessage } from './forebay/v1/ServedFeature';
import type { VerifiedFeatureInput as _forebay_v1_VerifiedFeatureInput, VerifiedFeatureMessage as _forebay_v1_VerifiedFeatureMessage } from './forebay/v1/VerifiedFeature';
import type { VerifyDifferenceInput as _forebay_v1_VerifyDifferenceInput, VerifyDifferenceMessage as _forebay_v1_VerifyDifferenceMessage } from './forebay/v1/VerifyDifference';
import type { VerifyJobInput as _forebay_v1_VerifyJobInput, VerifyJobMessage as _forebay_v1_VerifyJobMessage } from './forebay/v1/VerifyJob';
import type { VerifyPlanInput as _forebay_v1_VerifyPlanInput, VerifyPlanMessage as _forebay_v1_VerifyPlanMessage } from './forebay/v1/VerifyPlan';
import type { VerifyResultInput as _forebay_v1_VerifyResultInput, VerifyResultMessage as _forebay_v1_VerifyResultMessage } from './forebay/v1/VerifyResult';
import type { VerifyServedJobInput as _forebay_v1_VerifyServedJobInput, VerifyServedJobMessage as _forebay_v1_VerifyServedJobMessage } from './forebay/v1/VerifyServedJob';
import type { VerifyServedPlanInput as _forebay_v1_VerifyServedPlanInput, VerifyServedPlanMessage as _forebay_v1_VerifyServedPlanMessage } from './forebay/v1/VerifyServedPlan';
import type { VerifyServedResultInput as _forebay_v1_VerifyServedResultInput, VerifyServedResultMessage as _forebay_v1_VerifyServedResultMessage } from './forebay/v1/VerifyServedResult';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  forebay: {
    v1: {
      ServedDifference: MessageTypeDefinition<_forebay_v1_ServedDifferenceInput, _forebay_v1_ServedDifferenceMessage>
      ServedFeature: MessageTypeDefinition<_forebay_v1_ServedFeatureInput, _forebay_v1_ServedFeatureMessage>
      VerifiedFeature: MessageTypeDefinition<_forebay_v1_VerifiedFeatureInput, _forebay_v1_VerifiedFeatureMessage>
      VerifyDifference: MessageTypeDefinition<_forebay_v1_VerifyDifferenceInput, _forebay_v1_VerifyDifferenceMessage>
      VerifyJob: MessageTypeDefinition<_forebay_v1_VerifyJobInput, _forebay_v1_VerifyJobMessage>
      VerifyPlan: MessageTypeDefinition<_forebay_v1_VerifyPlanInput, _forebay_v1_VerifyPlanMessage>
      VerifyResult: MessageTypeDefinition<_forebay_v1_VerifyResultInput, _forebay_v1_VerifyResultMessage>
      VerifyServedJob: MessageTypeDefinition<_forebay_v1_VerifyServedJobInput, _forebay_v1_VerifyServedJobMessage>
      VerifyServedPlan: MessageTypeDefinition<_forebay_v1_VerifyServedPlanInput, _forebay_v1_VerifyServedPlanMessage>
      VerifyServedResult: MessageTypeDefinition<_forebay_v1_VerifyServedResultInput, _forebay_v1_VerifyServedResultMessage>
    }
  }
}

