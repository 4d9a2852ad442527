/**
 * Reads the parts of binary values in place, for generated readers of Avro and Protobuf. Each function takes the place
 * where its part begins and gives the place behind it; what it read lies in `taken`. Both formats write 64-bit integers
 * as groups of seven bits, least significant first, with the top bit set in all but the last.
 */

/** What the last part was; made once, so that reading makes nothing but the values themselves. */
const taken: Taken = { number: 0, integer: 0n, text: '', place: 0, depth: 0, notFinite: 0, counts: [] };

interface Taken {
  /** NaN: an integer that no double holds exactly, which `integer` is then. */
  number: number;
  integer: bigint;
  text: string;
  /** The field whose value is of a wrong type. */
  place: number;
  /** How deep what is passed over is nested. */
  depth: number;
  /** Numbers, since the start, that are no finite double. */
  notFinite: number;
  /** Of repeated parts so far, by numbers that the generated code gives them. */
  counts: number[];
}

/** Methods of Node's buffers that are older than their types. */
export interface Bytes extends Uint8Array {
  latin1Slice(from: number, to: number): string;
  utf8Slice(from: number, to: number): string;
  readFloatLE(at: number): number;
  readDoubleLE(at: number): number;
}

/** Places that are none: the bytes do not follow their schema, and a value is not of its field's type. */
export const MALFORMED = -1;
export const WRONG_TYPE = -2;

const REPLACEMENT_CHARACTER = '\ufffd';
const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
/** Groups whose bits a double holds exactly: 49. */
const EXACT_GROUPS = 7;
const MOST_GROUPS = 10;

/** An unsigned integer of 64 bits. */
export function readUnsigned(bytes: Bytes, from: number, end: number): number {
  let number = 0;
  let scale = 1;
  for (let at = from; at < end && at < from + EXACT_GROUPS; at++) {
    const byte = bytes[at] as number;
    if (byte < 0x80) {
      taken.number = number + byte * scale;
      return at + 1;
    }
    number += (byte & 0x7f) * scale;
    scale *= 128;
  }
  return readLargeUnsigned(bytes, from, end);
}

function readLargeUnsigned(bytes: Bytes, from: number, end: number): number {
  let integer = 0n;
  let shift = 0n;
  for (let at = from; at < end && at < from + MOST_GROUPS; at++) {
    const byte = bytes[at] as number;
    integer |= BigInt(byte & 0x7f) << shift;
    shift += 7n;
    if (byte >= 0x80) continue;
    if (integer >> 64n !== 0n) return MALFORMED;
    takeInteger(integer);
    return at + 1;
  }
  return MALFORMED;
}

export function takeInteger(integer: bigint): void {
  const number = Number(integer);
  taken.integer = integer;
  taken.number = Number.isSafeInteger(number) ? number : Number.NaN;
}

/** The unsigned integer that was read, as it stands for a signed one: 0, −1, 1, −2 … */
export function unzigzag(): void {
  const { number } = taken;
  // an odd number plus one is even: both halves are exact
  if (!Number.isNaN(number)) taken.number = number % 2 === 0 ? number / 2 : -(number + 1) / 2;
  else takeInteger((taken.integer >> 1n) ^ -(taken.integer & 1n));
}

export function readZigzag(bytes: Bytes, from: number, end: number): number {
  const behind = readUnsigned(bytes, from, end);
  if (behind >= 0) unzigzag();
  return behind;
}

export function skipVarint(bytes: Bytes, from: number, end: number): number {
  for (let at = from; at < end && at < from + MOST_GROUPS; at++)
    if ((bytes[at] as number) < 0x80) return at + 1;
  return MALFORMED;
}

export function readFloat(bytes: Bytes, from: number, end: number): number {
  if (from + 4 > end) return MALFORMED;
  taken.number = bytes.readFloatLE(from);
  return from + 4;
}

export function readDouble(bytes: Bytes, from: number, end: number): number {
  if (from + 8 > end) return MALFORMED;
  taken.number = bytes.readDoubleLE(from);
  return from + 8;
}

/** UTF-8 of so many bytes. */
export function readTextOf(bytes: Bytes, from: number, end: number, length: number): number {
  const behind = from + length;
  if (!(length >= 0 && behind <= end)) return MALFORMED;
  taken.text = bytes.utf8Slice(from, behind);
  return taken.text.includes(REPLACEMENT_CHARACTER) && !isUtf8(bytes, from, behind) ? MALFORMED : behind;
}

/** Whether a character in place of wrong bytes was there itself. */
function isUtf8(bytes: Bytes, from: number, to: number): boolean {
  try {
    utf8.decode(bytes.subarray(from, to));
    return true;
  } catch {
    return false;
  }
}

// not where it is declared: the functions here would read it from the exports, every time
export { taken };
