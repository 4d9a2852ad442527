// Original file: proto/forebay/v1/jobs.proto


export interface ViewNameInput {
  'view'?: (string);
  'version'?: (number);
}

export interface ViewNameMessage {
  'view': (string);
  'version': (number);
}
