import { DAY_MS, floorTo, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import { CALENDAR_PARTS, firstOfMonth } from '../calendar';
import type { Call, FunctionSpec, LiteralParameter } from '../function-spec';
import { CALENDAR_TO_MS } from '../limits';
import { Sql, type SqlScope, sqlString } from '../sql';
import { isUtc, zoneOffset } from '../time-zone';
import type { Evaluate, Value } from '../value';
import { calendarFrom, coveredSql, ZONE } from './time';

const { year, month, quarter } = CALENDAR_PARTS;

/** Weeks begin on Monday; 1970-01-01 was a Thursday. */
const WEEK_MS = 7 * DAY_MS;
const MONDAY_MS = -3 * DAY_MS;

/** Units of fixed length on the wall clock, in milliseconds. */
const CLOCK_UNITS = { second: SECOND_MS, minute: MINUTE_MS, hour: HOUR_MS } as const;

/** A unit that the calendar counts. `local` is milliseconds on the wall clock; in SQL `date` is the same instant as a DateTime64 of the zone. */
interface DateUnit {
  /** The first millisecond of the unit. */
  readonly start: (local: number) => number;
  readonly startSql: (local: Sql, date: Sql) => string;
  /** The unit's number, one more for each next unit. */
  readonly ordinal: (local: number) => number;
  readonly ordinalSql: (local: Sql, date: Sql) => string;
}

function firstDaySql(inYear: string, inMonth: string): string {
  return `toInt64(toInt32(makeDate32(${inYear}, ${inMonth}, 1))) * ${DAY_MS}`;
}

function floorSql(local: Sql, originMs: number, lengthMs: number): string {
  return `(${local} - positiveModulo(${local} - ${originMs}, ${lengthMs}))`;
}

const DATE_UNITS = {
  day: {
    start: (local) => floorTo(local, DAY_MS),
    startSql: (local) => floorSql(local, 0, DAY_MS),
    ordinal: (local) => floorTo(local, DAY_MS) / DAY_MS,
    ordinalSql: (local) => `intDiv(${floorSql(local, 0, DAY_MS)}, ${DAY_MS})`,
  },
  week: {
    start: (local) => floorTo(local - MONDAY_MS, WEEK_MS) + MONDAY_MS,
    startSql: (local) => floorSql(local, MONDAY_MS, WEEK_MS),
    ordinal: (local) => floorTo(local - MONDAY_MS, WEEK_MS) / WEEK_MS,
    ordinalSql: (local) => `intDiv(${floorSql(local, MONDAY_MS, WEEK_MS)} - ${MONDAY_MS}, ${WEEK_MS})`,
  },
  month: {
    start: (local) => firstOfMonth(year(local), month(local)) * DAY_MS,
    startSql: (_local, date) => firstDaySql(`toYear(${date})`, `toMonth(${date})`),
    ordinal: (local) => year(local) * 12 + month(local),
    ordinalSql: (_local, date) => `(toInt64(toYear(${date})) * 12 + toMonth(${date}))`,
  },
  quarter: {
    start: (local) => firstOfMonth(year(local), quarter(local) * 3 - 2) * DAY_MS,
    startSql: (_local, date) => firstDaySql(`toYear(${date})`, `toQuarter(${date}) * 3 - 2`),
    ordinal: (local) => year(local) * 4 + quarter(local),
    ordinalSql: (_local, date) => `(toInt64(toYear(${date})) * 4 + toQuarter(${date}))`,
  },
  year: {
    start: (local) => firstOfMonth(year(local), 1) * DAY_MS,
    startSql: (_local, date) => firstDaySql(`toYear(${date})`, '1'),
    ordinal: (local) => year(local),
    ordinalSql: (_local, date) => `toInt64(toYear(${date}))`,
  },
} as const satisfies Record<string, DateUnit>;

function unitParameter(name: string, units: readonly string[]): LiteralParameter {
  return {
    literal: 'string',
    name,
    problem: (unit) =>
      units.includes(unit as string) ? null : `"${unit}" is not a unit; the units are ${units.join(', ')}`,
  };
}

const ANY_UNIT = unitParameter('unit', [...Object.keys(CLOCK_UNITS), ...Object.keys(DATE_UNITS)]);
const DATE_UNIT = unitParameter('date_unit', Object.keys(DATE_UNITS));

function dateUnit(name: Value | undefined): DateUnit {
  return DATE_UNITS[name as keyof typeof DATE_UNITS];
}

function clockUnit(name: Value | undefined): number | undefined {
  return (CLOCK_UNITS as Readonly<Record<string, number>>)[name as string];
}

/** The wall clock of an instant, null outside of the calendar. */
function wallClock(zone: Value): (at: Value) => number | null {
  const offset = zoneOffset(zone as string);
  const fromMs = calendarFrom(zone);
  return (instant) => {
    const at = instant as number | null;
    return at === null || at < fromMs || at >= CALENDAR_TO_MS ? null : at + offset(at);
  };
}

/** `body` over the instant where the calendar covers it, its wall clock and its date; all null elsewhere. */
function withWallClock(
  scope: SqlScope,
  zone: Value,
  instant: Sql,
  body: (at: Sql, local: Sql, date: Sql) => string,
): string {
  return scope.bind([instant], (x) =>
    scope.bind([new Sql(coveredSql(zone, x), false)], (at) => {
      const date = dateSql(at, zone);
      if (isUtc(zone as string)) return body(at, at, date);
      return scope.bind([new Sql(wallClockSql(at, date), false)], (local) => body(at, local, date));
    }),
  );
}

/** From the parts of the date: ClickHouse's `timeZoneOffset` is a day off in zones that have crossed the date line. */
function wallClockSql(at: Sql, date: Sql): string {
  const clock = `toHour(${date}) * ${HOUR_MS} + toMinute(${date}) * ${MINUTE_MS} + toSecond(${date}) * ${SECOND_MS}`;
  return `(toInt64(toInt32(toDate32(${date}))) * ${DAY_MS} + ${clock} + positiveModulo(${at}, ${SECOND_MS}))`;
}

function dateSql(at: Sql, zone: Value): Sql {
  return new Sql(`fromUnixTimestamp64Milli(${at}, ${sqlString(zone as string)})`, true);
}

/**
 * A wall clock goes back to an instant with the offset of `at`; if the zone has another one there, with that. So where a
 * clock was put forward at midnight the day begins with the moment at which it was. Null before the calendar.
 */
function truncateClosure({ literals: [unit, zone = 'UTC'] }: Call, instant: Evaluate): Evaluate {
  const offset = zoneOffset(zone as string);
  const fromMs = calendarFrom(zone);
  const local = wallClock(zone);
  const clockMs = clockUnit(unit);
  const { start } = clockMs === undefined ? dateUnit(unit) : DATE_UNITS.day;
  return (row) => {
    const at = instant(row) as number;
    const wall = local(at);
    if (wall === null) return null;
    if (clockMs !== undefined) return at - (wall - floorTo(wall, clockMs));
    const first = start(wall);
    const guess = first - (wall - at);
    return guess < fromMs ? null : first - offset(guess);
  };
}

function truncateSql({ scope, literals }: Call & { scope: SqlScope }, instant: Sql): string {
  const [unit, zone = 'UTC'] = literals;
  const clockMs = clockUnit(unit);
  return withWallClock(scope, zone, instant, (at, local, date) => {
    if (clockMs !== undefined) return `(${at} - positiveModulo(${local}, ${clockMs}))`;
    const first = new Sql(dateUnit(unit).startSql(local, date), false);
    return scope.bind([first], (wall) => {
      const guess = new Sql(`${wall} - (${local} - ${at})`, false);
      return scope.bind([guess], (near) => {
        const ahead = `${wallClockSql(near, dateSql(near, zone))} - ${near}`;
        const exact = isUtc(zone as string) ? wall : `${wall} - (${ahead})`;
        return `if(${near} < ${calendarFrom(zone)}, NULL, ${exact})`;
      });
    });
  });
}

export const CALENDAR = {
  date_trunc: {
    group: 'Time',
    doc: 'The first instant of the second, minute, hour, day, week (from Monday), month, quarter or year on the wall clock of a time zone; null outside of the calendar.',
    example: 'date_trunc(date, "month", "America/Chicago")',
    signatures: [
      {
        parameters: ['timestamp', ANY_UNIT, ZONE],
        result: 'timestamp',
        closure: (call, instant) => truncateClosure(call, instant as Evaluate),
        sql: (call, instant) => truncateSql(call, instant as Sql),
      },
    ],
  },
  date_diff: {
    group: 'Time',
    doc: 'How many beginnings of a day, week, month, quarter or year on the wall clock of a time zone lie between the first instant and the second, negative if the second is earlier; null outside of the calendar.',
    example: 'date_diff(scheduled, landed, "day", "America/Chicago")',
    signatures: [
      {
        parameters: ['timestamp', 'timestamp', DATE_UNIT, ZONE],
        result: 'int',
        closure: ({ literals: [unit, zone = 'UTC'] }, from, to) => {
          const { ordinal } = dateUnit(unit);
          const local = wallClock(zone);
          return (row) => {
            const a = local((from as Evaluate)(row));
            const b = local((to as Evaluate)(row));
            return a === null || b === null ? null : ordinal(b) - ordinal(a);
          };
        },
        sql: ({ scope, literals: [unit, zone = 'UTC'] }, from, to) => {
          const [a, b] = [from as Sql, to as Sql].map((instant) =>
            withWallClock(scope, zone, instant, (_at, local, date) => dateUnit(unit).ordinalSql(local, date)),
          );
          return `(${b} - ${a})`;
        },
      },
    ],
  },
} as const satisfies Record<string, FunctionSpec>;
