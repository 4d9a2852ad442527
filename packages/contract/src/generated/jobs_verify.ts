import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { VerifiedFeatureInput as _forebay_v1_VerifiedFeatureInput, VerifiedFeatureMessage as _forebay_v1_VerifiedFeatureMessage } from './forebay/v1/VerifiedFeature';
import type { VerifyDifferenceInput as _forebay_v1_VerifyDifferenceInput, VerifyDifferenceMessage as _forebay_v1_VerifyDifferenceMessage } from './forebay/v1/VerifyDifference';
import type { VerifyJobInput as _forebay_v1_VerifyJobInput, VerifyJobMessage as _forebay_v1_VerifyJobMessage } from './forebay/v1/VerifyJob';
import type { VerifyPlanInput as _forebay_v1_VerifyPlanInput, VerifyPlanMessage as _forebay_v1_VerifyPlanMessage } from './forebay/v1/VerifyPlan';
import type { VerifyResultInput as _forebay_v1_VerifyResultInput, VerifyResultMessage as _forebay_v1_VerifyResultMessage } from './forebay/v1/VerifyResult';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  forebay: {
    v1: {
      VerifiedFeature: MessageTypeDefinition<_forebay_v1_VerifiedFeatureInput, _forebay_v1_VerifiedFeatureMessage>
      VerifyDifference: MessageTypeDefinition<_forebay_v1_VerifyDifferenceInput, _forebay_v1_VerifyDifferenceMessage>
      VerifyJob: MessageTypeDefinition<_forebay_v1_VerifyJobInput, _forebay_v1_VerifyJobMessage>
      VerifyPlan: MessageTypeDefinition<_forebay_v1_VerifyPlanInput, _forebay_v1_VerifyPlanMessage>
      VerifyResult: MessageTypeDefinition<_forebay_v1_VerifyResultInput, _forebay_v1_VerifyResultMessage>
    }
  }
}

