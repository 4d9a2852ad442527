// Original file: proto/forebay/v1/jobs_training_set.proto

import type { TrainingSetFeatureInput as _forebay_v1_TrainingSetFeatureInput, TrainingSetFeatureMessage as _forebay_v1_TrainingSetFeatureMessage } from '../../forebay/v1/TrainingSetFeature';
import type { TrainingSetColumnInput as _forebay_v1_TrainingSetColumnInput, TrainingSetColumnMessage as _forebay_v1_TrainingSetColumnMessage } from '../../forebay/v1/TrainingSetColumn';
import type { Long } from '@grpc/proto-loader';

export interface TrainingSetJobInput {
  'project'?: (string);
  /**
   * A directory of the machines that run the batch service, by its whole path, or s3://bucket/prefix; it must not hold anything yet.
   */
  'out'?: (string);
  /**
   * name or name@version.
   */
  'feature_service'?: (string);
  /**
   * Of a feature service with variants.
   */
  'variant'?: (string);
  /**
   * Instead of a feature service.
   */
  'features'?: (_forebay_v1_TrainingSetFeatureInput)[];
  /**
   * A SELECT of ClickHouse, in the order of its result.
   */
  'rows_query'?: (string);
  /**
   * What people call the rows, if the query is of no use to them.
   */
  'rows_name'?: (string);
  /**
   * A table of its own that the rows are read from; the job drops it.
   */
  'rows_table'?: (string);
  /**
   * Instead of rows: what was served of the feature service, with its outcomes.
   */
  'from_served_log'?: (boolean);
  /**
   * Of the served log: instants that the values speak of. 0: open.
   */
  'from_ms'?: (number | string | Long);
  'to_ms'?: (number | string | Long);
  /**
   * Empty: timestamp or event_timestamp.
   */
  'timestamp_column'?: (string);
  'columns'?: (_forebay_v1_TrainingSetColumnInput)[];
  'known_as_of_ms'?: (number | string | Long);
  'has_known_as_of'?: (boolean);
  /**
   * A column with its status behind each feature.
   */
  'statuses'?: (boolean);
  /**
   * Of a file, and a chunk. 0: 1,000,000.
   */
  'rows_per_file'?: (number);
  'requested_by'?: (string);
  'time_limit_ms'?: (number | string | Long);
}

export interface TrainingSetJobMessage {
  'project': (string);
  /**
   * A directory of the machines that run the batch service, by its whole path, or s3://bucket/prefix; it must not hold anything yet.
   */
  'out': (string);
  /**
   * name or name@version.
   */
  'feature_service': (string);
  /**
   * Of a feature service with variants.
   */
  'variant': (string);
  /**
   * Instead of a feature service.
   */
  'features': (_forebay_v1_TrainingSetFeatureMessage)[];
  /**
   * A SELECT of ClickHouse, in the order of its result.
   */
  'rows_query': (string);
  /**
   * What people call the rows, if the query is of no use to them.
   */
  'rows_name': (string);
  /**
   * A table of its own that the rows are read from; the job drops it.
   */
  'rows_table': (string);
  /**
   * Instead of rows: what was served of the feature service, with its outcomes.
   */
  'from_served_log': (boolean);
  /**
   * Of the served log: instants that the values speak of. 0: open.
   */
  'from_ms': (number);
  'to_ms': (number);
  /**
   * Empty: timestamp or event_timestamp.
   */
  'timestamp_column': (string);
  'columns': (_forebay_v1_TrainingSetColumnMessage)[];
  'known_as_of_ms': (number);
  'has_known_as_of': (boolean);
  /**
   * A column with its status behind each feature.
   */
  'statuses': (boolean);
  /**
   * Of a file, and a chunk. 0: 1,000,000.
   */
  'rows_per_file': (number);
  'requested_by': (string);
  'time_limit_ms': (number);
}
