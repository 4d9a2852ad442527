// Original file: proto/forebay/v1/feature_service.proto

import type { TypedColumnInput as _forebay_v1_TypedColumnInput, TypedColumnMessage as _forebay_v1_TypedColumnMessage } from '../../forebay/v1/TypedColumn';
import type { LayoutInput as _forebay_v1_LayoutInput, LayoutMessage as _forebay_v1_LayoutMessage } from '../../forebay/v1/Layout';
import type { ViewTimesInput as _forebay_v1_ViewTimesInput, ViewTimesMessage as _forebay_v1_ViewTimesMessage } from '../../forebay/v1/ViewTimes';
import type { DegradedReasonInput as _forebay_v1_DegradedReasonInput, DegradedReasonMessage as _forebay_v1_DegradedReasonMessage } from '../../forebay/v1/DegradedReason';
import type { Long } from '@grpc/proto-loader';

/**
 * Row-major: `float64_block` is rows × (columns in the float64 block), little-endian IEEE 754, NaN where null.
 */
export interface GetOnlineFeaturesResponseInput {
  /**
   * The instant that the values speak of.
   */
  'as_of_ms'?: (number | string | Long);
  'row_count'?: (number);
  'layout_id'?: (string);
  'float64_block'?: (Buffer | Uint8Array | string);
  'typed'?: (_forebay_v1_TypedColumnInput)[];
  /**
   * rows × columns of FeatureStatus, one byte each; left out when every value is PRESENT.
   */
  'statuses'?: (Buffer | Uint8Array | string);
  'layout'?: (_forebay_v1_LayoutInput | null);
  'views'?: (_forebay_v1_ViewTimesInput)[];
  /**
   * At most the first 64.
   */
  'degraded'?: (_forebay_v1_DegradedReasonInput)[];
  /**
   * As the request gives it, or made by the server since something of the answer is logged; else empty.
   */
  'request_id'?: (string);
  /**
   * Of a feature service with variants, those that rows of the answer have, in the order of the service.
   */
  'variants'?: (string)[];
  /**
   * Of each row the index of its variant in `variants`, one byte each; left out when all rows have the same.
   */
  'row_variants'?: (Buffer | Uint8Array | string);
}

/**
 * Row-major: `float64_block` is rows × (columns in the float64 block), little-endian IEEE 754, NaN where null.
 */
export interface GetOnlineFeaturesResponseMessage {
  /**
   * The instant that the values speak of.
   */
  'as_of_ms': (number);
  'row_count': (number);
  'layout_id': (string);
  'float64_block': (Buffer);
  'typed': (_forebay_v1_TypedColumnMessage)[];
  /**
   * rows × columns of FeatureStatus, one byte each; left out when every value is PRESENT.
   */
  'statuses': (Buffer);
  'layout': (_forebay_v1_LayoutMessage | null);
  'views': (_forebay_v1_ViewTimesMessage)[];
  /**
   * At most the first 64.
   */
  'degraded': (_forebay_v1_DegradedReasonMessage)[];
  /**
   * As the request gives it, or made by the server since something of the answer is logged; else empty.
   */
  'request_id': (string);
  /**
   * Of a feature service with variants, those that rows of the answer have, in the order of the service.
   */
  'variants': (string)[];
  /**
   * Of each row the index of its variant in `variants`, one byte each; left out when all rows have the same.
   */
  'row_variants': (Buffer);
}
