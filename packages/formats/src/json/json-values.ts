/** What a JSON value is to a field of a type. */
import type { Field } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';

export const INT32_MIN = -(2 ** 31);
export const INT32_MAX = 2 ** 31 - 1;
const DECIMAL = /^-?\d{1,19}$/;
const INSTANT = /^\d{4}-\d\d-\d\dT.*(Z|[+-]\d\d:\d\d)$/;

/** Undefined for a value that is not of the type; null for a number that is no finite double. */
export type Parse = (value: unknown) => Value | undefined;

/** An int64 beyond 2^53 comes as a decimal string, and is a bigint. */
export const PARSERS: Readonly<Record<Field['type'], Parse>> = {
  bool: (value) => (typeof value === 'boolean' ? value : undefined),
  int32: (value) =>
    typeof value === 'number' && Number.isInteger(value) && value >= INT32_MIN && value <= INT32_MAX
      ? value + 0
      : undefined,
  int64: parseInt64,
  double: (value) => (typeof value === 'number' ? (Number.isFinite(value) ? value + 0 : null) : undefined),
  string: (value) => (typeof value === 'string' && value.isWellFormed() ? value : undefined),
  timestamp: parseTimestamp,
};

function parseInt64(value: unknown): Value | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : undefined;
  return typeof value === 'string' ? int64OfText(value) : undefined;
}

export function int64OfText(text: string): Value | undefined {
  return DECIMAL.test(text) ? int64OfInteger(BigInt(text)) : undefined;
}

/** A number as far as one is exact, else a bigint; undefined beyond 64 bits. */
export function int64OfInteger(integer: bigint): Value | undefined {
  if (BigInt.asIntN(64, integer) !== integer) return undefined;
  const number = Number(integer);
  return Number.isSafeInteger(number) ? number : integer;
}

/** Integer milliseconds since the epoch, or ISO 8601 with a zone. */
function parseTimestamp(value: unknown): Value | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? value + 0 : undefined;
  return typeof value === 'string' ? instantOfText(value) : undefined;
}

/** ISO 8601 with a zone; undefined: it is none. */
export function instantOfText(text: string): number | undefined {
  if (!INSTANT.test(text)) return undefined;
  const instant = Date.parse(text);
  return Number.isNaN(instant) ? undefined : instant;
}
