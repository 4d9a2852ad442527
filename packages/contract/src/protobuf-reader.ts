import { ForebayError } from './errors';
import { knownText, rememberText } from './known-texts';

/** Protobuf's wire types (https://protobuf.dev/programming-guides/encoding/). */
const WIRE = { varint: 0, fixed64: 1, bytes: 2, fixed32: 5 } as const;

const TWO_32 = 2 ** 32;
/** What decoding puts in the place of bytes that are not UTF-8. */
const REPLACEMENT = '\ufffd';

/**
 * Reads a protobuf message field by field, without objects in between: for the messages of the hot path, and for int64
 * values that must stay exact. Every method throws `corrupt_data` when the bytes end too early or are malformed.
 */
export class ProtobufReader {
  readonly #bytes: Buffer;
  #at = 0;
  #end: number;
  /** The wire type of the field that `nextField` announced. */
  #wire: number = WIRE.varint;
  /** The words, unsigned, of the varint that was read last. */
  #low = 0;
  #high = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    this.#end = bytes.byteLength;
  }

  /** The number of the next field; 0 at the end of the message. Its value must be read, or skipped, next. */
  nextField(): number {
    if (this.#at === this.#end) return 0;
    this.#varint32();
    this.#wire = this.#low & 7;
    const field = this.#low >>> 3;
    if (field === 0) throw this.#malformed('a field has the number 0');
    return field;
  }

  skip(): void {
    if (this.#wire === WIRE.varint) this.#varint();
    else if (this.#wire === WIRE.fixed64) this.#take(8);
    else if (this.#wire === WIRE.fixed32) this.#take(4);
    else if (this.#wire === WIRE.bytes) this.#take(this.#length());
    else throw this.#malformed(`wire type ${this.#wire} is not known`);
  }

  /** Reads the embedded message that is next: `read` is called with this reader, which ends where the message ends. */
  message<T>(read: (reader: ProtobufReader) => T): T {
    this.#expect(WIRE.bytes);
    const end = this.#length() + this.#at;
    const outerEnd = this.#end;
    this.#end = end;
    const value = read(this);
    this.#at = end;
    this.#end = outerEnd;
    return value;
  }

  /** A slice of the message's memory, not a copy. */
  bytes(): Buffer {
    this.#expect(WIRE.bytes);
    const from = this.#take(this.#length());
    return this.#bytes.subarray(from, this.#at);
  }

  string(): string {
    this.#expect(WIRE.bytes);
    const from = this.#take(this.#length());
    return this.#text(from);
  }

  /** As `string`, for a name of which there are few: it is found, not decoded, when it comes again. */
  name(): string {
    this.#expect(WIRE.bytes);
    const from = this.#take(this.#length());
    const known = knownText(this.#bytes, from, this.#at);
    if (known !== undefined) return known;
    const text = this.#text(from);
    rememberText(this.#bytes, from, this.#at, text);
    return text;
  }

  #text(from: number): string {
    const text = this.#bytes.toString('utf8', from, this.#at);
    if (text.includes(REPLACEMENT) && !Buffer.from(text).equals(this.#bytes.subarray(from, this.#at))) {
      throw this.#malformed('a string is not UTF-8');
    }
    return text;
  }

  bool(): boolean {
    this.#expect(WIRE.varint);
    this.#varint32();
    return this.#low !== 0;
  }

  uint32(): number {
    this.#expect(WIRE.varint);
    this.#varint32();
    return this.#low;
  }

  /** Two's complement; a bigint only outside the safe integers. */
  int64(): number | bigint {
    this.#expect(WIRE.varint);
    this.#varint();
    return joinWords(this.#high | 0, this.#low);
  }

  double(): number {
    this.#expect(WIRE.fixed64);
    return this.#bytes.readDoubleLE(this.#take(8));
  }

  float(): number {
    this.#expect(WIRE.fixed32);
    return this.#bytes.readFloatLE(this.#take(4));
  }

  /** Appends the values of a repeated sint64 field, packed or not; bigints only outside the safe integers. */
  repeatedSint64(into: (number | bigint)[]): void {
    if (this.#wire === WIRE.varint) {
      into.push(this.#sint64());
      return;
    }
    const outerEnd = this.#enterPacked();
    while (this.#at < this.#end) into.push(this.#sint64());
    this.#end = outerEnd;
  }

  #sint64(): number | bigint {
    this.#varint();
    // join keys are small and positive nearly always
    if (this.#high === 0 && (this.#low & 1) === 0) return this.#low >>> 1;
    const sign = -(this.#low & 1);
    const low = (((this.#low >>> 1) | (this.#high << 31)) ^ sign) >>> 0;
    return joinWords((this.#high >>> 1) ^ sign, low);
  }

  repeatedUint32(into: number[]): void {
    this.#repeated(() => {
      this.#varint32();
      into.push(this.#low);
    }, WIRE.varint);
  }

  repeatedBool(into: boolean[]): void {
    this.#repeated(() => {
      this.#varint32();
      into.push(this.#low !== 0);
    }, WIRE.varint);
  }

  repeatedDouble(into: number[]): void {
    this.#repeated(() => into.push(this.#bytes.readDoubleLE(this.#take(8))), WIRE.fixed64);
  }

  #repeated(readOne: () => void, wire: number): void {
    if (this.#wire === wire) {
      readOne();
      return;
    }
    const outerEnd = this.#enterPacked();
    while (this.#at < this.#end) readOne();
    this.#end = outerEnd;
  }

  /** Into a field of packed values, which end where this reader now ends; returns where it ended before. */
  #enterPacked(): number {
    this.#expect(WIRE.bytes);
    const outerEnd = this.#end;
    this.#end = this.#length() + this.#at;
    return outerEnd;
  }

  #expect(wire: number): void {
    if (this.#wire !== wire) throw this.#malformed(`a field has wire type ${this.#wire}, expected ${wire}`);
  }

  /** Returns the position before the `size` bytes that it steps over. */
  #take(size: number): number {
    const from = this.#at;
    if (size > this.#end - from) throw this.#malformed('the message ends within a field');
    this.#at = from + size;
    return from;
  }

  #length(): number {
    this.#varint32();
    if (this.#low > this.#end - this.#at) throw this.#malformed('a field is longer than its message');
    return this.#low;
  }

  /** Tags, lengths, uint32 and bool: all encoders write them in at most five bytes, and decoders differ in what more mean. */
  #varint32(): void {
    const from = this.#at;
    this.#varint();
    if (this.#high !== 0 || this.#at - from > 5) throw this.#malformed('a number has more than 32 bits');
  }

  #varint(): void {
    const bytes = this.#bytes;
    let at = this.#at;
    let low = 0;
    let high = 0;
    for (let shift = 0; ; shift += 7) {
      if (at >= this.#end) throw this.#malformed('the message ends within a number');
      if (shift >= 70) throw this.#malformed('a number has more than 10 bytes');
      const byte = bytes[at++] as number;
      const bits = byte & 0x7f;
      if (shift < 28) low |= bits << shift;
      else if (shift === 28) {
        low |= bits << 28;
        high = bits >>> 4;
      } else if (shift < 63) high |= bits << (shift - 32);
      else high |= (bits & 1) << 31;
      if (byte < 0x80) break;
    }
    this.#at = at;
    this.#low = low >>> 0;
    this.#high = high >>> 0;
  }

  #malformed(what: string): ForebayError {
    return new ForebayError('corrupt_data', `malformed protobuf at byte ${this.#at}: ${what}`);
  }
}

function joinWords(high: number, low: number): number | bigint {
  const value = high * TWO_32 + low;
  return Number.isSafeInteger(value) ? value : (BigInt(high) << 32n) | BigInt(low);
}
