import type { Call, FunctionSpec } from '../function-spec';
import type { Evaluate } from '../value';

/** Kleene's and: false wins over null. */
function and(_call: Call, first: Evaluate, ...others: Evaluate[]): Evaluate {
  return others.reduce<Evaluate>(
    (a, b) => (row) => {
      const x = a(row);
      if (x === false) return false;
      const y = b(row);
      return y === false ? false : x === null || y === null ? null : true;
    },
    first,
  );
}

/** Kleene's or: true wins over null. */
function or(_call: Call, first: Evaluate, ...others: Evaluate[]): Evaluate {
  return others.reduce<Evaluate>(
    (a, b) => (row) => {
      const x = a(row);
      if (x === true) return true;
      const y = b(row);
      return y === true ? true : x === null || y === null ? null : false;
    },
    first,
  );
}

export const LOGIC = {
  '&&': {
    group: 'Logic',
    doc: 'Three-valued and: false if either side is false, else null if either is null.',
    example: 'delay > 15 && origin == "ORD"',
    signatures: [
      {
        parameters: ['bool', 'bool'],
        variadic: true,
        result: 'bool',
        closure: and,
        sql: (_call, ...operands) => `and(${operands.join(', ')})`,
      },
    ],
  },
  '||': {
    group: 'Logic',
    doc: 'Three-valued or: true if either side is true, else null if either is null.',
    example: 'delay > 15 || cancelled',
    signatures: [
      {
        parameters: ['bool', 'bool'],
        variadic: true,
        result: 'bool',
        closure: or,
        sql: (_call, ...operands) => `or(${operands.join(', ')})`,
      },
    ],
  },
  '!_': {
    group: 'Logic',
    doc: 'Not; null stays null.',
    example: '!cancelled',
    signatures: [
      {
        parameters: ['bool'],
        result: 'bool',
        closure: (_call, a) => (row) => {
          const x = a(row);
          return x === null ? null : !x;
        },
        // ClickHouse reads `not(a) IN …` as `not (a IN …)`
        sql: (_call, a) => `(NOT (${a}))`,
      },
    ],
  },
  '?:': {
    group: 'Logic',
    doc: 'The first branch where the condition is true, the second where it is false or null.',
    example: 'delay > 0 ? delay : 0',
    signatures: [
      {
        parameters: ['bool', 'T', 'T'],
        nullLiteral: true,
        result: 'T',
        closure: (_call, condition, then, otherwise) => (row) =>
          condition(row) === true ? then(row) : otherwise(row),
        sql: (_call, condition, then, otherwise) => `if(${condition}, ${then}, ${otherwise})`,
      },
    ],
  },
  coalesce: {
    group: 'Logic',
    doc: 'The first argument that is not null.',
    example: 'coalesce(delay, 0)',
    signatures: [
      {
        parameters: ['T', 'T'],
        variadic: true,
        result: 'T',
        closure: (_call, first, ...others) =>
          others.reduce<Evaluate>((a, b) => (row) => a(row) ?? b(row), first),
        sql: (_call, ...values) => `coalesce(${values.join(', ')})`,
      },
    ],
  },
  null_if: {
    group: 'Logic',
    doc: 'Null where the two are equal, else the first: it removes a value that stands for "unknown". A null second argument removes nothing.',
    example: 'null_if(delay, -999)',
    signatures: [
      {
        parameters: ['T', 'T'],
        result: 'T',
        closure: (_call, a, b) => (row) => {
          const x = a(row);
          return x === b(row) ? null : x;
        },
        sql: (_call, a, b) => `nullIf(${a}, ${b})`,
      },
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
