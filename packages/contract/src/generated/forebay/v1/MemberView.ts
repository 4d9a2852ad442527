// Original file: proto/forebay/v1/member_status.proto

import type { Long } from '@grpc/proto-loader';

export interface MemberViewInput {
  'view_id'?: (number);
  'entities'?: (number | string | Long);
  'state_bytes'?: (number | string | Long);
  /**
   * Whether its stream values are made anew, and how far that has come, 0 to 1.
   */
  'is_made_anew'?: (boolean);
  'made_anew_ratio'?: (number | string);
}

export interface MemberViewMessage {
  'view_id': (number);
  'entities': (number);
  'state_bytes': (number);
  /**
   * Whether its stream values are made anew, and how far that has come, 0 to 1.
   */
  'is_made_anew': (boolean);
  'made_anew_ratio': (number);
}
