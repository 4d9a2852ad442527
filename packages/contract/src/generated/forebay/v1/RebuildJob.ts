// Original file: proto/forebay/v1/jobs.proto

import type { ViewNameInput as _forebay_v1_ViewNameInput, ViewNameMessage as _forebay_v1_ViewNameMessage } from '../../forebay/v1/ViewName';
import type { JoinKeyTextInput as _forebay_v1_JoinKeyTextInput, JoinKeyTextMessage as _forebay_v1_JoinKeyTextMessage } from '../../forebay/v1/JoinKeyText';
import type { Long } from '@grpc/proto-loader';

/**
 * Makes values anew that Redis lost: stream values by the stream service, batch values by runs of the kind materialize.
 */
export interface RebuildJobInput {
  'project'?: (string);
  'views'?: (_forebay_v1_ViewNameInput)[];
  /**
   * Sources that are read from the archive's end on if a rebuild of one of the views begins, or if Kafka deleted records before they were read.
   */
  'sources'?: (string)[];
  'requested_by'?: (string);
  /**
   * Who asked has begun it already: the values are DEGRADED, and the stream service reads.
   */
  'begun'?: (boolean);
  'time_limit_ms'?: (number | string | Long);
  /**
   * The join keys of one entity: only its values are made anew, by the job itself. Empty: of all entities.
   */
  'keys'?: (_forebay_v1_JoinKeyTextInput)[];
}

/**
 * Makes values anew that Redis lost: stream values by the stream service, batch values by runs of the kind materialize.
 */
export interface RebuildJobMessage {
  'project': (string);
  'views': (_forebay_v1_ViewNameMessage)[];
  /**
   * Sources that are read from the archive's end on if a rebuild of one of the views begins, or if Kafka deleted records before they were read.
   */
  'sources': (string)[];
  'requested_by': (string);
  /**
   * Who asked has begun it already: the values are DEGRADED, and the stream service reads.
   */
  'begun': (boolean);
  'time_limit_ms': (number);
  /**
   * The join keys of one entity: only its values are made anew, by the job itself. Empty: of all entities.
   */
  'keys': (_forebay_v1_JoinKeyTextMessage)[];
}
