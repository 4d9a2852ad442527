// Original file: proto/forebay/v1/predictions.proto


export interface NumberListInput {
  'numbers'?: (number | string)[];
}

export interface NumberListMessage {
  'numbers': (number)[];
}
