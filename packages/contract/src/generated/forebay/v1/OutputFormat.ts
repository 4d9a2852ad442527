// Original file: proto/forebay/v1/definitions.proto

export const OutputFormat = {
  OUTPUT_JSON: 'OUTPUT_JSON',
  OUTPUT_PROTOBUF: 'OUTPUT_PROTOBUF',
} as const;

export type OutputFormatInput =
  | 'OUTPUT_JSON'
  | 0
  | 'OUTPUT_PROTOBUF'
  | 1

export type OutputFormatMessage = typeof OutputFormat[keyof typeof OutputFormat]
