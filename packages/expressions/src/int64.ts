/**
 * int64 arithmetic on canonical ints (a number where it is a safe integer, else a bigint). Every operation answers
 * null where the exact result is not an int64. Numbers stay on a fast path without allocation.
 */
export type Int = number | bigint;

export const INT64_MIN = -(2n ** 63n);
export const INT64_MAX = 2n ** 63n - 1n;

/** Up to it, a result that is an integer of doubles is exact. */
const MAX_SAFE = Number.MAX_SAFE_INTEGER;

/** The canonical form of an exact integer, null when it is not an int64. */
export function canonicalInt(exact: bigint): Int | null {
  if (exact >= -9007199254740991n && exact <= 9007199254740991n) return Number(exact);
  return exact >= INT64_MIN && exact <= INT64_MAX ? exact : null;
}

export function addInt(a: Int, b: Int): Int | null {
  if (typeof a === 'number' && typeof b === 'number') {
    const sum = a + b;
    if (sum <= MAX_SAFE && sum >= -MAX_SAFE) return sum;
  }
  return canonicalInt(BigInt(a) + BigInt(b));
}

export function subtractInt(a: Int, b: Int): Int | null {
  if (typeof a === 'number' && typeof b === 'number') {
    const difference = a - b;
    if (difference <= MAX_SAFE && difference >= -MAX_SAFE) return difference;
  }
  return canonicalInt(BigInt(a) - BigInt(b));
}

export function multiplyInt(a: Int, b: Int): Int | null {
  if (typeof a === 'number' && typeof b === 'number') {
    const product = a * b;
    // A product that rounds to a safe integer is that integer: rounding starts at 2^53.
    if (product <= MAX_SAFE && product >= -MAX_SAFE) return product + 0;
  }
  return canonicalInt(BigInt(a) * BigInt(b));
}

/** Truncates toward zero; null when dividing by zero. */
export function divideInt(a: Int, b: Int): Int | null {
  if (typeof a === 'number' && typeof b === 'number') {
    // The quotient of safe integers is at least 1/b away from the next integer, farther than rounding reaches.
    return b === 0 ? null : Math.trunc(a / b) + 0;
  }
  return b === 0 ? null : canonicalInt(BigInt(a) / BigInt(b));
}

/** The remainder of `divideInt`, so it has the sign of `a`; null when dividing by zero. */
export function remainderInt(a: Int, b: Int): Int | null {
  if (typeof a === 'number' && typeof b === 'number') return b === 0 ? null : (a % b) + 0;
  return b === 0 ? null : canonicalInt(BigInt(a) % BigInt(b));
}

export function negateInt(a: Int): Int | null {
  return typeof a === 'number' ? 0 - a : canonicalInt(-a);
}

export function absInt(a: Int): Int | null {
  return a < 0 ? negateInt(a) : a;
}

const DECIMAL_INT = /^-?[0-9]{1,19}$/;

/** Reads at most 19 decimal digits after an optional minus; null for any other text. */
export function parseInt64(text: string): Int | null {
  return DECIMAL_INT.test(text) ? canonicalInt(BigInt(text)) : null;
}

/** Truncates a finite double toward zero. */
export function intFromDouble(x: number): Int | null {
  const whole = Math.trunc(x);
  return Number.isSafeInteger(whole) ? whole + 0 : canonicalInt(BigInt(whole));
}
