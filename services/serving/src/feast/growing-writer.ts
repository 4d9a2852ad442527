import { writeVarint, writeWideVarint } from '../response/protobuf-writer';

/** Wire types of protobuf (https://protobuf.dev/programming-guides/encoding/). */
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const FIRST_BYTES = 4_096;
const LONGEST_VARINT = 10;

/** Writes protobuf into memory that grows: for messages whose sizes nobody knows before they are written. */
export class GrowingWriter {
  #bytes = Buffer.allocUnsafe(FIRST_BYTES);
  #at = 0;

  /** What was written; nothing may be written afterwards. */
  finish(): Buffer {
    return this.#bytes.subarray(0, this.#at);
  }

  /** Begins an embedded message; returns what `end` wants, when its fields are written. */
  begin(field: number): number {
    this.#tag(field, WIRE.bytes);
    this.#reserve(1);
    return ++this.#at;
  }

  /** Writes the size before the message that began at `start`: one byte was left for it, larger sizes move the message. */
  end(start: number): void {
    const size = this.#at - start;
    let extra = 0;
    for (let rest = size; rest >= 0x80; rest >>>= 7) extra++;
    this.#reserve(extra);
    if (extra > 0) this.#bytes.copyWithin(start + extra, start, this.#at);
    this.#at = start - 1;
    this.#varint(size);
    this.#at += size;
  }

  text(field: number, text: string): void {
    const size = Buffer.byteLength(text);
    this.#tag(field, WIRE.bytes);
    this.#reserve(LONGEST_VARINT + size);
    this.#varint(size);
    this.#at += this.#bytes.write(text, this.#at, 'utf8');
  }

  raw(field: number, bytes: Uint8Array): void {
    this.#tag(field, WIRE.bytes);
    this.#reserve(LONGEST_VARINT + bytes.length);
    this.#varint(bytes.length);
    this.#bytes.set(bytes, this.#at);
    this.#at += bytes.length;
  }

  /** An int32, int64, enum or bool, also if it is 0. */
  integer(field: number, value: number | bigint): void {
    this.#tag(field, WIRE.varint);
    this.packedInteger(value);
  }

  double(field: number, value: number): void {
    this.#tag(field, WIRE.fixed64);
    this.packedDouble(value);
  }

  float(field: number, value: number): void {
    this.#tag(field, WIRE.fixed32);
    this.#reserve(4);
    this.#at = this.#bytes.writeFloatLE(value, this.#at);
  }

  /** An element of a packed field, between `begin` and `end`. */
  packedInteger(value: number | bigint): void {
    this.#reserve(LONGEST_VARINT);
    if (typeof value === 'number' && value >= 0) this.#varint(value);
    else this.#at = writeWideVarint(this.#bytes, this.#at, BigInt.asUintN(64, BigInt(value)));
  }

  packedDouble(value: number): void {
    this.#reserve(8);
    this.#at = this.#bytes.writeDoubleLE(value, this.#at);
  }

  #tag(field: number, wire: number): void {
    this.#reserve(LONGEST_VARINT);
    this.#varint(field * 8 + wire);
  }

  #varint(value: number): void {
    this.#at = writeVarint(this.#bytes, this.#at, value);
  }

  #reserve(size: number): void {
    const needed = this.#at + size;
    if (needed <= this.#bytes.length) return;
    const larger = Buffer.allocUnsafe(Math.max(needed, 2 * this.#bytes.length));
    this.#bytes.copy(larger, 0, 0, this.#at);
    this.#bytes = larger;
  }
}
