/** Reads numbers and instants in place, under the terms of json-tokens.ts. */
import { type Bytes, ODD, QUOTE, readString, taken } from './json-tokens';
import { INT32_MAX, INT32_MIN, instantOfText, int64OfText } from './json-values';

const [MINUS, PLUS, DOT, ZERO, NINE, COLON] = [0x2d, 0x2b, 0x2e, 0x30, 0x39, 0x3a];
/** So many digits are an exact number, and so is ten to the power of their count: one division rounds once, as it must. */
const MAX_EXACT_DIGITS = 15;
const POWERS = Array.from({ length: MAX_EXACT_DIGITS + 1 }, (_, exponent) => 10 ** exponent);

function isDigit(byte: number | undefined): boolean {
  return byte !== undefined && byte >= ZERO && byte <= NINE;
}

/** Any number; one beyond the range of a double is infinite. */
function readNumber(bytes: Bytes, from: number): number {
  let at = from;
  const negative = bytes[at] === MINUS;
  if (negative) at++;
  const first = at;
  let digits = 0;
  let byte = bytes[at] as number;
  while (byte >= ZERO && byte <= NINE) {
    digits = digits * 10 + (byte - ZERO);
    byte = bytes[++at] as number;
  }
  let count = at - first;
  if (count === 0 || (count > 1 && bytes[first] === ZERO)) return ODD;
  let fraction = 0;
  if (byte === DOT) {
    const point = at;
    byte = bytes[++at] as number;
    while (byte >= ZERO && byte <= NINE) {
      digits = digits * 10 + (byte - ZERO);
      byte = bytes[++at] as number;
    }
    fraction = at - point - 1;
    if (fraction === 0) return ODD;
    count += fraction;
  }
  if (count > MAX_EXACT_DIGITS || byte === 0x65 || byte === 0x45) return readLongNumber(bytes, from, at);
  const size = fraction === 0 ? digits : digits / (POWERS[fraction] as number);
  // 0 − 0 is 0: there is no −0 among values
  taken.number = negative ? 0 - size : size;
  return at;
}

/** @param digitsEnd behind the digits, where an exponent may stand */
function readLongNumber(bytes: Bytes, from: number, digitsEnd: number): number {
  const behind = skipExponent(bytes, digitsEnd);
  if (behind === ODD) return ODD;
  taken.number = Number(bytes.latin1Slice(from, behind)) + 0;
  return behind;
}

function skipExponent(bytes: Bytes, from: number): number {
  if (bytes[from] !== 0x65 && bytes[from] !== 0x45) return from;
  let at = from + 1;
  if (bytes[at] === PLUS || bytes[at] === MINUS) at++;
  if (!isDigit(bytes[at])) return ODD;
  while (isDigit(bytes[at])) at++;
  return at;
}

export function readDouble(bytes: Bytes, from: number): number {
  const behind = readNumber(bytes, from);
  return behind !== ODD && Number.isFinite(taken.number) ? behind : ODD;
}

export function readInt32(bytes: Bytes, from: number): number {
  const behind = readNumber(bytes, from);
  const { number } = taken;
  return behind !== ODD && Number.isInteger(number) && number >= INT32_MIN && number <= INT32_MAX
    ? behind
    : ODD;
}

/** Into `number`, or where a double is not exact into `integer`: `number` is NaN then. */
export function readInt64(bytes: Bytes, from: number, end: number): number {
  if (bytes[from] === QUOTE) {
    const close = readString(bytes, from, end);
    if (close === ODD) return ODD;
    const value = int64OfText(taken.text);
    if (typeof value === 'bigint') {
      taken.integer = value;
      taken.number = Number.NaN;
    } else if (typeof value === 'number') taken.number = value;
    else return ODD;
    return close;
  }
  return readSafeInteger(bytes, from);
}

function readSafeInteger(bytes: Bytes, from: number): number {
  const behind = readNumber(bytes, from);
  return behind !== ODD && Number.isSafeInteger(taken.number) ? behind : ODD;
}

export function readTimestamp(bytes: Bytes, from: number, end: number): number {
  if (bytes[from] !== QUOTE) return readSafeInteger(bytes, from);
  const usual = readUsualInstant(bytes, from + 1);
  if (usual !== ODD) return usual;
  const behind = readString(bytes, from, end);
  if (behind === ODD) return ODD;
  const instant = instantOfText(taken.text);
  if (instant === undefined) return ODD;
  taken.number = instant;
  return behind;
}

/** `2026-01-15T12:34:56Z` or `2026-01-15T12:34:56.789Z`, of days that every month has; the place behind the closing quote. */
function readUsualInstant(bytes: Bytes, from: number): number {
  const year = readDigits(bytes, from, 4);
  const month = readDigits(bytes, from + 5, 2);
  const day = readDigits(bytes, from + 8, 2);
  const hour = readDigits(bytes, from + 11, 2);
  const minute = readDigits(bytes, from + 14, 2);
  const second = readDigits(bytes, from + 17, 2);
  const usual = year >= 1000 && month >= 1 && month <= 12 && day >= 1 && day <= 28;
  if (!usual || hour < 0 || hour > 23 || minute < 0 || minute > 59 || second < 0 || second > 59) return ODD;
  const dashes = bytes[from + 4] === MINUS && bytes[from + 7] === MINUS && bytes[from + 10] === 0x54;
  if (!dashes || bytes[from + 13] !== COLON || bytes[from + 16] !== COLON) return ODD;
  let at = from + 19;
  let millisecond = 0;
  if (bytes[at] === DOT) {
    millisecond = readDigits(bytes, at + 1, 3);
    if (millisecond < 0) return ODD;
    at += 4;
  }
  if (bytes[at] !== 0x5a || bytes[at + 1] !== QUOTE) return ODD;
  const days = daysBefore(year, month) + day - 1;
  taken.number = ((days * 24 + hour) * 60 + minute) * 60_000 + second * 1_000 + millisecond;
  return at + 2;
}

/** From 1970-01-01 to the first day of the month, in the Gregorian calendar; a year begins in March, so that leap days end it. */
function daysBefore(year: number, month: number): number {
  const y = month > 2 ? year : year - 1;
  const ofMonth = Math.floor((153 * (month > 2 ? month - 3 : month + 9) + 2) / 5);
  return y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + Math.floor(y / 400) + ofMonth - 719_468;
}

/** −1: they are not all digits. */
function readDigits(bytes: Bytes, from: number, count: number): number {
  let number = 0;
  for (let at = from; at < from + count; at++) {
    const digit = (bytes[at] as number) - ZERO;
    if (!(digit >= 0 && digit <= 9)) return -1;
    number = number * 10 + digit;
  }
  return number;
}

export function skipNumber(bytes: Bytes, from: number): number {
  let at = bytes[from] === MINUS ? from + 1 : from;
  const first = at;
  while (isDigit(bytes[at])) at++;
  if (at === first || (at > first + 1 && bytes[first] === ZERO)) return ODD;
  if (bytes[at] === DOT) {
    const point = at++;
    while (isDigit(bytes[at])) at++;
    if (at === point + 1) return ODD;
  }
  return skipExponent(bytes, at);
}
