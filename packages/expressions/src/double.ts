/** The canonical double: null for NaN and the infinities, 0 for −0. */
export function canonicalDouble(x: number): number | null {
  // Infinity − Infinity and NaN − NaN are NaN, so one comparison finds all three.
  return x - x === 0 ? x + 0 : null;
}

/** Half away from zero; the difference of x and its whole part is exact, so is its double. */
export function roundHalfAway(x: number): number {
  const whole = Math.trunc(x);
  return whole + Math.trunc(2 * (x - whole));
}

// JSON's grammar of a number, with at most three digits of exponent: ClickHouse reads it with its JSON parser, the one there that rounds exactly.
const DECIMAL_DOUBLE = /^-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?$/;

/** The nearest double to a decimal text in JSON's grammar; null for any other text. */
export function parseDouble(text: string): number | null {
  return DECIMAL_DOUBLE.test(text) ? canonicalDouble(Number(text)) : null;
}
