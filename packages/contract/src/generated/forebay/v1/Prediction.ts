// Original file: proto/forebay/v1/predictions.proto

import type { PredictedValueInput as _forebay_v1_PredictedValueInput, PredictedValueMessage as _forebay_v1_PredictedValueMessage } from '../../forebay/v1/PredictedValue';
import type { Long } from '@grpc/proto-loader';

/**
 * A prediction, an outcome that became known later, or both. Several entries of one row are joined: of each model the newest
 * prediction, and of the row the newest outcome.
 */
export interface PredictionInput {
  /**
   * That of GetOnlineFeatures, whether its answer was logged or not; at most 128 bytes.
   */
  'request_id'?: (string);
  /**
   * Row of that request.
   */
  'row'?: (number);
  /**
   * Join keys as text, for entries whose request is not logged.
   */
  'keys'?: ({[key: string]: string});
  /**
   * At most 256 bytes each.
   */
  'model'?: (string);
  'model_version'?: (string);
  'prediction'?: (_forebay_v1_PredictedValueInput | null);
  /**
   * When it was made; 0: now.
   */
  'predicted_at_ms'?: (number | string | Long);
  'outcome'?: (_forebay_v1_PredictedValueInput | null);
  /**
   * When it became known; 0: now.
   */
  'outcome_at_ms'?: (number | string | Long);
}

/**
 * A prediction, an outcome that became known later, or both. Several entries of one row are joined: of each model the newest
 * prediction, and of the row the newest outcome.
 */
export interface PredictionMessage {
  /**
   * That of GetOnlineFeatures, whether its answer was logged or not; at most 128 bytes.
   */
  'request_id': (string);
  /**
   * Row of that request.
   */
  'row': (number);
  /**
   * Join keys as text, for entries whose request is not logged.
   */
  'keys': ({[key: string]: string});
  /**
   * At most 256 bytes each.
   */
  'model': (string);
  'model_version': (string);
  'prediction': (_forebay_v1_PredictedValueMessage | null);
  /**
   * When it was made; 0: now.
   */
  'predicted_at_ms': (number);
  'outcome': (_forebay_v1_PredictedValueMessage | null);
  /**
   * When it became known; 0: now.
   */
  'outcome_at_ms': (number);
}
