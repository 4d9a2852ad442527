/** Kafka's flexible encoding (KIP-482): compact strings and arrays, and tagged fields, of which none is written and all are skipped. */
import { ForebayError } from '@forebay/contract';

export interface CompactWriter {
  int16(value: number): CompactWriter;
  int32(value: number): CompactWriter;
  bool(value: boolean): CompactWriter;
  raw(bytes: Buffer): CompactWriter;
  /** With a length of two bytes, as in request headers. */
  string(text: string): CompactWriter;
  compactString(text: string): CompactWriter;
  arrayOf(count: number): CompactWriter;
  noTags(): CompactWriter;
  /** Everything, behind its size. */
  framed(): Buffer;
}

export function compactWriter(): CompactWriter {
  const parts: Buffer[] = [];
  const add = (part: Buffer): CompactWriter => {
    parts.push(part);
    return writer;
  };
  const number = (bytes: number, write: (into: Buffer) => void) => {
    const into = Buffer.alloc(bytes);
    write(into);
    return add(into);
  };
  const writer: CompactWriter = {
    int16: (value) => number(2, (into) => into.writeInt16BE(value)),
    int32: (value) => number(4, (into) => into.writeInt32BE(value)),
    bool: (value) => number(1, (into) => into.writeUInt8(value ? 1 : 0)),
    raw: add,
    string: (text) => writer.int16(Buffer.byteLength(text)).raw(Buffer.from(text)),
    compactString: (text) => add(unsignedVarint(Buffer.byteLength(text) + 1)).raw(Buffer.from(text)),
    arrayOf: (count) => add(unsignedVarint(count + 1)),
    noTags: () => add(unsignedVarint(0)),
    framed() {
      const all = Buffer.concat(parts);
      const size = Buffer.alloc(4);
      size.writeInt32BE(all.length);
      return Buffer.concat([size, all]);
    },
  };
  return writer;
}

function unsignedVarint(value: number): Buffer {
  const bytes: number[] = [];
  let rest = value;
  for (; rest >= 0x80; rest = Math.floor(rest / 0x80)) bytes.push((rest % 0x80) + 0x80);
  bytes.push(rest);
  return Buffer.from(bytes);
}

export interface CompactReader {
  int16(): number;
  int32(): number;
  raw(bytes: number): Buffer;
  compactString(): string | null;
  arrayLength(): number;
  skipTags(): void;
}

/** Throws `unavailable` where the bytes end too soon: the answer is not what was asked for. */
export function compactReader(bytes: Buffer): CompactReader {
  let at = 0;
  const raw = (count: number): Buffer => {
    if (at + count > bytes.length)
      throw new ForebayError('unavailable', `an answer of ${bytes.length} bytes ends too soon`);
    at += count;
    return bytes.subarray(at - count, at);
  };
  const varint = (): number => {
    let value = 0;
    for (let factor = 1; ; factor *= 0x80) {
      const byte = raw(1)[0] as number;
      value += (byte & 0x7f) * factor;
      if (byte < 0x80) return value;
    }
  };
  return {
    int16: () => raw(2).readInt16BE(),
    int32: () => raw(4).readInt32BE(),
    raw,
    compactString() {
      const length = varint() - 1;
      return length < 0 ? null : raw(length).toString('utf8');
    },
    arrayLength: () => Math.max(0, varint() - 1),
    skipTags() {
      for (let tags = varint(); tags > 0; tags--) {
        varint();
        raw(varint());
      }
    },
  };
}
