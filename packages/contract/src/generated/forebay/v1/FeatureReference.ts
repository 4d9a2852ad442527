// Original file: proto/forebay/v1/definitions.proto


export interface FeatureReferenceInput {
  'view'?: (string);
  'version'?: (number);
  'feature'?: (string);
}

export interface FeatureReferenceMessage {
  'view': (string);
  'version': (number);
  'feature': (string);
}
