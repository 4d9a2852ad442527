// Original file: proto/forebay/v1/definitions.proto

import type { MetadataInput as _forebay_v1_MetadataInput, MetadataMessage as _forebay_v1_MetadataMessage } from '../../forebay/v1/Metadata';
import type { Long } from '@grpc/proto-loader';

/**
 * The events of a source for which `second` is true and that follow one with equal keys for which `first` is true.
 */
export interface SequenceSourceInput {
  'id'?: (number);
  'name'?: (string);
  'source'?: (string);
  'by'?: (string)[];
  'first'?: (string);
  'second'?: (string);
  'within_ms'?: (number | string | Long);
  'metadata'?: (_forebay_v1_MetadataInput | null);
}

/**
 * The events of a source for which `second` is true and that follow one with equal keys for which `first` is true.
 */
export interface SequenceSourceMessage {
  'id': (number);
  'name': (string);
  'source': (string);
  'by': (string)[];
  'first': (string);
  'second': (string);
  'within_ms': (number);
  'metadata': (_forebay_v1_MetadataMessage | null);
}
