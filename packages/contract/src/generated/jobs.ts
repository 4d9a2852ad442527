import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { MaterializeJobInput as _forebay_v1_MaterializeJobInput, MaterializeJobMessage as _forebay_v1_MaterializeJobMessage } from './forebay/v1/MaterializeJob';
import type { MaterializeResultInput as _forebay_v1_MaterializeResultInput, MaterializeResultMessage as _forebay_v1_MaterializeResultMessage } from './forebay/v1/MaterializeResult';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  forebay: {
    v1: {
      MaterializeJob: MessageTypeDefinition<_forebay_v1_MaterializeJobInput, _forebay_v1_MaterializeJobMessage>
      MaterializeResult: MessageTypeDefinition<_forebay_v1_MaterializeResultInput, _forebay_v1_MaterializeResultMessage>
    }
  }
}

