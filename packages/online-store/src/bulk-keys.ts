import type { ByteWriter } from './byte-writer';

const CR = 13;
const LF = 10;
const DOLLAR = 36;
const ASCII_END = 128;

/**
 * Appends the key `prefix` + UTF-8 of `rest` as a bulk string of the Redis protocol: `$<length>\r\n<key>\r\n`.
 * Source: https://redis.io/docs/latest/develop/reference/protocol-spec/#bulk-strings
 */
export function writeBulkKey(writer: ByteWriter, prefix: Uint8Array, rest: string | Uint8Array): void {
  if (typeof rest !== 'string') {
    writeBulkHeader(writer, prefix.length + rest.length);
    writer.raw(prefix);
    writer.raw(rest);
  } else {
    const start = writer.size;
    writeBulkHeader(writer, prefix.length + rest.length);
    writer.raw(prefix);
    if (!writeAscii(writer, rest)) {
      writer.size = start;
      writeBulkHeader(writer, prefix.length + Buffer.byteLength(rest));
      writer.raw(prefix);
      writer.text(rest);
    }
  }
  writeLineEnd(writer);
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

/** Returns false, having written a part of it, for a text that is not ASCII. */
function writeAscii(writer: ByteWriter, text: string): boolean {
  writer.reserve(text.length);
  const bytes = writer.bytes;
  let at = writer.size;
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code >= ASCII_END) return false;
    bytes[at++] = code;
  }
  writer.size = at;
  return true;
}
