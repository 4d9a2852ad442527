// Original file: proto/forebay/v1/definitions.proto

import type { JoinKeyInput as _forebay_v1_JoinKeyInput, JoinKeyMessage as _forebay_v1_JoinKeyMessage } from '../../forebay/v1/JoinKey';
import type { JoinedFieldInput as _forebay_v1_JoinedFieldInput, JoinedFieldMessage as _forebay_v1_JoinedFieldMessage } from '../../forebay/v1/JoinedField';
import type { MetadataInput as _forebay_v1_MetadataInput, MetadataMessage as _forebay_v1_MetadataMessage } from '../../forebay/v1/Metadata';
import type { Long } from '@grpc/proto-loader';

/**
 * One event for each pair of events of two sources with equal keys, the right one at the left one's time or less than
 * within_ms after it. Fields event_time and event_id come on top of those that are listed.
 */
export interface JoinedSourceInput {
  'id'?: (number);
  'name'?: (string);
  'left'?: (string);
  'right'?: (string);
  'on'?: (_forebay_v1_JoinKeyInput)[];
  'within_ms'?: (number | string | Long);
  'fields'?: (_forebay_v1_JoinedFieldInput)[];
  'metadata'?: (_forebay_v1_MetadataInput | null);
}

/**
 * One event for each pair of events of two sources with equal keys, the right one at the left one's time or less than
 * within_ms after it. Fields event_time and event_id come on top of those that are listed.
 */
export interface JoinedSourceMessage {
  'id': (number);
  'name': (string);
  'left': (string);
  'right': (string);
  'on': (_forebay_v1_JoinKeyMessage)[];
  'within_ms': (number);
  'fields': (_forebay_v1_JoinedFieldMessage)[];
  'metadata': (_forebay_v1_MetadataMessage | null);
}
