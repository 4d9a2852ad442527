// Original file: proto/forebay/v1/member_status.proto

import type { MemberPartitionInput as _forebay_v1_MemberPartitionInput, MemberPartitionMessage as _forebay_v1_MemberPartitionMessage } from '../../forebay/v1/MemberPartition';
import type { MemberViewInput as _forebay_v1_MemberViewInput, MemberViewMessage as _forebay_v1_MemberViewMessage } from '../../forebay/v1/MemberView';
import type { RecentCountsInput as _forebay_v1_RecentCountsInput, RecentCountsMessage as _forebay_v1_RecentCountsMessage } from '../../forebay/v1/RecentCounts';
import type { Long } from '@grpc/proto-loader';

export interface MemberStatusInput {
  'project'?: (string);
  'source'?: (string);
  /**
   * By the member's clock.
   */
  'at_ms'?: (number | string | Long);
  /**
   * Since when it reads the source.
   */
  'started_at_ms'?: (number | string | Long);
  /**
   * Those that it reads.
   */
  'partitions'?: (_forebay_v1_MemberPartitionInput)[];
  /**
   * Those that it feeds, and those that are made anew.
   */
  'views'?: (_forebay_v1_MemberViewInput)[];
  /**
   * Rows in memory that wait for the archive.
   */
  'archive_waiting_bytes'?: (number | string | Long);
  /**
   * Events in memory that may still find a partner.
   */
  'pair_bytes'?: (number | string | Long);
  'recent'?: (_forebay_v1_RecentCountsInput | null);
  /**
   * Of a source that is re-keyed: records that wait to be copied.
   */
  'uncopied'?: (number | string | Long);
}

export interface MemberStatusMessage {
  'project': (string);
  'source': (string);
  /**
   * By the member's clock.
   */
  'at_ms': (number);
  /**
   * Since when it reads the source.
   */
  'started_at_ms': (number);
  /**
   * Those that it reads.
   */
  'partitions': (_forebay_v1_MemberPartitionMessage)[];
  /**
   * Those that it feeds, and those that are made anew.
   */
  'views': (_forebay_v1_MemberViewMessage)[];
  /**
   * Rows in memory that wait for the archive.
   */
  'archive_waiting_bytes': (number);
  /**
   * Events in memory that may still find a partner.
   */
  'pair_bytes': (number);
  'recent': (_forebay_v1_RecentCountsMessage | null);
  /**
   * Of a source that is re-keyed: records that wait to be copied.
   */
  'uncopied': (number);
}
