/** Reads the parts of Avro's binary encoding, under the terms of binary-tokens.ts. */
import { type Bytes, MALFORMED, readTextOf, readZigzag, taken } from '../binary/binary-tokens';

/** Of a decimal; longer ones take long. */
const MAX_DECIMAL_BYTES = 1_024;
/** Values of recursive types are nested no deeper. */
export const MAX_DEPTH = 200;

/** A length, or the number of a branch or a symbol. */
export function readSize(bytes: Bytes, from: number, end: number): number {
  const behind = readZigzag(bytes, from, end);
  return taken.number >= 0 ? behind : MALFORMED;
}

export function readBoolean(bytes: Bytes, from: number, end: number): number {
  if (from >= end || (bytes[from] as number) > 1) return MALFORMED;
  taken.number = bytes[from] as number;
  return from + 1;
}

export function readText(bytes: Bytes, from: number, end: number): number {
  const behind = readSize(bytes, from, end);
  return behind < 0 ? behind : readTextOf(bytes, behind, end, taken.number);
}

export function skipBytes(bytes: Bytes, from: number, end: number): number {
  const behind = readSize(bytes, from, end);
  return behind < 0 ? behind : skipFixed(behind, end, taken.number);
}

export function skipFixed(from: number, end: number, size: number): number {
  return from + size <= end ? from + size : MALFORMED;
}

/**
 * How many items the next block of a list or map has: 0 at its end. A negative count stands before the size of its block
 * in bytes, which is passed over.
 *
 * @param empty whether items have no bytes; all others are no more than the bytes that are left
 */
export function readBlock(bytes: Bytes, from: number, end: number, empty: boolean): number {
  let behind = readZigzag(bytes, from, end);
  if (behind < 0) return behind;
  const count = Math.abs(taken.number);
  if (taken.number < 0) behind = readSize(bytes, behind, end);
  if (behind < 0 || !(empty || count <= end - behind)) return MALFORMED;
  taken.number = count;
  return behind;
}

/** The text of a decimal: an integer of so many bytes, most significant first, divided by 10^scale. */
export function readDecimalOf(
  bytes: Bytes,
  from: number,
  end: number,
  length: number,
  scale: number,
): number {
  const behind = skipFixed(from, end, length);
  if (behind < 0 || length > MAX_DECIMAL_BYTES) return MALFORMED;
  let unscaled = 0n;
  for (let at = from; at < behind; at++) unscaled = (unscaled << 8n) | BigInt(bytes[at] as number);
  unscaled = BigInt.asIntN(8 * length, unscaled);
  const digits = (unscaled < 0n ? -unscaled : unscaled).toString().padStart(scale + 1, '0');
  const whole = digits.slice(0, digits.length - scale);
  taken.text = `${unscaled < 0n ? '-' : ''}${whole}${scale === 0 ? '' : `.${digits.slice(-scale)}`}`;
  return behind;
}

export function readDecimal(bytes: Bytes, from: number, end: number, scale: number): number {
  const behind = readSize(bytes, from, end);
  return behind < 0 ? behind : readDecimalOf(bytes, behind, end, taken.number, scale);
}

/** 16 bytes as the text of a UUID. */
export function readUuid(bytes: Bytes, from: number, end: number): number {
  const behind = skipFixed(from, end, 16);
  if (behind < 0) return behind;
  const hex = Buffer.from(bytes.subarray(from, behind)).toString('hex');
  taken.text = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join(
    '-',
  );
  return behind;
}
