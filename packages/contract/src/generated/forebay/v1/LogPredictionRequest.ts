// Original file: proto/forebay/v1/predictions.proto

import type { PredictionInput as _forebay_v1_PredictionInput, PredictionMessage as _forebay_v1_PredictionMessage } from '../../forebay/v1/Prediction';

export interface LogPredictionRequestInput {
  'project'?: (string);
  'predictions'?: (_forebay_v1_PredictionInput)[];
  /**
   * The one whose answers the predictions were made of, `name` or `name@version`: whoever may read it may log its predictions.
   * Empty: several; that needs the right to read the whole project.
   */
  'feature_service'?: (string);
}

export interface LogPredictionRequestMessage {
  'project': (string);
  'predictions': (_forebay_v1_PredictionMessage)[];
  /**
   * The one whose answers the predictions were made of, `name` or `name@version`: whoever may read it may log its predictions.
   * Empty: several; that needs the right to read the whole project.
   */
  'feature_service': (string);
}
