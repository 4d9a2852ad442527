// Original file: proto/forebay/v1/jobs_backfill.proto

import type { ViewNameInput as _forebay_v1_ViewNameInput, ViewNameMessage as _forebay_v1_ViewNameMessage } from '../../forebay/v1/ViewName';
import type { Long } from '@grpc/proto-loader';

export interface BackfillJobInput {
  'project'?: (string);
  /**
   * Of one source.
   */
  'views'?: (_forebay_v1_ViewNameInput)[];
  /**
   * Where the values end, and the stream begins: a multiple of every view's cut hop, or a tick of their schedules. Left out: the latest possible one of each view.
   */
  'until_ms'?: (number | string | Long);
  'has_until'?: (boolean);
  /**
   * Events, over all workers, that a second's work begins with at most. 0: as many as they can.
   */
  'events_per_second'?: (number | string | Long);
  /**
   * Threads that a statement in ClickHouse may take. 0: the server's own limit.
   */
  'threads'?: (number);
  'requested_by'?: (string);
  'time_limit_ms'?: (number | string | Long);
}

export interface BackfillJobMessage {
  'project': (string);
  /**
   * Of one source.
   */
  'views': (_forebay_v1_ViewNameMessage)[];
  /**
   * Where the values end, and the stream begins: a multiple of every view's cut hop, or a tick of their schedules. Left out: the latest possible one of each view.
   */
  'until_ms': (number);
  'has_until': (boolean);
  /**
   * Events, over all workers, that a second's work begins with at most. 0: as many as they can.
   */
  'events_per_second': (number);
  /**
   * Threads that a statement in ClickHouse may take. 0: the server's own limit.
   */
  'threads': (number);
  'requested_by': (string);
  'time_limit_ms': (number);
}
