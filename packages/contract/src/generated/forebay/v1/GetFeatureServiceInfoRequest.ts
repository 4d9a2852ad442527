// Original file: proto/forebay/v1/feature_service.proto


export interface GetFeatureServiceInfoRequestInput {
  'project'?: (string);
  'feature_service'?: (string);
}

export interface GetFeatureServiceInfoRequestMessage {
  'project': (string);
  'feature_service': (string);
}
