// Original file: proto/forebay/v1/jobs_training_set.proto


export interface TrainingSetFeatureInput {
  'view'?: (string);
  'version'?: (number);
  'feature'?: (string);
}

export interface TrainingSetFeatureMessage {
  'view': (string);
  'version': (number);
  'feature': (string);
}
