import { strict1 } from '../closures';
import { parseDouble } from '../double';
import type { FunctionSpec, Signature } from '../function-spec';
import { intFromDouble, parseInt64 } from '../int64';
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
    doc: 'A double: the nearest one to an int or to a string such as "-1.5" or "2e-3"; null for any other string or too large.',
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
    doc: 'The decimal digits of an int, or "true" and "false".',
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
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
