// Original file: proto/forebay/v1/jobs_erase.proto

import type { JoinKeyTextInput as _forebay_v1_JoinKeyTextInput, JoinKeyTextMessage as _forebay_v1_JoinKeyTextMessage } from '../../forebay/v1/JoinKeyText';
import type { Long } from '@grpc/proto-loader';

/**
 * Removes one entity from everywhere.
 */
export interface EraseJobInput {
  'project'?: (string);
  'entity'?: (string);
  /**
   * All join keys of the entity.
   */
  'keys'?: (_forebay_v1_JoinKeyTextInput)[];
  /**
   * Kept with the report.
   */
  'reason'?: (string);
  'requested_by'?: (string);
  'time_limit_ms'?: (number | string | Long);
  /**
   * Directories with training sets that are looked through, beside those that jobs have made.
   */
  'exports'?: (string)[];
}

/**
 * Removes one entity from everywhere.
 */
export interface EraseJobMessage {
  'project': (string);
  'entity': (string);
  /**
   * All join keys of the entity.
   */
  'keys': (_forebay_v1_JoinKeyTextMessage)[];
  /**
   * Kept with the report.
   */
  'reason': (string);
  'requested_by': (string);
  'time_limit_ms': (number);
  /**
   * Directories with training sets that are looked through, beside those that jobs have made.
   */
  'exports': (string)[];
}
