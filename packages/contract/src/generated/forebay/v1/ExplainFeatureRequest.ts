// Original file: proto/forebay/v1/feature_service.proto

import type { GetOnlineFeaturesRequestInput as _forebay_v1_GetOnlineFeaturesRequestInput, GetOnlineFeaturesRequestMessage as _forebay_v1_GetOnlineFeaturesRequestMessage } from '../../forebay/v1/GetOnlineFeaturesRequest';

export interface ExplainFeatureRequestInput {
  /**
   * What GetOnlineFeatures would be asked: a list of one feature, one entity row, and the request's data for on-demand views.
   */
  'of'?: (_forebay_v1_GetOnlineFeaturesRequestInput | null);
  /**
   * Segments of a feature that are told of, the newest; 0: the server's default.
   */
  'max_segments'?: (number);
}

export interface ExplainFeatureRequestMessage {
  /**
   * What GetOnlineFeatures would be asked: a list of one feature, one entity row, and the request's data for on-demand views.
   */
  'of': (_forebay_v1_GetOnlineFeaturesRequestMessage | null);
  /**
   * Segments of a feature that are told of, the newest; 0: the server's default.
   */
  'max_segments': (number);
}
