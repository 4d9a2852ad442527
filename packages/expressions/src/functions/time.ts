import { parseDuration } from '@forebay/contract';
import { CALENDAR_PARTS, type CalendarPart } from '../calendar';
import { strict1 } from '../closures';
import type { FunctionSpec, LiteralParameter } from '../function-spec';
import { CALENDAR_FROM_MS, CALENDAR_TO_MS, ZONED_CALENDAR_FROM_MS } from '../limits';
import { sqlLiteral, sqlString } from '../sql';
import { isUtc, timeZoneProblem, zoneOffset } from '../time-zone';
import { parseTimestamp } from '../timestamp';
import type { Evaluate, Value } from '../value';

const ZONE: LiteralParameter = {
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

function calendarFrom(zone: Value): number {
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
          scope.bind([instant], (x) => {
            const covered = `if(${x} >= ${calendarFrom(zone)} AND ${x} < ${CALENDAR_TO_MS}, ${x}, NULL)`;
            return `toInt64(${sqlName}(fromUnixTimestamp64Milli(${covered}, ${sqlString(zone as string)})))`;
          }),
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
  hour: calendarPart('hour', 'toHour', 'The hour, 0 to 23,'),
  minute: calendarPart('minute', 'toMinute', 'The minute, 0 to 59,'),
  second: calendarPart('second', 'toSecond', 'The second, 0 to 59,'),
  day_of_week: calendarPart('day_of_week', 'toDayOfWeek', 'The day of the week, 1 (Monday) to 7 (Sunday),'),
  day_of_month: calendarPart('day_of_month', 'toDayOfMonth', 'The day of the month, 1 to 31,'),
  month: calendarPart('month', 'toMonth', 'The month, 1 to 12,'),
  year: calendarPart('year', 'toYear', 'The year'),
} as const satisfies Record<string, FunctionSpec>;
