// Original file: proto/forebay/v1/definitions.proto

import type { RecordEncodingInput as _forebay_v1_RecordEncodingInput, RecordEncodingMessage as _forebay_v1_RecordEncodingMessage } from '../../forebay/v1/RecordEncoding';

/**
 * How the records of a topic are read.
 */
export interface RecordFormatInput {
  'encoding'?: (_forebay_v1_RecordEncodingInput);
  /**
   * Avro (JSON) or Protobuf (.proto) of values that are bare bytes of it; empty: values begin with the id of a schema
   * in a registry.
   */
  'schema'?: (string);
  /**
   * The message in a Protobuf schema that is given; empty: its first.
   */
  'message'?: (string);
  /**
   * By field, where it stands in the value if not under its name.
   */
  'paths'?: ({[key: string]: string});
  /**
   * By field, the header that holds it.
   */
  'headers'?: ({[key: string]: string});
}

/**
 * How the records of a topic are read.
 */
export interface RecordFormatMessage {
  'encoding': (_forebay_v1_RecordEncodingMessage);
  /**
   * Avro (JSON) or Protobuf (.proto) of values that are bare bytes of it; empty: values begin with the id of a schema
   * in a registry.
   */
  'schema': (string);
  /**
   * The message in a Protobuf schema that is given; empty: its first.
   */
  'message': (string);
  /**
   * By field, where it stands in the value if not under its name.
   */
  'paths': ({[key: string]: string});
  /**
   * By field, the header that holds it.
   */
  'headers': ({[key: string]: string});
}
