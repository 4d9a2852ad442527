// Original file: proto/forebay/v1/jobs_profile.proto


export interface DriftedFeatureInput {
  'feature'?: (string);
  /**
   * name@version
   */
  'view'?: (string);
  /**
   * steady, drifted or unknown
   */
  'state'?: (string);
  'psi'?: (number | string);
  'ks'?: (number | string);
  'js'?: (number | string);
  /**
   * Names of distances above their thresholds.
   */
  'exceeded'?: (string)[];
}

export interface DriftedFeatureMessage {
  'feature': (string);
  /**
   * name@version
   */
  'view': (string);
  /**
   * steady, drifted or unknown
   */
  'state': (string);
  'psi': (number);
  'ks': (number);
  'js': (number);
  /**
   * Names of distances above their thresholds.
   */
  'exceeded': (string)[];
}
