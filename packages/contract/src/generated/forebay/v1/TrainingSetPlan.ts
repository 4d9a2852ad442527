// Original file: proto/forebay/v1/jobs_training_set.proto

import type { TrainingSetFeatureInput as _forebay_v1_TrainingSetFeatureInput, TrainingSetFeatureMessage as _forebay_v1_TrainingSetFeatureMessage } from '../../forebay/v1/TrainingSetFeature';
import type { Long } from '@grpc/proto-loader';

export interface TrainingSetPlanInput {
  /**
   * Names the run in its directory.
   */
  'run'?: (string);
  'run_clock_ms'?: (number | string | Long);
  /**
   * Where the rows are staged, in their order.
   */
  'table'?: (string);
  /**
   * A SELECT of them with their numbers.
   */
  'rows_sql'?: (string);
  'rows'?: (number | string | Long);
  'rows_per_file'?: (number);
  'features'?: (_forebay_v1_TrainingSetFeatureInput)[];
  /**
   * name@version
   */
  'feature_service'?: (string);
  /**
   * Of the served log: the columns of the features.
   */
  'served_columns'?: (string)[];
}

export interface TrainingSetPlanMessage {
  /**
   * Names the run in its directory.
   */
  'run': (string);
  'run_clock_ms': (number);
  /**
   * Where the rows are staged, in their order.
   */
  'table': (string);
  /**
   * A SELECT of them with their numbers.
   */
  'rows_sql': (string);
  'rows': (number);
  'rows_per_file': (number);
  'features': (_forebay_v1_TrainingSetFeatureMessage)[];
  /**
   * name@version
   */
  'feature_service': (string);
  /**
   * Of the served log: the columns of the features.
   */
  'served_columns': (string)[];
}
