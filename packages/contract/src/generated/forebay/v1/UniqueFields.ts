// Original file: proto/forebay/v1/definitions.proto


export interface UniqueFieldsInput {
  'fields'?: (string)[];
}

export interface UniqueFieldsMessage {
  'fields': (string)[];
}
