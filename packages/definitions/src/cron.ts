/** Times as cron writes them, in UTC: minute, hour, day of month, month, day of week. Pure. */
import { DAY_MS, MINUTE_MS } from '@forebay/contract';

interface CronField {
  readonly name: string;
  readonly from: number;
  readonly to: number;
}

const FIELDS = [
  { name: 'minute', from: 0, to: 59 },
  { name: 'hour', from: 0, to: 23 },
  { name: 'day of month', from: 1, to: 31 },
  { name: 'month', from: 1, to: 12 },
  { name: 'day of week', from: 0, to: 7 },
] as const satisfies readonly CronField[];

/** A rule repeats itself after so many days at the latest, as far as the gaps in it go: leap years, and each day of the week on 29 February. */
const CYCLE_DAYS = 28 * 366;
const MINUTES_AN_HOUR = 60;
const SUNDAY = 7;
const MAX_LENGTH = 200;

export type CronTimes =
  | { readonly kind: 'times'; readonly longestGapMs: number; readonly shortestGapMs: number }
  | { readonly kind: 'refused'; readonly reason: string };

/** How far apart the times of a rule lie; or what is wrong with it. */
export function readCron(text: string): CronTimes {
  const parts = text.trim().split(/\s+/);
  if (parts.length !== FIELDS.length || text.length > MAX_LENGTH)
    return refused(`"${text}" does not have the five fields ${FIELDS.map(({ name }) => name).join(', ')}`);
  const sets: Set<number>[] = [];
  for (const [i, field] of FIELDS.entries()) {
    const values = valuesOf(parts[i] as string, field);
    if (values === null)
      return refused(
        `"${parts[i]}" is no ${field.name}: it is *, or numbers from ${field.from} to ${field.to} such as 1,15 or 1-5 or */10`,
      );
    sets.push(values);
  }
  const [minutes, hours, daysOfMonth, months, weekdays] = sets as [
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
    Set<number>,
  ];
  const times = [...hours].flatMap((hour) => [...minutes].map((minute) => hour * MINUTES_AN_HOUR + minute));
  const days = {
    daysOfMonth,
    months,
    weekdays,
    isEither: !parts[2]?.startsWith('*') && !parts[4]?.startsWith('*'),
  };
  return gapsOf(
    times.map((time) => time * MINUTE_MS).sort((a, b) => a - b),
    days,
    text,
  );
}

const refused = (reason: string): CronTimes => ({ kind: 'refused', reason });

/** Of `*`, `3`, `1-5`, `a step`, `1-30/2` and lists of them; null: it is none of these. */
function valuesOf(text: string, { from, to }: CronField): Set<number> | null {
  const values = new Set<number>();
  for (const item of text.split(',')) {
    const [, star, first, last, step] =
      /^(?:(\*)|(\d{1,2})(?:-(\d{1,2}))?)(?:\/(\d{1,2}))?$/.exec(item) ?? [];
    if (star === undefined && first === undefined) return null;
    const low = star === undefined ? Number(first) : from;
    // a number with a step means from there on
    const high =
      star !== undefined || (last === undefined && step !== undefined) ? to : Number(last ?? first);
    const by = step === undefined ? 1 : Number(step);
    if (low < from || high > to || low > high || by < 1) return null;
    for (let value = low; value <= high; value += by) values.add(value);
  }
  return values;
}

interface CronDays {
  readonly daysOfMonth: ReadonlySet<number>;
  readonly months: ReadonlySet<number>;
  /** 0 and 7 are Sunday. */
  readonly weekdays: ReadonlySet<number>;
  /** Both kinds of days are named: one of them is enough. */
  readonly isEither: boolean;
}

function gapsOf(times: readonly number[], days: CronDays, text: string): CronTimes {
  const [first, last] = [times[0] as number, times.at(-1) as number];
  let [longestGapMs, shortestGapMs] = [0, Number.POSITIVE_INFINITY];
  const note = (gapMs: number) => {
    longestGapMs = Math.max(longestGapMs, gapMs);
    shortestGapMs = Math.min(shortestGapMs, gapMs);
  };
  times.slice(1).forEach((time, i) => {
    note(time - (times[i] as number));
  });
  let earlier: number | null = null;
  for (let day = 0; day <= CYCLE_DAYS; day++) {
    if (!isDayOf(day, days)) continue;
    if (earlier !== null) note((day - earlier) * DAY_MS + first - last);
    earlier = day;
  }
  if (earlier === null) return refused(`"${text}" has no day: no month has it`);
  return { kind: 'times', longestGapMs, shortestGapMs };
}

/** @param day since the epoch */
function isDayOf(day: number, { daysOfMonth, months, weekdays, isEither }: CronDays): boolean {
  const date = new Date(day * DAY_MS);
  if (!months.has(date.getUTCMonth() + 1)) return false;
  const weekday = date.getUTCDay();
  const isOfMonth = daysOfMonth.has(date.getUTCDate());
  const isOfWeek = weekdays.has(weekday) || (weekday === 0 && weekdays.has(SUNDAY));
  return isEither ? isOfMonth || isOfWeek : isOfMonth && isOfWeek;
}
