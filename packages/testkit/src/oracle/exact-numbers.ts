/**
 * Sums and moments of doubles and integers without any rounding: each number is an integer times one power of two, so that
 * an error bound is measured against the truth, not against another rounding.
 */

/** Numbers `values[i] · 2^exponent`. */
export interface ExactNumbers {
  readonly values: readonly bigint[];
  readonly exponent: number;
}

const FRACTION_BITS = 52;
const SMALLEST_EXPONENT = -1074;
const scratch = new DataView(new ArrayBuffer(8));

/** A finite double as an integer times a power of two. */
function decompose(x: number): { readonly integer: bigint; readonly exponent: number } {
  scratch.setFloat64(0, x);
  const bits = scratch.getBigUint64(0);
  const biased = Number((bits >> 52n) & 0x7ffn);
  const fraction = bits & ((1n << 52n) - 1n);
  const magnitude = biased === 0 ? fraction : fraction | (1n << 52n);
  const exponent = biased === 0 ? SMALLEST_EXPONENT : biased - 1023 - FRACTION_BITS;
  return { integer: x < 0 ? -magnitude : magnitude, exponent };
}

export function exactNumbers(numbers: readonly (number | bigint)[]): ExactNumbers {
  const parts = numbers.map((x) => (typeof x === 'bigint' ? { integer: x, exponent: 0 } : decompose(x)));
  const exponent = parts.reduce(
    (least, part) => (part.integer === 0n ? least : Math.min(least, part.exponent)),
    0,
  );
  return {
    values: parts.map((part) =>
      part.integer === 0n ? 0n : part.integer << BigInt(part.exponent - exponent),
    ),
    exponent,
  };
}

export function sumOf(values: readonly bigint[]): bigint {
  return values.reduce((sum, value) => sum + value, 0n);
}

const bitLength = (positive: bigint) => positive.toString(16).length * 4;
/** More bits than a double has, so that the last one can stand for all that is cut off. */
const QUOTIENT_BITS = 80;

/** The double nearest to `numerator / denominator · 2^exponent`; `denominator > 0`. */
export function nearestDouble(numerator: bigint, denominator: bigint, exponent: number): number {
  if (numerator === 0n) return 0;
  const magnitude = numerator < 0n ? -numerator : numerator;
  const shift = Math.max(0, QUOTIENT_BITS - bitLength(magnitude) + bitLength(denominator));
  const scaled = magnitude << BigInt(shift);
  const quotient = scaled / denominator;
  const sticky = quotient * denominator === scaled ? quotient : quotient | 1n;
  const nearest = scaledDouble(sticky, exponent - shift);
  return numerator < 0n ? -nearest : nearest;
}

/** In two steps, as 2^power alone may be too small for a double. */
function scaledDouble(integer: bigint, power: number): number {
  const surplus = Math.max(0, integer.toString(2).length - QUOTIENT_BITS);
  const cut = integer >> BigInt(surplus);
  const kept = surplus > 0 && cut << BigInt(surplus) !== integer ? cut | 1n : cut;
  const half = Math.trunc((power + surplus) / 2);
  return Number(kept) * 2 ** half * 2 ** (power + surplus - half);
}

/** `M2 = Σ(x − mean)²` and `M3 = Σ(x − mean)³`, each the nearest double. */
export function centralMoments({ values, exponent }: ExactNumbers): {
  readonly m2: number;
  readonly m3: number;
} {
  const n = BigInt(values.length);
  const sum = sumOf(values);
  let second = 0n;
  let third = 0n;
  for (const value of values) {
    const distance = n * value - sum;
    second += distance * distance;
    third += distance * distance * distance;
  }
  return {
    m2: nearestDouble(second, n * n, 2 * exponent),
    m3: nearestDouble(third, n * n * n, 3 * exponent),
  };
}
