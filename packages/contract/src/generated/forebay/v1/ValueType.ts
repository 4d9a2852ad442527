// Original file: proto/forebay/v1/definitions.proto

export const ValueType = {
  VALUE_TYPE_UNSPECIFIED: 'VALUE_TYPE_UNSPECIFIED',
  BOOL: 'BOOL',
  INT32: 'INT32',
  INT64: 'INT64',
  DOUBLE: 'DOUBLE',
  STRING: 'STRING',
  TIMESTAMP: 'TIMESTAMP',
  BOOL_LIST: 'BOOL_LIST',
  INT32_LIST: 'INT32_LIST',
  INT64_LIST: 'INT64_LIST',
  DOUBLE_LIST: 'DOUBLE_LIST',
  STRING_LIST: 'STRING_LIST',
  TIMESTAMP_LIST: 'TIMESTAMP_LIST',
  STRING_INT64_MAP: 'STRING_INT64_MAP',
  STRING_DOUBLE_MAP: 'STRING_DOUBLE_MAP',
  INT64_INT64_MAP: 'INT64_INT64_MAP',
  INT64_DOUBLE_MAP: 'INT64_DOUBLE_MAP',
  /**
   * So many float32 numbers as the field beside it, vector_length, says.
   */
  VECTOR: 'VECTOR',
} as const;

export type ValueTypeInput =
  | 'VALUE_TYPE_UNSPECIFIED'
  | 0
  | 'BOOL'
  | 1
  | 'INT32'
  | 2
  | 'INT64'
  | 3
  | 'DOUBLE'
  | 4
  | 'STRING'
  | 5
  | 'TIMESTAMP'
  | 6
  | 'BOOL_LIST'
  | 11
  | 'INT32_LIST'
  | 12
  | 'INT64_LIST'
  | 13
  | 'DOUBLE_LIST'
  | 14
  | 'STRING_LIST'
  | 15
  | 'TIMESTAMP_LIST'
  | 16
  | 'STRING_INT64_MAP'
  | 21
  | 'STRING_DOUBLE_MAP'
  | 22
  | 'INT64_INT64_MAP'
  | 23
  | 'INT64_DOUBLE_MAP'
  | 24
  /**
   * So many float32 numbers as the field beside it, vector_length, says.
   */
  | 'VECTOR'
  | 31

export type ValueTypeMessage = typeof ValueType[keyof typeof ValueType]
