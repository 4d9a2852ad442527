// Original file: proto/forebay/v1/feature_service.proto

import type { FeatureListInput as _forebay_v1_FeatureListInput, FeatureListMessage as _forebay_v1_FeatureListMessage } from '../../forebay/v1/FeatureList';
import type { KeyColumnInput as _forebay_v1_KeyColumnInput, KeyColumnMessage as _forebay_v1_KeyColumnMessage } from '../../forebay/v1/KeyColumn';
import type { RequestColumnInput as _forebay_v1_RequestColumnInput, RequestColumnMessage as _forebay_v1_RequestColumnMessage } from '../../forebay/v1/RequestColumn';

export interface GetOnlineFeaturesRequestInput {
  'project'?: (string);
  /**
   * `name` or `name@version`; without a version the newest.
   */
  'feature_service'?: (string);
  'features'?: (_forebay_v1_FeatureListInput | null);
  'keys'?: (_forebay_v1_KeyColumnInput)[];
  /**
   * Also return the features' names and types; clients that cache the layout leave it out.
   */
  'include_layout'?: (boolean);
  /**
   * What on-demand views need of the request (GetFeatureServiceInfo tells). A field that is a join key too is taken from `keys`.
   */
  'request'?: (_forebay_v1_RequestColumnInput)[];
  /**
   * Also return freshness, newest event and cut of each view.
   */
  'include_view_times'?: (boolean);
  /**
   * Names the answer in the log of served vectors, for LogPrediction; at most 128 bytes. The server makes one for an answer
   * that is logged without.
   */
  'request_id'?: (string);
  /**
   * Of a feature service with variants: the one that answers for all rows, instead of that of each entity.
   */
  'variant'?: (string);
  'selection'?: "feature_service"|"features";
}

export interface GetOnlineFeaturesRequestMessage {
  'project': (string);
  /**
   * `name` or `name@version`; without a version the newest.
   */
  'feature_service'?: (string);
  'features'?: (_forebay_v1_FeatureListMessage | null);
  'keys': (_forebay_v1_KeyColumnMessage)[];
  /**
   * Also return the features' names and types; clients that cache the layout leave it out.
   */
  'include_layout': (boolean);
  /**
   * What on-demand views need of the request (GetFeatureServiceInfo tells). A field that is a join key too is taken from `keys`.
   */
  'request': (_forebay_v1_RequestColumnMessage)[];
  /**
   * Also return freshness, newest event and cut of each view.
   */
  'include_view_times': (boolean);
  /**
   * Names the answer in the log of served vectors, for LogPrediction; at most 128 bytes. The server makes one for an answer
   * that is logged without.
   */
  'request_id': (string);
  /**
   * Of a feature service with variants: the one that answers for all rows, instead of that of each entity.
   */
  'variant': (string);
  'selection'?: "feature_service"|"features";
}
