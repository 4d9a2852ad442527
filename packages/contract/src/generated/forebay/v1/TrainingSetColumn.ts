// Original file: proto/forebay/v1/jobs_training_set.proto


/**
 * A join key or request field, and the rows' column that it is taken from.
 */
export interface TrainingSetColumnInput {
  'name'?: (string);
  'column'?: (string);
}

/**
 * A join key or request field, and the rows' column that it is taken from.
 */
export interface TrainingSetColumnMessage {
  'name': (string);
  'column': (string);
}
