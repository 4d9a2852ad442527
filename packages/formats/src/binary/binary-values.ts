/** What was taken from a binary value, as the value of a field. */
import { instantOfText, int64OfInteger, int64OfText } from '../json/json-values';
import { takeInteger, taken } from './binary-tokens';

export const DAY_MS = 86_400_000;
const MAX_DAYS = Math.floor(Number.MAX_SAFE_INTEGER / DAY_MS);

export function isInt32(): boolean {
  const { number } = taken;
  return number === (number | 0);
}

/** The double of the number that was taken; null, and metered, if it is not finite. */
export function finite(): number | null {
  const { number } = taken;
  if (Number.isFinite(number)) return number + 0;
  taken.notFinite++;
  return null;
}

/** The double of a decimal text. */
export function finiteOfText(): number | null {
  taken.number = Number(taken.text);
  return finite();
}

/** Whether the days since the epoch that were taken are exact milliseconds. */
export function isDay(): boolean {
  return Math.abs(taken.number) <= MAX_DAYS;
}

/** The nearest double of an integer. */
export function nearest(): number {
  const { number } = taken;
  return Number.isNaN(number) ? Number(taken.integer) : number;
}

/** Milliseconds of an instant in so many parts of one. */
export function instantOfParts(partsOfMs: number): number {
  const { number } = taken;
  if (Number.isNaN(number))
    return Number((taken.integer - positiveRest(taken.integer, BigInt(partsOfMs))) / BigInt(partsOfMs));
  const rest = number % partsOfMs;
  return (number - (rest < 0 ? rest + partsOfMs : rest)) / partsOfMs + 0;
}

function positiveRest(integer: bigint, divisor: bigint): bigint {
  const rest = integer % divisor;
  return rest < 0n ? rest + divisor : rest;
}

/** An instant written as text becomes `number`; false: it is none. */
export function takeInstant(): boolean {
  const instant = instantOfText(taken.text);
  taken.number = instant ?? 0;
  return instant !== undefined;
}

/** An int64 written as decimal text becomes `number` or `integer`; false: it is none. */
export function takeInt64OfText(): boolean {
  const value = int64OfText(taken.text);
  if (value === undefined) return false;
  takeInteger(BigInt(value as number | bigint));
  return true;
}

/** Whether what was taken fits into 64 bits with a sign. */
export function isInt64(): boolean {
  return !Number.isNaN(taken.number) || int64OfInteger(taken.integer) !== undefined;
}
