import type { ByteWriter } from './byte-writer';

const CR = 13;
const LF = 10;
const DOLLAR = 36;
const HYPHEN = 45;
const ZERO = 48;
const ASCII_END = 128;

/** Keys that are shorter are written in one go; nearly all are. */
const SHORT_KEY_BYTES = 100;
/** `$`, two digits, and two line ends. */
const SHORT_KEY_ROOM = 7;
const LINE_END_BYTES = 2;
/** Of a safe integer. */
const MOST_DIGITS = 17;
const MOST_SMALL = 2 ** 31 - 1;

/**
 * Appends the key `prefix` + UTF-8 of `rest` as a bulk string of the Redis protocol: `$<length>\r\n<key>\r\n`.
 * Source: https://redis.io/docs/latest/develop/reference/protocol-spec/#bulk-strings
 */
export function writeBulkKey(writer: ByteWriter, prefix: Uint8Array, rest: string | Uint8Array): void {
  if (typeof rest !== 'string') {
    writeBulkHeader(writer, prefix.length + rest.length);
    writer.raw(prefix);
    writer.raw(rest);
    writeLineEnd(writer);
    return;
  }
  if (writeShortKey(writer, prefix, rest)) return;
  writeBulkHeader(writer, prefix.length + Buffer.byteLength(rest));
  writer.raw(prefix);
  writer.text(rest);
  writeLineEnd(writer);
}

/** As `writeBulkKey`, with the decimal digits of an integer, which is a bigint only outside the safe integers. */
export function writeBulkIntegerKey(writer: ByteWriter, prefix: Uint8Array, rest: number | bigint): void {
  if (typeof rest === 'bigint' || prefix.length + MOST_DIGITS >= SHORT_KEY_BYTES) {
    writeBulkKey(writer, prefix, String(rest));
    return;
  }
  writer.reserve(SHORT_KEY_BYTES + SHORT_KEY_ROOM);
  const magnitude = Math.abs(rest);
  let digits = 1;
  for (let power = 10; power <= magnitude; power *= 10) digits++;
  const size = prefix.length + digits + (rest < 0 ? 1 : 0);
  let at = writeShortHeader(writer, size);
  const { bytes } = writer;
  for (let i = 0; i < prefix.length; i++) bytes[at++] = prefix[i] as number;
  if (rest < 0) bytes[at++] = HYPHEN;
  const end = at + digits;
  let left = magnitude;
  at = end;
  // the division of small integers is one of the processor's
  for (; left > MOST_SMALL; left = Math.floor(left / 10)) bytes[--at] = ZERO + (left % 10);
  for (let small = left | 0; at > end - digits; small = (small / 10) | 0) bytes[--at] = ZERO + (small % 10);
  bytes[end] = CR;
  bytes[end + 1] = LF;
  writer.size = end + LINE_END_BYTES;
}

/** Writes `$<size>\r\n` of a size below SHORT_KEY_BYTES into reserved room; returns the position after it. */
function writeShortHeader(writer: ByteWriter, size: number): number {
  const { bytes } = writer;
  let at = writer.size;
  bytes[at++] = DOLLAR;
  if (size >= 10) bytes[at++] = ZERO + ((size / 10) | 0);
  bytes[at++] = ZERO + (size % 10);
  bytes[at++] = CR;
  bytes[at++] = LF;
  return at;
}

/** Returns false, and appends nothing, for a key that is not short, or not ASCII. */
function writeShortKey(writer: ByteWriter, prefix: Uint8Array, rest: string): boolean {
  const size = prefix.length + rest.length;
  if (size >= SHORT_KEY_BYTES) return false;
  writer.reserve(size + SHORT_KEY_ROOM);
  let at = writeShortHeader(writer, size);
  const { bytes } = writer;
  for (let i = 0; i < prefix.length; i++) bytes[at++] = prefix[i] as number;
  for (let i = 0; i < rest.length; i++) {
    const code = rest.charCodeAt(i);
    if (code >= ASCII_END) return false;
    bytes[at++] = code;
  }
  bytes[at++] = CR;
  bytes[at++] = LF;
  writer.size = at;
  return true;
}

/** Appends `$<size>\r\n`. */
export function writeBulkHeader(writer: ByteWriter, size: number): void {
  writer.u8(DOLLAR);
  writer.decimal(size);
  writeLineEnd(writer);
}

export function writeLineEnd(writer: ByteWriter): void {
  writer.reserve(2);
  writer.bytes[writer.size++] = CR;
  writer.bytes[writer.size++] = LF;
}
