/** Fields of small protobuf messages, joined by their concatenation. For what is written seldom: each makes a Buffer. */

const VARINT = 0;
const BYTES = 2;

function varint(value: number): number[] {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) | 0x80);
  bytes.push(rest);
  return bytes;
}

/** An integer of [0, 2^53); left out when it is 0, as proto3 does. */
export function integerField(field: number, value: number): Buffer {
  return value === 0 ? Buffer.alloc(0) : Buffer.from([(field << 3) | VARINT, ...varint(value)]);
}

/** An embedded message, bytes, or a text as UTF-8; there also when it is empty. */
export function bytesField(field: number, value: string | Uint8Array): Buffer {
  const bytes = typeof value === 'string' ? Buffer.from(value) : value;
  return Buffer.concat([Buffer.from([(field << 3) | BYTES, ...varint(bytes.length)]), bytes]);
}
