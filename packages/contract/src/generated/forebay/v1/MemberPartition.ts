// Original file: proto/forebay/v1/member_status.proto

import type { Long } from '@grpc/proto-loader';

export interface MemberPartitionInput {
  /**
   * What it is called in checkpoints and in the archive.
   */
  'number'?: (number);
  'topic'?: (string);
  'partition'?: (number);
  /**
   * Records that are not in the values yet.
   */
  'lag'?: (number | string | Long);
}

export interface MemberPartitionMessage {
  /**
   * What it is called in checkpoints and in the archive.
   */
  'number': (number);
  'topic': (string);
  'partition': (number);
  /**
   * Records that are not in the values yet.
   */
  'lag': (number);
}
