import { strict1, strict2, strict3 } from '../closures';
import { canonicalDouble, roundHalfAway } from '../double';
import type { Call, FunctionSpec, LiteralParameter, Signature } from '../function-spec';
import { absInt, type Int } from '../int64';
import { Sql, type SqlScope } from '../sql';
import type { Evaluate, ExpressionType } from '../value';
import { finiteOrNull } from './arithmetic';

const ORDERED: readonly ExpressionType[] = ['int', 'double', 'timestamp'];

// ClickHouse's `pow` is right between these bounds: it misreads bases below the normal doubles, and wraps around beyond
// exponents of some 2^42.
const SMALLEST_NORMAL = 2 ** -1022;
const MAX_EXPONENT = 1e12;

function power(base: number, exponent: number): number | null {
  if (Math.abs(exponent) > MAX_EXPONENT) return null;
  return canonicalDouble((Math.abs(base) < SMALLEST_NORMAL ? 0 : base) ** exponent);
}

function powerSql(base: Sql, exponent: Sql): string {
  const normal = `if(abs(${base}) < ${SMALLEST_NORMAL}, 0.0, ${base})`;
  return finiteOrNull(`pow(${normal}, if(abs(${exponent}) > ${MAX_EXPONENT}, NULL, ${exponent}))`);
}

const MAX_DIGITS = 15;

const DIGITS: LiteralParameter = {
  literal: 'int',
  name: 'digits',
  problem: (n) =>
    (n as Int) >= -MAX_DIGITS && (n as Int) <= MAX_DIGITS
      ? null
      : `${n} is not a number of decimals; give -${MAX_DIGITS} to ${MAX_DIGITS}`,
};

/** From here on every double is a whole number. */
const WHOLE_FROM = 2 ** 52;

function roundSql(x: Sql | string): string {
  return `(trunc(${x}) + trunc(2 * (${x} - trunc(${x}))) + 0.0)`;
}

// A negative power of ten is no double: what it would divide is multiplied, and the other way round.
function roundToDigits(digits: number, a: Evaluate): Evaluate {
  const scale = 10 ** Math.abs(digits);
  return (row) => {
    const x = a(row) as number | null;
    if (x === null || (digits >= 0 && Math.abs(x) >= WHOLE_FROM)) return x;
    const rounded = digits < 0 ? roundHalfAway(x / scale) * scale : roundHalfAway(x * scale) / scale;
    return canonicalDouble(rounded);
  };
}

function roundToDigitsSql(scope: SqlScope, digits: number, a: Sql): string {
  const scale = `toFloat64(${(10 ** Math.abs(digits)).toExponential()})`;
  return scope.bind([a], (x) => {
    const scaled = new Sql(digits < 0 ? `${x} / ${scale}` : `${x} * ${scale}`, false);
    const whole = scope.bind([scaled], roundSql);
    if (digits < 0) return finiteOrNull(`(${whole} * ${scale})`);
    return finiteOrNull(`if(abs(${x}) >= ${WHOLE_FROM}, ${x}, ${whole} / ${scale})`);
  });
}

export function double1(apply: (a: number) => number, name: string): readonly Signature[] {
  return [
    {
      parameters: ['double'],
      result: 'double',
      closure: strict1((a: number) => canonicalDouble(apply(a))),
      sql: (_call, a) => finiteOrNull(`${name}(${a})`),
    },
  ];
}

/** The one of two that is first by `operator`; ClickHouse's own `least` and `greatest` skip nulls or not, by version. */
function extreme(before: (b: Int, a: Int) => boolean, operator: string): readonly Signature[] {
  return [
    {
      parameters: ['T', 'T'],
      t: ORDERED,
      result: 'T',
      closure: strict2((a: Int, b: Int) => (before(b, a) ? b : a)),
      sql: ({ scope }, a, b) =>
        scope.bind([a, b], (x, y) => `if(${y} ${operator} ${x} OR isNull(${y}), ${y}, ${x})`),
    },
  ];
}

export const MATHEMATICS = {
  abs: {
    group: 'Mathematics',
    doc: 'The distance from zero.',
    example: 'abs(delay)',
    signatures: [
      {
        parameters: ['int'],
        result: 'int',
        closure: strict1(absInt),
        sql: (_call, a) => `accurateCastOrNull(abs(toInt128(${a})), 'Int64')`,
      },
      ...double1(Math.abs, 'abs'),
    ],
  },
  ceil: {
    group: 'Mathematics',
    doc: 'The smallest whole number that is not less, as a double.',
    example: 'ceil(distance / 100.0)',
    signatures: double1(Math.ceil, 'ceil'),
  },
  floor: {
    group: 'Mathematics',
    doc: 'The largest whole number that is not greater, as a double.',
    example: 'floor(distance / 100.0)',
    signatures: double1(Math.floor, 'floor'),
  },
  round: {
    group: 'Mathematics',
    doc: 'The nearest whole number as a double; a half is rounded away from zero. With `digits` the nearest number of so many decimals: x · 10^digits is rounded, and divided by it again; numbers of 2^52 and more stay as they are.',
    example: 'round(distance * 1.609344, 1)',
    signatures: [
      {
        parameters: ['double'],
        result: 'double',
        closure: strict1((a: number) => canonicalDouble(roundHalfAway(a))),
        sql: ({ scope }, a) => scope.bind([a], (x) => roundSql(x)),
      },
      {
        parameters: ['double', DIGITS],
        result: 'double',
        closure: ({ literals: [digits] }, a) => roundToDigits(Number(digits), a),
        sql: ({ scope, literals: [digits] }, a) => roundToDigitsSql(scope, Number(digits), a),
      },
    ],
  },
  truncate: {
    group: 'Mathematics',
    doc: 'The whole number next to it toward zero, as a double.',
    example: 'truncate(distance / 100.0)',
    signatures: double1(Math.trunc, 'trunc'),
  },
  sign: {
    group: 'Mathematics',
    doc: '−1, 0 or 1.',
    example: 'sign(delay)',
    signatures: (['int', 'double'] as const).map((type) => ({
      parameters: [type],
      result: 'int' as const,
      closure: strict1((a: Int) => (a > 0 ? 1 : a < 0 ? -1 : 0)),
      sql: (_call: Call, a: Sql) => `toInt64(sign(${a}))`,
    })),
  },
  sqrt: {
    group: 'Mathematics',
    doc: 'The square root; null of a negative number.',
    example: 'sqrt(distance)',
    signatures: double1(Math.sqrt, 'sqrt'),
  },
  exp: {
    group: 'Mathematics',
    doc: 'e to the power of the argument.',
    example: 'exp(-distance / 500.0)',
    signatures: double1(Math.exp, 'exp'),
  },
  log: {
    group: 'Mathematics',
    doc: 'The natural logarithm; null unless the argument is positive.',
    example: 'log(distance + 1)',
    signatures: double1(Math.log, 'log'),
  },
  log10: {
    group: 'Mathematics',
    doc: 'The logarithm to base 10; null unless the argument is positive.',
    example: 'log10(distance)',
    signatures: double1(Math.log10, 'log10'),
  },
  log1p: {
    group: 'Mathematics',
    doc: 'The natural logarithm of 1 + x, exact for small x too; null unless x is above −1.',
    example: 'log1p(distance)',
    signatures: double1(Math.log1p, 'log1p'),
  },
  cbrt: {
    group: 'Mathematics',
    doc: 'The cube root.',
    example: 'cbrt(distance)',
    signatures: double1(Math.cbrt, 'cbrt'),
  },
  log2: {
    group: 'Mathematics',
    doc: 'The logarithm to base 2; null unless the argument is positive.',
    example: 'log2(distance)',
    signatures: double1(Math.log2, 'log2'),
  },
  pow: {
    group: 'Mathematics',
    doc: 'The first argument to the power of the second; null where that is not a finite real number, or the exponent is beyond ±10^12.',
    example: 'pow(distance, 0.5)',
    signatures: [
      {
        parameters: ['double', 'double'],
        result: 'double',
        closure: strict2(power),
        sql: ({ scope }, a, b) => scope.bind([a, b], powerSql),
      },
    ],
  },
  least: {
    group: 'Mathematics',
    doc: 'The lesser of two; null if either is null.',
    example: 'least(delay, 180)',
    signatures: extreme((b, a) => b < a, '<'),
  },
  greatest: {
    group: 'Mathematics',
    doc: 'The greater of two; null if either is null.',
    example: 'greatest(delay, 0)',
    signatures: extreme((b, a) => b > a, '>'),
  },
  clamp: {
    group: 'Mathematics',
    doc: '`least(greatest(x, low), high)`: x moved into [low, high]; null if any argument is null.',
    example: 'clamp(delay, -60, 180)',
    signatures: [
      {
        parameters: ['T', 'T', 'T'],
        t: ORDERED,
        result: 'T',
        closure: strict3((x: Int, low: Int, high: Int) => {
          const raised = x < low ? low : x;
          return raised > high ? high : raised;
        }),
        sql: ({ scope }, value, low, high) =>
          scope.bind(
            [value, low, high],
            (x, lo, hi) =>
              `multiIf(isNull(${x}) OR isNull(${lo}) OR isNull(${hi}), NULL, ${hi} < ${lo}, ${hi}, ${x} < ${lo}, ${lo}, ${x} > ${hi}, ${hi}, ${x})`,
          ),
      },
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
