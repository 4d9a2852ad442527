import { strict1, strict2, strict3 } from '../closures';
import type { FunctionSpec } from '../function-spec';
import type { Int } from '../int64';
import { type Sql, sqlString } from '../sql';
import { asciiLower, asciiUpper, codePointCount, codePointSlice, TRIMMED, trimAscii } from '../text';

// No text is this long; offsets beyond it are past its end.
const FAR = 2_147_483_647;

/**
 * An offset into a text, between its beginning and far past its end; 0 for null, because `substringUTF8` computes under a
 * null too, and throws at what it may find there.
 */
function offset(points: Sql): string {
  return `ifNull(multiIf(${points} < 0, 0, ${points} > ${FAR}, ${FAR}, ${points}), 0)`;
}

function substringFromSql(text: Sql, from: Sql): string {
  return `if(isNull(${from}), NULL, substringUTF8(${text}, ${offset(from)} + 1))`;
}

function substringSql(text: Sql, from: Sql, to: Sql): string {
  const size = `(${offset(to)} - ${offset(from)})`;
  const slice = `substringUTF8(${text}, ${offset(from)} + 1, if(${size} < 0, 0, ${size}))`;
  return `if(isNull(${from}) OR isNull(${to}), NULL, ${slice})`;
}

export const TEXT = {
  size: {
    group: 'Text',
    doc: 'The number of Unicode code points.',
    example: 'size(origin) == 3',
    signatures: [
      {
        parameters: ['string'],
        result: 'int',
        closure: strict1(codePointCount),
        sql: (_call, a) => `toInt64(lengthUTF8(${a}))`,
      },
    ],
  },
  startsWith: {
    group: 'Text',
    doc: 'Whether the first string begins with the second.',
    example: 'origin.startsWith("K")',
    signatures: [
      {
        parameters: ['string', 'string'],
        result: 'bool',
        closure: strict2((a: string, b: string) => a.startsWith(b)),
        sql: (_call, a, b) => `startsWith(${a}, ${b})`,
      },
    ],
  },
  endsWith: {
    group: 'Text',
    doc: 'Whether the first string ends with the second.',
    example: 'origin.endsWith("X")',
    signatures: [
      {
        parameters: ['string', 'string'],
        result: 'bool',
        closure: strict2((a: string, b: string) => a.endsWith(b)),
        sql: (_call, a, b) => `endsWith(${a}, ${b})`,
      },
    ],
  },
  contains: {
    group: 'Text',
    doc: 'Whether the second string occurs in the first.',
    example: 'origin.contains("R")',
    signatures: [
      {
        parameters: ['string', 'string'],
        result: 'bool',
        closure: strict2((a: string, b: string) => a.includes(b)),
        sql: (_call, a, b) => `(position(${a}, ${b}) > 0)`,
      },
    ],
  },
  lower: {
    group: 'Text',
    doc: 'A to Z as a to z; all other letters stay as they are.',
    example: 'lower(origin)',
    signatures: [
      {
        parameters: ['string'],
        result: 'string',
        closure: strict1(asciiLower),
        sql: (_call, a) => `lower(${a})`,
      },
    ],
  },
  upper: {
    group: 'Text',
    doc: 'a to z as A to Z; all other letters stay as they are.',
    example: 'upper(origin)',
    signatures: [
      {
        parameters: ['string'],
        result: 'string',
        closure: strict1(asciiUpper),
        sql: (_call, a) => `upper(${a})`,
      },
    ],
  },
  trim: {
    group: 'Text',
    doc: 'Without the ASCII white space at both ends (space, \\t, \\n, \\v, \\f, \\r).',
    example: 'trim(origin)',
    signatures: [
      {
        parameters: ['string'],
        result: 'string',
        closure: strict1(trimAscii),
        sql: (_call, a) => `trim(BOTH ${sqlString(TRIMMED)} FROM ${a})`,
      },
    ],
  },
  substring: {
    group: 'Text',
    doc: 'Code points from `from` (the first is 0) up to, not including, `to` or the end; offsets outside the string are moved to its ends.',
    example: 'substring(origin, 0, 2)',
    signatures: [
      {
        parameters: ['string', 'int'],
        result: 'string',
        closure: strict2((text: string, from: Int) => codePointSlice(text, from, FAR)),
        sql: ({ scope }, text, from) => scope.bind([text, from], substringFromSql),
      },
      {
        parameters: ['string', 'int', 'int'],
        result: 'string',
        closure: strict3((text: string, from: Int, to: Int) => codePointSlice(text, from, to)),
        sql: ({ scope }, text, from, to) => scope.bind([text, from, to], substringSql),
      },
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
