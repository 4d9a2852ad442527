// Original file: proto/forebay/v1/feature_service.proto

import type { ValueListInput as _forebay_v1_ValueListInput, ValueListMessage as _forebay_v1_ValueListMessage } from '../../forebay/v1/ValueList';
import type { ValueMapInput as _forebay_v1_ValueMapInput, ValueMapMessage as _forebay_v1_ValueMapMessage } from '../../forebay/v1/ValueMap';
import type { Long } from '@grpc/proto-loader';

/**
 * A column that the float64 block cannot hold. One entry per row; a null stands as the type's zero value.
 */
export interface TypedColumnInput {
  /**
   * Index into the layout's columns.
   */
  'column'?: (number);
  'integers'?: (number | string | Long)[];
  'strings'?: (string)[];
  'lists'?: (_forebay_v1_ValueListInput)[];
  /**
   * The rows whose value is null, ascending.
   */
  'null_rows'?: (number)[];
  'maps'?: (_forebay_v1_ValueMapInput)[];
  /**
   * Row-major: rows × vector_length, little-endian float32.
   */
  'vectors'?: (Buffer | Uint8Array | string);
  'vector_length'?: (number);
}

/**
 * A column that the float64 block cannot hold. One entry per row; a null stands as the type's zero value.
 */
export interface TypedColumnMessage {
  /**
   * Index into the layout's columns.
   */
  'column': (number);
  'integers': (number)[];
  'strings': (string)[];
  'lists': (_forebay_v1_ValueListMessage)[];
  /**
   * The rows whose value is null, ascending.
   */
  'null_rows': (number)[];
  'maps': (_forebay_v1_ValueMapMessage)[];
  /**
   * Row-major: rows × vector_length, little-endian float32.
   */
  'vectors': (Buffer);
  'vector_length': (number);
}
