/** Reads the parts of Protobuf's wire format, under the terms of binary-tokens.ts. */
import {
  type Bytes,
  MALFORMED,
  readTextOf,
  readUnsigned,
  skipVarint,
  takeInteger,
  taken,
} from '../binary/binary-tokens';

export const WIRE = { varint: 0, fixed64: 1, bytes: 2, groupStart: 3, groupEnd: 4, fixed32: 5 } as const;

/** Groups are nested no deeper. */
const MAX_DEPTH = 100;
const MAX_FIELD = 2 ** 29 - 1;
const NANOS_OF_MS = 1_000_000;

/** A signed integer of 64 bits in two's complement: a negative one has all ten groups. */
export function readSigned(bytes: Bytes, from: number, end: number): number {
  const behind = readUnsigned(bytes, from, end);
  if (behind < from + 10) return behind;
  const high = (bytes[from + 9] as number) << 31;
  const middle = ((bytes[from + 8] as number) & 0x7f) << 24;
  const rest = highRest(bytes, from);
  return takeHalves(high | middle | rest, lowBits(bytes, from), behind);
}

function lowBits(bytes: Bytes, from: number): number {
  let low = 0;
  for (let i = 0; i < 5; i++) low |= ((bytes[from + i] as number) & 0x7f) << (7 * i);
  return low >>> 0;
}

/** Bits 32 to 55. */
function highRest(bytes: Bytes, from: number): number {
  let high = ((bytes[from + 4] as number) & 0x7f) >>> 4;
  for (let i = 5; i < 8; i++) high |= ((bytes[from + i] as number) & 0x7f) << (7 * i - 32);
  return high;
}

/** @param high signed, `low` unsigned halves of 32 bits */
function takeHalves(high: number, low: number, behind: number): number {
  const number = high * 2 ** 32 + low;
  if (Number.isSafeInteger(number)) taken.number = number;
  else takeInteger((BigInt(high) << 32n) | BigInt(low));
  return behind;
}

export function readFixed32(bytes: Bytes, from: number, end: number): number {
  if (from + 4 > end) return MALFORMED;
  taken.number = low32(bytes, from);
  return from + 4;
}

export function readSignedFixed32(bytes: Bytes, from: number, end: number): number {
  const behind = readFixed32(bytes, from, end);
  taken.number |= 0;
  return behind;
}

export function readFixed64(bytes: Bytes, from: number, end: number): number {
  if (from + 8 > end) return MALFORMED;
  return takeHalves(low32(bytes, from + 4), low32(bytes, from), from + 8);
}

export function readSignedFixed64(bytes: Bytes, from: number, end: number): number {
  if (from + 8 > end) return MALFORMED;
  return takeHalves(low32(bytes, from + 4) | 0, low32(bytes, from), from + 8);
}

function low32(bytes: Bytes, from: number): number {
  const [a, b, c, d] = [bytes[from], bytes[from + 1], bytes[from + 2], bytes[from + 3]] as number[];
  return ((a as number) | ((b as number) << 8) | ((c as number) << 16) | ((d as number) << 24)) >>> 0;
}

/** The length of what follows: no more than the bytes that are left. */
export function readLength(bytes: Bytes, from: number, end: number): number {
  const behind = readUnsigned(bytes, from, end);
  return behind >= 0 && taken.number <= end - behind ? behind : MALFORMED;
}

export function readText(bytes: Bytes, from: number, end: number): number {
  const behind = readLength(bytes, from, end);
  return behind < 0 ? behind : readTextOf(bytes, behind, end, taken.number);
}

/** A google.protobuf.Timestamp, as milliseconds. */
export function readTimestamp(bytes: Bytes, from: number, end: number): number {
  let at = readLength(bytes, from, end);
  if (at < 0) return at;
  const to = at + taken.number;
  let seconds = 0;
  let nanos = 0;
  while (at < to) {
    at = readUnsigned(bytes, at, to);
    if (at < 0) return at;
    const tag = taken.number;
    if (tag === ((1 << 3) | WIRE.varint) || tag === ((2 << 3) | WIRE.varint)) {
      at = readSigned(bytes, at, to);
      if (tag >> 3 === 1) seconds = taken.number;
      else nanos = taken.number;
    } else at = skipField(bytes, at, to, tag, 0);
    if (at < 0) return at;
  }
  taken.number = seconds * 1_000 + Math.floor(nanos / NANOS_OF_MS);
  return to;
}

/** Passes over a field whose tag was read. */
export function skipField(bytes: Bytes, from: number, end: number, tag: number, depth: number): number {
  const field = Math.floor(tag / 8);
  if (!(field >= 1 && field <= MAX_FIELD)) return MALFORMED;
  switch (tag % 8) {
    case WIRE.varint:
      return skipVarint(bytes, from, end);
    case WIRE.fixed64:
      return from + 8 <= end ? from + 8 : MALFORMED;
    case WIRE.bytes: {
      const behind = readLength(bytes, from, end);
      return behind < 0 ? behind : behind + taken.number;
    }
    case WIRE.groupStart:
      return depth < MAX_DEPTH ? skipGroup(bytes, from, end, field, depth + 1) : MALFORMED;
    case WIRE.fixed32:
      return from + 4 <= end ? from + 4 : MALFORMED;
    default:
      return MALFORMED;
  }
}

function skipGroup(bytes: Bytes, from: number, end: number, group: number, depth: number): number {
  let at = from;
  for (;;) {
    at = readUnsigned(bytes, at, end);
    if (at < 0) return at;
    const tag = taken.number;
    if (tag % 8 === WIRE.groupEnd) return Math.floor(tag / 8) === group ? at : MALFORMED;
    at = skipField(bytes, at, end, tag, depth);
    if (at < 0) return at;
  }
}
