import { strict1, strict2, strict3 } from '../closures';
import { canonicalDouble, roundHalfAway } from '../double';
import type { FunctionSpec, Signature } from '../function-spec';
import { absInt, type Int } from '../int64';
import type { Sql } from '../sql';
import type { ExpressionType } from '../value';
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

function double1(apply: (a: number) => number, name: string): readonly Signature[] {
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
    doc: 'The nearest whole number as a double; a half is rounded away from zero.',
    example: 'round(distance * 1.609344)',
    signatures: [
      {
        parameters: ['double'],
        result: 'double',
        closure: strict1((a: number) => canonicalDouble(roundHalfAway(a))),
        sql: ({ scope }, a) =>
          scope.bind([a], (x) => `(trunc(${x}) + trunc(2 * (${x} - trunc(${x}))) + 0.0)`),
      },
    ],
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
