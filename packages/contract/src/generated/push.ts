import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { PushEventsRequestInput as _forebay_v1_PushEventsRequestInput, PushEventsRequestMessage as _forebay_v1_PushEventsRequestMessage } from './forebay/v1/PushEventsRequest';
import type { PushEventsResponseInput as _forebay_v1_PushEventsResponseInput, PushEventsResponseMessage as _forebay_v1_PushEventsResponseMessage } from './forebay/v1/PushEventsResponse';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  forebay: {
    v1: {
      PushEventsRequest: MessageTypeDefinition<_forebay_v1_PushEventsRequestInput, _forebay_v1_PushEventsRequestMessage>
      PushEventsResponse: MessageTypeDefinition<_forebay_v1_PushEventsResponseInput, _forebay_v1_PushEventsResponseMessage>
    }
  }
}

