import type { ScalarType } from './model';

/** A field that stands elsewhere than under its own name. */
export interface FieldOptions<T extends ScalarType = ScalarType> {
  type: T;
  /** Where it stands in the value, such as `payment.amount.value`; the first item of a list is `0`. */
  path?: string;
  /** The header of the record that holds it, as text: `ce_id`, `ce_time`. */
  header?: string;
}

/** Bare bytes of one Avro schema. */
export interface AvroFormatOptions {
  type: 'avro';
  /** The schema that all records are written with: JSON text, or what it says. */
  schema: string | object;
}

/** Bare bytes of one Protobuf message. */
export interface ProtobufFormatOptions {
  type: 'protobuf';
  /** The text of a .proto file. */
  schema: string;
  /** The full name of the message; the first one of the file if left out. */
  message?: string;
}

/** `avro` and `protobuf` alone: values begin with the id of a schema that a schema registry knows. */
export type FormatOptions = 'json' | 'avro' | 'protobuf' | AvroFormatOptions | ProtobufFormatOptions;
