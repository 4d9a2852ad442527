// Original file: proto/forebay/v1/definitions.proto

export const RecordEncoding = {
  RECORD_JSON: 'RECORD_JSON',
  RECORD_AVRO: 'RECORD_AVRO',
  RECORD_PROTOBUF: 'RECORD_PROTOBUF',
} as const;

export type RecordEncodingInput =
  | 'RECORD_JSON'
  | 0
  | 'RECORD_AVRO'
  | 1
  | 'RECORD_PROTOBUF'
  | 2

export type RecordEncodingMessage = typeof RecordEncoding[keyof typeof RecordEncoding]
