import { parseDuration, SECOND_MS } from '@forebay/contract';
import { CALENDAR_PARTS, type CalendarPart } from '../calendar';
import { strict1 } from '../closures';
import type { FunctionSpec, LiteralParameter } from '../function-spec';
import type { Int } from '../int64';
import { CALENDAR_FROM_MS, CALENDAR_TO_MS, MAX_TIMESTAMP_MS, ZONED_CALENDAR_FROM_MS } from '../limits';
import { Sql, sqlLiteral, sqlString } from '../sql';
import { isUtc, timeZoneProblem, zoneOffset } from '../time-zone';
import { parseTimestamp } from '../timestamp';
import type { Evaluate, Value } from '../value';

export const ZONE: LiteralParameter = {
  literal: 'string',
  name: 'zone',
  problem: (zone) => timeZoneProblem(zone as string),
};

const RFC_3339: LiteralParameter = {
  literal: 'string',
  name: 'instant',
  problem: (text) =>
    parseTimestamp(text as string) === null
      ? `"${text}" is not a timestamp; write one such as "2001-01-01T00:00:00Z", with at most milliseconds`
      : null,
};

const DURATION: LiteralParameter = {
  literal: 'string',
  name: 'length',
  problem: (text) => {
    try {
      parseDuration(text as string, 'duration');
      return null;
    } catch (thrown) {
      return (thrown as Error).message.replace(/^duration: /, '');
    }
  },
};

export function calendarFrom(zone: Value): number {
  return isUtc(zone as string) ? CALENDAR_FROM_MS : ZONED_CALENDAR_FROM_MS;
}

function partClosure(part: CalendarPart, zone: Value, instant: Evaluate): Evaluate {
  const offset = zoneOffset(zone as string);
  const fromMs = calendarFrom(zone);
  const read = CALENDAR_PARTS[part];
  return (row) => {
    const at = instant(row) as number | null;
    return at === null || at < fromMs || at >= CALENDAR_TO_MS ? null : read(at + offset(at));
  };
}

/** An instant (ms) that the calendar covers, else null; `x` is written several times. */
export function coveredSql(zone: Value, x: Sql): string {
  return `if(${x} >= ${calendarFrom(zone)} AND ${x} < ${CALENDAR_TO_MS}, ${x}, NULL)`;
}

function partSql(sqlName: string, zone: Value, x: Sql): string {
  return `toInt64(${sqlName}(fromUnixTimestamp64Milli(${coveredSql(zone, x)}, ${sqlString(zone as string)})))`;
}

function calendarPart(part: CalendarPart, sqlName: string, what: string): FunctionSpec {
  return {
    group: 'Time',
    doc: `${what} on the wall clock of a time zone; null outside of the calendar.`,
    example: `${part}(date, "America/Chicago")`,
    signatures: [
      {
        parameters: ['timestamp', ZONE],
        result: 'int',
        closure: ({ literals: [zone = 'UTC'] }, instant) => partClosure(part, zone, instant),
        sql: ({ scope, literals: [zone = 'UTC'] }, instant) =>
          scope.bind([instant], (x) => partSql(sqlName, zone, x)),
      },
    ],
  };
}

export const TIME = {
  timestamp: {
    group: 'Time',
    doc: 'The instant of a literal in RFC 3339, with at most milliseconds.',
    example: 'timestamp("2001-01-01T00:00:00Z")',
    signatures: [
      {
        parameters: [RFC_3339],
        result: 'timestamp',
        closure: ({ literals: [text] }) => {
          const instantMs = parseTimestamp(text as string);
          return () => instantMs;
        },
        sql: ({ literals: [text] }) => sqlLiteral('timestamp', parseTimestamp(text as string)),
      },
    ],
  },
  duration: {
    group: 'Time',
    doc: 'The milliseconds of a literal such as "500ms", "90s", "15m", "1h" or "30d".',
    example: 'duration("15m")',
    signatures: [
      {
        parameters: [DURATION],
        result: 'int',
        closure: ({ literals: [text] }) => {
          const durationMs = parseDuration(text as string, 'duration');
          return () => durationMs;
        },
        sql: ({ literals: [text] }) => sqlLiteral('int', parseDuration(text as string, 'duration')),
      },
    ],
  },
  epoch_ms: {
    group: 'Time',
    doc: 'Milliseconds since 1970-01-01T00:00:00Z.',
    example: 'epoch_ms(date) / 86400000',
    signatures: [
      {
        parameters: ['timestamp'],
        result: 'int',
        closure: strict1((at: number) => at),
        sql: (_call, a) => a.text,
      },
    ],
  },
  epoch_seconds: {
    group: 'Time',
    doc: 'Whole seconds since 1970-01-01T00:00:00Z, rounded down.',
    example: 'epoch_seconds(date)',
    signatures: [
      {
        parameters: ['timestamp'],
        result: 'int',
        closure: strict1((at: number) => Math.floor(at / SECOND_MS)),
        sql: ({ scope }, a) =>
          scope.bind([a], (x) => `intDiv(${x} - positiveModulo(${x}, ${SECOND_MS}), ${SECOND_MS})`),
      },
    ],
  },
  from_epoch_ms: {
    group: 'Time',
    doc: 'The timestamp so many milliseconds after 1970-01-01T00:00:00Z; null beyond what a timestamp can be.',
    example: 'from_epoch_ms(flight_number)',
    signatures: [
      {
        parameters: ['int'],
        result: 'timestamp',
        closure: strict1((ms: Int) => (Math.abs(Number(ms)) <= MAX_TIMESTAMP_MS ? ms : null)),
        sql: ({ scope }, a) =>
          scope.bind([a], (x) => `if(abs(toInt128(${x})) <= ${MAX_TIMESTAMP_MS}, ${x}, NULL)`),
      },
    ],
  },
  from_epoch_seconds: {
    group: 'Time',
    doc: 'The timestamp so many seconds after 1970-01-01T00:00:00Z, in whole milliseconds, rounded down; null beyond what a timestamp can be.',
    example: 'from_epoch_seconds(distance)',
    signatures: [
      {
        parameters: ['double'],
        result: 'timestamp',
        closure: strict1((seconds: number) => {
          const ms = Math.floor(seconds * SECOND_MS);
          return Math.abs(ms) <= MAX_TIMESTAMP_MS ? ms : null;
        }),
        sql: ({ scope }, a) =>
          scope.bind(
            [new Sql(`floor(${a} * ${SECOND_MS})`, false)],
            (ms) => `accurateCastOrNull(if(abs(${ms}) <= ${MAX_TIMESTAMP_MS}, ${ms}, NULL), 'Int64')`,
          ),
      },
    ],
  },
  is_weekend: {
    group: 'Time',
    doc: 'Whether it is Saturday or Sunday on the wall clock of a time zone; null outside of the calendar.',
    example: 'is_weekend(date, "America/Chicago")',
    signatures: [
      {
        parameters: ['timestamp', ZONE],
        result: 'bool',
        closure: ({ literals: [zone = 'UTC'] }, instant) => {
          const day = partClosure('day_of_week', zone, instant);
          return (row) => {
            const value = day(row) as number | null;
            return value === null ? null : value >= 6;
          };
        },
        sql: ({ scope, literals: [zone = 'UTC'] }, instant) =>
          scope.bind([instant], (x) => `(${partSql('toDayOfWeek', zone, x)} >= 6)`),
      },
    ],
  },
  hour: calendarPart('hour', 'toHour', 'The hour, 0 to 23,'),
  minute: calendarPart('minute', 'toMinute', 'The minute, 0 to 59,'),
  second: calendarPart('second', 'toSecond', 'The second, 0 to 59,'),
  day_of_week: calendarPart('day_of_week', 'toDayOfWeek', 'The day of the week, 1 (Monday) to 7 (Sunday),'),
  day_of_month: calendarPart('day_of_month', 'toDayOfMonth', 'The day of the month, 1 to 31,'),
  month: calendarPart('month', 'toMonth', 'The month, 1 to 12,'),
  year: calendarPart('year', 'toYear', 'The year'),
  day_of_year: calendarPart('day_of_year', 'toDayOfYear', 'The day of the year, 1 to 366,'),
  quarter: calendarPart('quarter', 'toQuarter', 'The quarter, 1 to 4,'),
  week: calendarPart('week', 'toISOWeek', 'The week of ISO 8601, 1 to 53,'),
  week_year: calendarPart('week_year', 'toISOYear', 'The year that the week of ISO 8601 belongs to'),
} as const satisfies Record<string, FunctionSpec>;
