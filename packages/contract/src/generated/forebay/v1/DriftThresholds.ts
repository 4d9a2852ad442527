// Original file: proto/forebay/v1/jobs_profile.proto


export interface DriftThresholdsInput {
  'psi'?: (number | string);
  'ks'?: (number | string);
  'js'?: (number | string);
}

export interface DriftThresholdsMessage {
  'psi': (number);
  'ks': (number);
  'js': (number);
}
