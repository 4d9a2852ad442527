import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { LogPredictionRequestInput as _forebay_v1_LogPredictionRequestInput, LogPredictionRequestMessage as _forebay_v1_LogPredictionRequestMessage } from './forebay/v1/LogPredictionRequest';
import type { LogPredictionResponseInput as _forebay_v1_LogPredictionResponseInput, LogPredictionResponseMessage as _forebay_v1_LogPredictionResponseMessage } from './forebay/v1/LogPredictionResponse';
import type { NumberListInput as _forebay_v1_NumberListInput, NumberListMessage as _forebay_v1_NumberListMessage } from './forebay/v1/NumberList';
import type { PredictedValueInput as _forebay_v1_PredictedValueInput, PredictedValueMessage as _forebay_v1_PredictedValueMessage } from './forebay/v1/PredictedValue';
import type { PredictionInput as _forebay_v1_PredictionInput, PredictionMessage as _forebay_v1_PredictionMessage } from './forebay/v1/Prediction';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  forebay: {
    v1: {
      LogPredictionRequest: MessageTypeDefinition<_forebay_v1_LogPredictionRequestInput, _forebay_v1_LogPredictionRequestMessage>
      LogPredictionResponse: MessageTypeDefinition<_forebay_v1_LogPredictionResponseInput, _forebay_v1_LogPredictionResponseMessage>
      NumberList: MessageTypeDefinition<_forebay_v1_NumberListInput, _forebay_v1_NumberListMessage>
      PredictedValue: MessageTypeDefinition<_forebay_v1_PredictedValueInput, _forebay_v1_PredictedValueMessage>
      Prediction: MessageTypeDefinition<_forebay_v1_PredictionInput, _forebay_v1_PredictionMessage>
    }
  }
}

