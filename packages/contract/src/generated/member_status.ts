import type * as grpc from '@grpc/grpc-js';
import type { MessageTypeDefinition } from '@grpc/proto-loader';

import type { MemberPartitionInput as _forebay_v1_MemberPartitionInput, MemberPartitionMessage as _forebay_v1_MemberPartitionMessage } from './forebay/v1/MemberPartition';
import type { MemberStatusInput as _forebay_v1_MemberStatusInput, MemberStatusMessage as _forebay_v1_MemberStatusMessage } from './forebay/v1/MemberStatus';
import type { MemberViewInput as _forebay_v1_MemberViewInput, MemberViewMessage as _forebay_v1_MemberViewMessage } from './forebay/v1/MemberView';
import type { RecentCountsInput as _forebay_v1_RecentCountsInput, RecentCountsMessage as _forebay_v1_RecentCountsMessage } from './forebay/v1/RecentCounts';

type SubtypeConstructor<Constructor extends new (...args: any) => any, Subtype> = {
  new(...args: ConstructorParameters<Constructor>): Subtype;
};

export interface ProtoGrpcType {
  forebay: {
    v1: {
      MemberPartition: MessageTypeDefinition<_forebay_v1_MemberPartitionInput, _forebay_v1_MemberPartitionMessage>
      MemberStatus: MessageTypeDefinition<_forebay_v1_MemberStatusInput, _forebay_v1_MemberStatusMessage>
      MemberView: MessageTypeDefinition<_forebay_v1_MemberViewInput, _forebay_v1_MemberViewMessage>
      RecentCounts: MessageTypeDefinition<_forebay_v1_RecentCountsInput, _forebay_v1_RecentCountsMessage>
    }
  }
}

