import { strict1 } from '../closures';
import { parseDouble } from '../double';
import type { FunctionSpec, Signature } from '../function-spec';
import { type Int, intFromDouble, parseInt64 } from '../int64';
import { CALENDAR_FROM_MS, CALENDAR_TO_MS } from '../limits';
import { sqlString } from '../sql';
import type { ExpressionType } from '../value';
import { finiteOrNull } from './arithmetic';

const DECIMAL_INT = sqlString('^-?[0-9]{1,19}$');
const DECIMAL_DOUBLE = sqlString('^-?(?:0|[1-9][0-9]*)(?:\\.[0-9]+)?(?:[eE][+-]?[0-9]{1,3})?$');
const WITHOUT_EXPONENT = sqlString('^([^eE]+)$');
const WITH_EXPONENT = sqlString('\\1e0');

function identity(type: ExpressionType): Signature {
  return { parameters: [type], result: type, closure: (_call, a) => a, sql: (_call, a) => a.text };
}

export const CONVERSION = {
  int: {
    group: 'Conversion',
    doc: 'An int: 0 or 1 of a bool, a double truncated toward zero, a string of at most 19 decimal digits with or without a minus; null for anything else or too large.',
    example: 'int(distance)',
    signatures: [
      identity('int'),
      {
        parameters: ['double'],
        result: 'int',
        closure: strict1(intFromDouble),
        sql: (_call, a) => `accurateCastOrNull(trunc(${a}), 'Int64')`,
      },
      {
        parameters: ['string'],
        result: 'int',
        closure: strict1(parseInt64),
        sql: (_call, a) => `accurateCastOrNull(toInt128OrNull(extract(${a}, ${DECIMAL_INT})), 'Int64')`,
      },
      {
        parameters: ['bool'],
        result: 'int',
        closure: strict1((a: boolean) => (a ? 1 : 0)),
        sql: (_call, a) => `toInt64(${a})`,
      },
    ],
  },
  double: {
    group: 'Conversion',
    doc: 'A double: 0 or 1 of a bool, the nearest one to an int or to a string such as "-1.5" or "2e-3"; null for any other string or too large.',
    example: 'double(delay) / 60.0',
    signatures: [
      {
        parameters: ['int'],
        result: 'double',
        closure: strict1(Number),
        sql: (_call, a) => `toFloat64(${a})`,
      },
      identity('double'),
      {
        parameters: ['bool'],
        result: 'double',
        closure: strict1((a: boolean) => (a ? 1 : 0)),
        sql: (_call, a) => `toFloat64(${a})`,
      },
      {
        parameters: ['string'],
        result: 'double',
        closure: strict1(parseDouble),
        // ClickHouse's JSON parser rounds exactly, but refuses an integer that is not 64 bits wide unless it has an exponent.
        sql: (_call, a) => {
          const decimal = `extract(${a}, ${DECIMAL_DOUBLE})`;
          const json = `replaceRegexpOne(${decimal}, ${WITHOUT_EXPONENT}, ${WITH_EXPONENT})`;
          return finiteOrNull(`JSONExtract(${json}, 'Nullable(Float64)')`);
        },
      },
    ],
  },
  string: {
    group: 'Conversion',
    doc: 'The decimal digits of an int, "true" and "false", or a timestamp as "2001-01-01T00:00:00.000Z" (null outside of the calendar of UTC).',
    example: 'string(flight_number)',
    signatures: [
      identity('string'),
      {
        parameters: ['int'],
        result: 'string',
        closure: strict1(String),
        sql: (_call, a) => `toString(${a})`,
      },
      {
        parameters: ['bool'],
        result: 'string',
        closure: strict1(String),
        sql: ({ scope }, a) => scope.bind([a], (x) => `multiIf(${x}, 'true', isNull(${x}), NULL, 'false')`),
      },
      {
        parameters: ['timestamp'],
        result: 'string',
        closure: strict1((at: number) =>
          at >= CALENDAR_FROM_MS && at < CALENDAR_TO_MS ? new Date(at).toISOString() : null,
        ),
        sql: ({ scope }, a) =>
          scope.bind([a], (x) => {
            const covered = `if(${x} >= ${CALENDAR_FROM_MS} AND ${x} < ${CALENDAR_TO_MS}, ${x}, NULL)`;
            const text = `toString(fromUnixTimestamp64Milli(${covered}, 'UTC'))`;
            return `concat(replaceOne(${text}, ' ', 'T'), 'Z')`;
          }),
      },
    ],
  },
  bool: {
    group: 'Conversion',
    doc: 'Whether an int is not 0; of the strings "true" and "false" what they say, null for any other.',
    example: 'bool(flight_number % 2)',
    signatures: [
      identity('bool'),
      {
        parameters: ['int'],
        result: 'bool',
        closure: strict1((a: Int) => a !== 0),
        sql: (_call, a) => `(${a} != 0)`,
      },
      {
        parameters: ['string'],
        result: 'bool',
        closure: strict1((a: string) => (a === 'true' ? true : a === 'false' ? false : null)),
        sql: ({ scope }, a) =>
          scope.bind([a], (x) => `multiIf(${x} = 'true', toUInt8(1), ${x} = 'false', toUInt8(0), NULL)`),
      },
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
