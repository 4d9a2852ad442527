import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import { strict1 } from '../closures';
import type { FunctionSpec } from '../function-spec';
import { Sql, type SqlScope, sqlString } from '../sql';
import { parseTimestamp } from '../timestamp';

/** ClickHouse's dates have the years 1900 to 2299. */
const YEARS = /^(?:19|2[0-2])/;

const RFC_3339 = sqlString(
  '^(?:19|2[0-2])[0-9]{2}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\\.[0-9]{1,3})?(?:Z|[+-][0-9]{2}:[0-9]{2})$',
);
const FRACTION = sqlString('\\.([0-9]+)');
const OFFSET = sqlString('([+-][0-9]{2}:[0-9]{2})$');

function numberSql(text: Sql | string, from: number, length: number): string {
  return `toInt64OrZero(substring(${text}, ${from}, ${length}))`;
}

/** Makes a date of the parts, and accepts it if it has these parts: the 30th of February would be the 2nd of March. */
function parseSql(scope: SqlScope, text: Sql): string {
  return scope.bind([text], (whole) => {
    const form = new Sql(`if(match(${whole}, ${RFC_3339}), ${whole}, NULL)`, false);
    return scope.bind([form], (x) => {
      const [year, month, day] = [numberSql(x, 1, 4), numberSql(x, 6, 2), numberSql(x, 9, 2)];
      const [hour, minute, second] = [numberSql(x, 12, 2), numberSql(x, 15, 2), numberSql(x, 18, 2)];
      const date = new Sql(`makeDate32(${year}, ${month}, ${day})`, false);
      const offset = new Sql(`extract(${x}, ${OFFSET})`, false);
      return scope.bind([date, offset], (made, shift) => {
        const [hours, minutes] = [numberSql(shift, 2, 2), numberSql(shift, 5, 2)];
        const exists = [
          `toYear(${made}) = ${year} AND toMonth(${made}) = ${month} AND toDayOfMonth(${made}) = ${day}`,
          `${hour} <= 23 AND ${minute} <= 59 AND ${second} <= 59 AND ${hours} <= 23 AND ${minutes} <= 59`,
        ].join(' AND ');
        const fraction = `toInt64OrZero(rightPad(extract(${x}, ${FRACTION}), 3, '0'))`;
        const clock = `${hour} * ${HOUR_MS} + ${minute} * ${MINUTE_MS} + ${second} * ${SECOND_MS} + ${fraction}`;
        const ahead = `if(startsWith(${shift}, '-'), -1, 1) * (${hours} * ${HOUR_MS} + ${minutes} * ${MINUTE_MS})`;
        return `if(${exists}, toInt64(toInt32(${made})) * ${DAY_MS} + ${clock} - ${ahead}, NULL)`;
      });
    });
  });
}

export const TIMESTAMP_TEXT = {
  parse_timestamp: {
    group: 'Time',
    doc: 'The instant of a text in RFC 3339, such as "2001-01-01T00:00:00.000+01:00", with at most milliseconds and a year from 1900 to 2299; null for any other text.',
    example: 'parse_timestamp("2001-01-01T00:00:00Z")',
    signatures: [
      {
        parameters: ['string'],
        result: 'timestamp',
        closure: strict1((text: string) => (YEARS.test(text) ? parseTimestamp(text) : null)),
        sql: ({ scope }, text) => parseSql(scope, text as Sql),
      },
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
