/** Fields of small protobuf messages, joined by their concatenation. For what is written seldom: each makes a Buffer. */
import { embeddedSize, int64FieldSize, ProtobufWriter } from '../response/protobuf-writer';

/** An integer of [0, 2^53); left out when it is 0, as proto3 does. */
export function integerField(field: number, value: number): Buffer {
  const writer = new ProtobufWriter(Buffer.allocUnsafe(int64FieldSize(value)), 0);
  writer.int64Field(field, value);
  return writer.bytes;
}

/** An embedded message, bytes, or a text as UTF-8; there also when it is empty. */
export function bytesField(field: number, value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  const writer = new ProtobufWriter(Buffer.allocUnsafe(embeddedSize(bytes.length)), 0);
  writer.header(field, bytes.length);
  writer.raw(bytes);
  return writer.bytes;
}
