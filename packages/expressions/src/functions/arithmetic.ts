import { strict1, strict2 } from '../closures';
import { canonicalDouble } from '../double';
import type { FunctionSpec, Signature } from '../function-spec';
import { addInt, divideInt, type Int, multiplyInt, negateInt, remainderInt, subtractInt } from '../int64';
import { MAX_TIMESTAMP_MS } from '../limits';
import { Sql, type SqlScope } from '../sql';
import type { Value } from '../value';

/** The exact result in 128 bits, null where it is not an int64. */
function int64OrNull(exact: string): string {
  return `accurateCastOrNull(${exact}, 'Int64')`;
}

/** Null for NaN and the infinities; adding zero makes −0 a 0. */
export function finiteOrNull(expression: string): string {
  return `ifNotFinite(${expression} + 0.0, NULL)`;
}

function ints(apply: (a: Int, b: Int) => Int | null, exact: (a: string, b: string) => string): Signature {
  return {
    parameters: ['int', 'int'],
    result: 'int',
    closure: strict2(apply),
    sql: (_call, a, b) => int64OrNull(exact(`toInt128(${a})`, `toInt128(${b})`)),
  };
}

function doubles(apply: (a: number, b: number) => number, operator: string): Signature {
  return {
    parameters: ['double', 'double'],
    result: 'double',
    closure: strict2((a: number, b: number) => canonicalDouble(apply(a, b))),
    sql: (_call, a, b) => finiteOrNull(`(${a} ${operator} ${b})`),
  };
}

/** A sum or difference of milliseconds as a timestamp, null beyond what a timestamp can be. */
function instant(exact: Int | null): Value {
  return typeof exact === 'number' && Math.abs(exact) <= MAX_TIMESTAMP_MS ? exact : null;
}

function instantSql({ scope }: { scope: SqlScope }, a: Sql, b: Sql, operator: string): string {
  return scope.bind([a, b], (x, y) => {
    const exact = `(toInt128(${x}) ${operator} toInt128(${y}))`;
    return `if(abs(${exact}) <= ${MAX_TIMESTAMP_MS}, toInt64(${exact}), NULL)`;
  });
}

function floorRemainderInt(a: Int, b: Int): Int | null {
  const rest = remainderInt(a, b);
  return rest !== null && rest !== 0 && rest < 0 !== b < 0 ? addInt(rest, b) : rest;
}

function parity(name: string, odd: 0 | 1, doc: string): FunctionSpec {
  return {
    group: 'Arithmetic',
    doc,
    example: `${name}(flight_number)`,
    signatures: [
      {
        parameters: ['int'],
        result: 'bool',
        closure: strict1((a: Int) => (typeof a === 'bigint' ? Number(a & 1n) : Math.abs(a % 2)) === odd),
        sql: (_call, a) => `(bitAnd(${a}, 1) = ${odd})`,
      },
    ],
  };
}

export const ARITHMETIC = {
  '+': {
    group: 'Arithmetic',
    doc: 'Sum, strings joined, or a timestamp later by an int of milliseconds.',
    example: 'date + duration("90m")',
    signatures: [
      ints(addInt, (a, b) => `${a} + ${b}`),
      doubles((a, b) => a + b, '+'),
      {
        parameters: ['string', 'string'],
        result: 'string',
        closure: strict2((a: string, b: string) => a + b),
        sql: (_call, a, b) => `concat(${a}, ${b})`,
      },
      {
        parameters: ['timestamp', 'int'],
        result: 'timestamp',
        closure: strict2((a: Int, b: Int) => instant(addInt(a, b))),
        sql: (call, a, b) => instantSql(call, a, b, '+'),
      },
      {
        parameters: ['int', 'timestamp'],
        result: 'timestamp',
        closure: strict2((a: Int, b: Int) => instant(addInt(a, b))),
        sql: (call, a, b) => instantSql(call, a, b, '+'),
      },
    ],
  },
  '-': {
    group: 'Arithmetic',
    doc: 'Difference; of two timestamps an int of milliseconds.',
    example: 'landed - scheduled > duration("15m")',
    signatures: [
      ints(subtractInt, (a, b) => `${a} - ${b}`),
      doubles((a, b) => a - b, '-'),
      {
        parameters: ['timestamp', 'timestamp'],
        result: 'int',
        closure: strict2(subtractInt),
        sql: (_call, a, b) => int64OrNull(`toInt128(${a}) - toInt128(${b})`),
      },
      {
        parameters: ['timestamp', 'int'],
        result: 'timestamp',
        closure: strict2((a: Int, b: Int) => instant(subtractInt(a, b))),
        sql: (call, a, b) => instantSql(call, a, b, '-'),
      },
    ],
  },
  '*': {
    group: 'Arithmetic',
    doc: 'Product.',
    example: 'distance * 1.609344',
    signatures: [ints(multiplyInt, (a, b) => `${a} * ${b}`), doubles((a, b) => a * b, '*')],
  },
  '/': {
    group: 'Arithmetic',
    doc: 'Quotient; of two ints it is truncated toward zero. Null when dividing by zero.',
    example: 'distance / 100',
    signatures: [
      ints(divideInt, (a, b) => `intDivOrZero(${a}, nullIf(${b}, 0))`),
      doubles((a, b) => a / b, '/'),
    ],
  },
  '%': {
    group: 'Arithmetic',
    doc: 'Remainder of the truncated quotient, with the sign of the left side. Null when dividing by zero.',
    example: 'flight_number % 2',
    signatures: [ints(remainderInt, (a, b) => `moduloOrZero(${a}, nullIf(${b}, 0))`)],
  },
  mod: {
    group: 'Arithmetic',
    doc: 'Remainder of the quotient rounded down, with the sign of the second argument. Null when dividing by zero.',
    example: 'mod(delay, 60)',
    signatures: [
      {
        parameters: ['int', 'int'],
        result: 'int',
        closure: strict2(floorRemainderInt),
        sql: ({ scope }, a, b) =>
          scope.bind([a, b], (x, y) => {
            const rest = new Sql(`moduloOrZero(${x}, nullIf(${y}, 0))`, false);
            return scope.bind([rest], (r) => `if(${r} != 0 AND (${r} < 0) != (${y} < 0), ${r} + ${y}, ${r})`);
          }),
      },
    ],
  },
  is_even: parity('is_even', 0, 'Whether the int is a multiple of two.'),
  is_odd: parity('is_odd', 1, 'Whether the int is not a multiple of two.'),
  '-_': {
    group: 'Arithmetic',
    doc: 'The number with the other sign.',
    example: '-delay',
    signatures: [
      {
        parameters: ['int'],
        result: 'int',
        closure: strict1(negateInt),
        sql: (_call, a) => int64OrNull(`negate(toInt128(${a}))`),
      },
      {
        parameters: ['double'],
        result: 'double',
        closure: strict1((a: number) => 0 - a),
        sql: (_call, a) => `(0.0 - ${a})`,
      },
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
