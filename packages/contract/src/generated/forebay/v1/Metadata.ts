// Original file: proto/forebay/v1/definitions.proto


export interface MetadataInput {
  'owner'?: (string);
  'description'?: (string);
  'tags'?: ({[key: string]: string});
}

export interface MetadataMessage {
  'owner': (string);
  'description': (string);
  'tags': ({[key: string]: string});
}
