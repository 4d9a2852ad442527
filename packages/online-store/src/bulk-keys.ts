import type { ByteWriter } from './byte-writer';

const CR = 13;
const LF = 10;
const DOLLAR = 36;
const ZERO = 48;
const ASCII_END = 128;

/** Keys that are shorter are written in one go; nearly all are. */
const SHORT_KEY_BYTES = 100;
/** `$`, two digits, and two line ends. */
const SHORT_KEY_ROOM = 7;

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

/** Returns false, and appends nothing, for a key that is not short, or not ASCII. */
function writeShortKey(writer: ByteWriter, prefix: Uint8Array, rest: string): boolean {
  const size = prefix.length + rest.length;
  if (size >= SHORT_KEY_BYTES) return false;
  writer.reserve(size + SHORT_KEY_ROOM);
  const { bytes } = writer;
  let at = writer.size;
  bytes[at++] = DOLLAR;
  if (size >= 10) bytes[at++] = ZERO + Math.floor(size / 10);
  bytes[at++] = ZERO + (size % 10);
  bytes[at++] = CR;
  bytes[at++] = LF;
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
