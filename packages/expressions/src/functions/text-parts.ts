import { strict1, strict2, strict3, strictAll } from '../closures';
import type { Call, FunctionSpec, LiteralParameter, Signature } from '../function-spec';
import type { Int } from '../int64';
import { Sql, sqlString } from '../sql';
import { codePointCount, codePointIndex, padded, reversed } from '../text';
import type { Evaluate } from '../value';

const MAX_PADDED = 256;

const SEPARATOR: LiteralParameter = {
  literal: 'string',
  name: 'separator',
  problem: (text) => (text === '' ? 'the separator is empty; give at least one character' : null),
};

const PADDED_SIZE: LiteralParameter = {
  literal: 'int',
  name: 'size',
  problem: (n) =>
    (n as Int) >= 1 && (n as Int) <= MAX_PADDED ? null : `${n} is not a size; give 1 to ${MAX_PADDED}`,
};

const FILL: LiteralParameter = {
  literal: 'string',
  name: 'fill',
  problem: (text) => (text === '' ? 'there is nothing to fill with; give at least one character' : null),
};

function padding(atStart: boolean): Signature {
  const sqlName = atStart ? 'leftPadUTF8' : 'rightPadUTF8';
  return {
    parameters: ['string', PADDED_SIZE, FILL],
    result: 'string',
    closure: ({ literals: [size, fill] }, a) => {
      const points = Number(size);
      return (row) => {
        const text = (a as Evaluate)(row) as string | null;
        if (text === null) return null;
        const added = padded(fill as string, points - codePointCount(text));
        return atStart ? added + text : text + added;
      };
    },
    // ClickHouse cuts a text that is longer than the size.
    sql: ({ scope, literals: [size, fill] }, a) =>
      scope.bind(
        [a as Sql],
        (x) =>
          `if(lengthUTF8(${x}) >= ${size}, ${x}, ${sqlName}(${x}, ${size}, ${sqlString(fill as string)}))`,
      ),
  };
}

function splitClosure({ literals: [separator] }: Call, text: Evaluate, index: Evaluate): Evaluate {
  return (row) => {
    const whole = text(row) as string | null;
    const at = index(row) as Int | null;
    if (whole === null || at === null || at < 0) return null;
    return whole.split(separator as string)[Number(at)] ?? null;
  };
}

export const TEXT_PARTS = {
  concat: {
    group: 'Text',
    doc: 'The strings joined; null if any is null.',
    example: 'concat(origin, "-", string(flight_number))',
    signatures: [
      {
        parameters: ['string', 'string'],
        variadic: true,
        result: 'string',
        closure: strictAll((...texts: string[]) => texts.join('')),
        sql: (_call, ...texts) => `concat(${texts.join(', ')})`,
      },
    ],
  },
  replace: {
    group: 'Text',
    doc: 'The first string with each occurrence of the second, from left to right, replaced by the third; unchanged where the second is empty.',
    example: 'replace(origin, "K", "")',
    signatures: [
      {
        parameters: ['string', 'string', 'string'],
        result: 'string',
        closure: strict3((text: string, from: string, to: string) =>
          from === '' ? text : text.split(from).join(to),
        ),
        sql: (_call, text, from, to) => `replaceAll(${text}, ${from}, ${to})`,
      },
    ],
  },
  index_of: {
    group: 'Text',
    doc: 'Where the second string first occurs in the first, in code points from 0; −1 where it does not.',
    example: 'index_of(origin, "R")',
    signatures: [
      {
        parameters: ['string', 'string'],
        result: 'int',
        closure: strict2(codePointIndex),
        sql: (_call, a, b) => `(toInt64(positionUTF8(${a}, ${b})) - 1)`,
      },
    ],
  },
  split_part: {
    group: 'Text',
    doc: 'The part with this number, from 0, between occurrences of a literal separator; null where there is none.',
    example: 'split_part(origin, "-", 0)',
    signatures: [
      {
        parameters: ['string', SEPARATOR, 'int'],
        result: 'string',
        closure: (call, text, index) => splitClosure(call, text as Evaluate, index as Evaluate),
        sql: ({ scope, literals: [separator] }, text, index) =>
          scope.bind([text as Sql, index as Sql], (whole, at) => {
            const parts = `splitByString(${sqlString(separator as string)}, ifNull(${whole}, ''))`;
            return scope.bind([new Sql(parts, false)], (split) => {
              const number = `if(${at} >= 0 AND ${at} < length(${split}), ${at} + 1, 1)`;
              const missing = `isNull(${whole}) OR isNull(${at}) OR ${at} < 0 OR ${at} >= length(${split})`;
              return `if(${missing}, NULL, ${split}[ifNull(${number}, 1)])`;
            });
          }),
      },
    ],
  },
  pad_start: {
    group: 'Text',
    doc: 'The string made as long as `size` code points with `fill`, repeated, before it; unchanged where it is as long already.',
    example: 'pad_start(string(flight_number), 4, "0")',
    signatures: [padding(true)],
  },
  pad_end: {
    group: 'Text',
    doc: 'The string made as long as `size` code points with `fill`, repeated, after it; unchanged where it is as long already.',
    example: 'pad_end(origin, 4, "_")',
    signatures: [padding(false)],
  },
  reverse: {
    group: 'Text',
    doc: 'The code points in the opposite order.',
    example: 'reverse(origin)',
    signatures: [
      {
        parameters: ['string'],
        result: 'string',
        closure: strict1(reversed),
        sql: (_call, a) => `reverseUTF8(${a})`,
      },
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
