/** Sizes and bytes of protobuf's wire format (https://protobuf.dev/programming-guides/encoding/). */

export const WIRE = { varint: 0, bytes: 2 } as const;

const TWO_32 = 2 ** 32;

export type Integer = number | bigint;

/** Bytes of an unsigned integer below 2^53. */
export function varintSize(value: number): number {
  let size = 1;
  for (let rest = value; rest >= 0x80; rest = Math.floor(rest / 0x80)) size++;
  return size;
}

/** Bytes of a field's tag; field numbers here are below 16. */
export const TAG_SIZE = 1;

/** Bytes of an int64 field that is left out when it is 0. */
export function int64FieldSize(value: number): number {
  if (value === 0) return 0;
  return TAG_SIZE + (value < 0 ? 10 : varintSize(value));
}

/** Bytes of a field of `size` bytes that is left out when it is empty. */
export function bytesFieldSize(size: number): number {
  return size === 0 ? 0 : embeddedSize(size);
}

/** Bytes of an embedded message or an element of a repeated field, which is there also when it is empty. */
export function embeddedSize(size: number): number {
  return TAG_SIZE + varintSize(size) + size;
}

/** Bytes of a signed integer as sint64. */
export function sint64Size(value: Integer): number {
  if (typeof value === 'number' && value > -(2 ** 31) && value < 2 ** 31) return varintSize(zigzag32(value));
  const wide = BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n));
  let size = 1;
  for (let rest = wide >> 7n; rest > 0n; rest >>= 7n) size++;
  return size;
}

function zigzag32(value: number): number {
  return ((value << 1) ^ (value >> 31)) >>> 0;
}

/** An unsigned integer below 2^53. Returns the position after it. */
export function writeVarint(bytes: Uint8Array, from: number, value: number): number {
  let at = from;
  let rest = value;
  for (; rest >= TWO_32; rest = Math.floor(rest / 0x80)) bytes[at++] = (rest % 0x80) | 0x80;
  for (; rest >= 0x80; rest >>>= 7) bytes[at++] = (rest & 0x7f) | 0x80;
  bytes[at++] = rest;
  return at;
}

/** The same of an unsigned integer below 2^64. */
export function writeWideVarint(bytes: Uint8Array, from: number, value: bigint): number {
  let at = from;
  let rest = value;
  for (; rest >= 0x80n; rest >>= 7n) bytes[at++] = Number(rest & 0x7fn) | 0x80;
  bytes[at++] = Number(rest);
  return at;
}

/** Writes into memory that the caller has measured: nothing here grows. */
export class ProtobufWriter {
  constructor(
    readonly bytes: Buffer,
    public at: number,
  ) {}

  tag(field: number, wire: number): void {
    this.bytes[this.at++] = (field << 3) | wire;
  }

  varint(value: number): void {
    this.at = writeVarint(this.bytes, this.at, value);
  }

  sint64(value: Integer): void {
    if (typeof value === 'number' && value > -(2 ** 31) && value < 2 ** 31) {
      this.varint(zigzag32(value));
      return;
    }
    this.#wideVarint(BigInt.asUintN(64, (BigInt(value) << 1n) ^ (BigInt(value) >> 63n)));
  }

  int64Field(field: number, value: number): void {
    if (value === 0) return;
    this.tag(field, WIRE.varint);
    if (value < 0) this.#wideVarint(BigInt.asUintN(64, BigInt(value)));
    else this.varint(value);
  }

  /** The header of a field of `size` bytes, which the caller writes next. */
  header(field: number, size: number): void {
    this.tag(field, WIRE.bytes);
    this.varint(size);
  }

  raw(bytes: Uint8Array): void {
    this.bytes.set(bytes, this.at);
    this.at += bytes.length;
  }

  bytesField(field: number, bytes: Uint8Array): void {
    if (bytes.length === 0) return;
    this.header(field, bytes.length);
    this.raw(bytes);
  }

  /** `size` is the text's length as UTF-8; written also when it is empty. */
  text(field: number, text: string, size: number): void {
    this.header(field, size);
    this.at += this.bytes.write(text, this.at, 'utf8');
  }

  #wideVarint(value: bigint): void {
    this.at = writeWideVarint(this.bytes, this.at, value);
  }
}
