import { strict2 } from '../closures';
import type { FunctionSpec, Signature } from '../function-spec';
import { type Sql, sqlItem } from '../sql';
import { compareCodePoints } from '../text';
import type { Evaluate, Value } from '../value';

/** JavaScript and ClickHouse both compare an int with a double exactly, without rounding the int. */
const NUMBER = ['int', 'double'] as const;

type Numeric = number | bigint;

const isNull =
  (a: Evaluate): Evaluate =>
  (row) =>
    a(row) === null;
const isNotNull =
  (a: Evaluate): Evaluate =>
  (row) =>
    a(row) !== null;

// A double of 2^53 or more may equal an int that is held as a bigint, which `===` denies.
// biome-ignore lint/suspicious/noDoubleEquals: exact equality of number and bigint
const sameNumber = (x: Numeric, y: Numeric): boolean => x == y;

function equality(operator: string, equal: boolean): readonly Signature[] {
  const sql = (_call: unknown, a: Sql, b: Sql) => `(${a} ${operator} ${b})`;
  const same = strict2((x: Value, y: Value) => (x === y) === equal);
  return [
    {
      parameters: [NUMBER, NUMBER],
      result: 'bool',
      closure: strict2((x: Numeric, y: Numeric) => sameNumber(x, y) === equal),
      sql,
    },
    { parameters: ['string', 'string'], result: 'bool', closure: same, sql },
    { parameters: ['timestamp', 'timestamp'], result: 'bool', closure: same, sql },
    { parameters: ['bool', 'bool'], result: 'bool', closure: same, sql },
    {
      parameters: ['any', 'null'],
      result: 'bool',
      closure: (_call, a) => (equal ? isNull(a) : isNotNull(a)),
      sql: (_call, a) => `${equal ? 'isNull' : 'isNotNull'}(${a})`,
    },
    {
      parameters: ['null', 'any'],
      result: 'bool',
      closure: (_call, _null, b) => (equal ? isNull(b as Evaluate) : isNotNull(b as Evaluate)),
      sql: (_call, _null, b) => `${equal ? 'isNull' : 'isNotNull'}(${b})`,
    },
  ];
}

function ordering(operator: string, ordered: (x: Numeric, y: Numeric) => boolean): readonly Signature[] {
  const sql = (_call: unknown, a: Sql, b: Sql) => `(${a} ${operator} ${b})`;
  const closure = strict2(ordered);
  return [
    { parameters: [NUMBER, NUMBER], result: 'bool', closure, sql },
    { parameters: ['timestamp', 'timestamp'], result: 'bool', closure, sql },
    {
      parameters: ['string', 'string'],
      result: 'bool',
      closure: strict2((x: string, y: string) => ordered(compareCodePoints(x, y), 0)),
      sql,
    },
  ];
}

export const COMPARISON = {
  '==': {
    group: 'Comparison',
    doc: 'Equal. With the literal `null` it is a null test and never null.',
    example: 'origin == "ORD"',
    signatures: equality('=', true),
  },
  '!=': {
    group: 'Comparison',
    doc: 'Not equal. With the literal `null` it is a null test and never null.',
    example: 'delay != null',
    signatures: equality('!=', false),
  },
  '<': {
    group: 'Comparison',
    doc: 'Less. An int and a double compare exactly; strings compare by code points.',
    example: 'delay < 15',
    signatures: ordering('<', (x, y) => x < y),
  },
  '<=': {
    group: 'Comparison',
    doc: 'Less or equal.',
    example: 'delay <= 15.5',
    signatures: ordering('<=', (x, y) => x <= y),
  },
  '>': {
    group: 'Comparison',
    doc: 'Greater.',
    example: 'date > timestamp("2001-01-01T00:00:00Z")',
    signatures: ordering('>', (x, y) => x > y),
  },
  '>=': {
    group: 'Comparison',
    doc: 'Greater or equal.',
    example: 'origin >= "M"',
    signatures: ordering('>=', (x, y) => x >= y),
  },
  in: {
    group: 'Comparison',
    doc: 'Whether the left side equals an item of a list of literals; null if it is null.',
    example: 'origin in ["ORD", "ATL"]',
    signatures: [
      {
        parameters: ['any', 'list'],
        result: 'bool',
        closure: ({ items }, a) => {
          const members = new Set<Value>(items);
          return (row) => {
            const x = a(row);
            return x === null ? null : members.has(x);
          };
        },
        sql: ({ items, argumentTypes: [type = 'int'] }, a) =>
          items.length === 0
            ? `if(isNull(${a}), NULL, toUInt8(0))`
            : `(${a} IN (${items.map((item) => sqlItem(type, item)).join(', ')}))`,
      },
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
