// Original file: proto/forebay/v1/explain.proto


export interface DefinitionLineInput {
  'name'?: (string);
  'text'?: (string);
}

export interface DefinitionLineMessage {
  'name': (string);
  'text': (string);
}
