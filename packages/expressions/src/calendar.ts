import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';

/** Calendar parts of a local time: milliseconds since 1970-01-01T00:00 on the wall clock, proleptic Gregorian. */
export const CALENDAR_PARTS = {
  hour: (localMs: number): number => Math.floor(msOfDay(localMs) / HOUR_MS),
  minute: (localMs: number): number => Math.floor(msOfDay(localMs) / MINUTE_MS) % 60,
  second: (localMs: number): number => Math.floor(msOfDay(localMs) / SECOND_MS) % 60,
  day_of_week: (localMs: number): number => ((((dayNumber(localMs) + 3) % 7) + 7) % 7) + 1,
  day_of_month: (localMs: number): number => dayOfMonth(dayNumber(localMs)),
  month: (localMs: number): number => month(dayNumber(localMs)),
  year: (localMs: number): number => year(dayNumber(localMs)),
  day_of_year: (localMs: number): number => dayOfYear(dayNumber(localMs)),
  quarter: (localMs: number): number => Math.ceil(month(dayNumber(localMs)) / 3),
  week: (localMs: number): number => Math.ceil(dayOfYear(thursday(dayNumber(localMs))) / 7),
  week_year: (localMs: number): number => year(thursday(dayNumber(localMs))),
} as const;

export type CalendarPart = keyof typeof CALENDAR_PARTS;

function dayNumber(localMs: number): number {
  return Math.floor(localMs / DAY_MS);
}

function msOfDay(localMs: number): number {
  return localMs - dayNumber(localMs) * DAY_MS;
}

// Days to civil dates as in http://howardhinnant.github.io/date_algorithms.html: years begin in March, eras are 400 years.
const DAYS_TO_EPOCH = 719_468;
const DAYS_PER_ERA = 146_097;

function dayOfEra(day: number): number {
  const shifted = day + DAYS_TO_EPOCH;
  return shifted - Math.floor(shifted / DAYS_PER_ERA) * DAYS_PER_ERA;
}

function yearOfEra(inEra: number): number {
  return Math.floor(
    (inEra - Math.floor(inEra / 1_460) + Math.floor(inEra / 36_524) - Math.floor(inEra / 146_096)) / 365,
  );
}

/** Days since the last 1 March. */
function dayOfMarchYear(day: number): number {
  const inEra = dayOfEra(day);
  const y = yearOfEra(inEra);
  return inEra - (365 * y + Math.floor(y / 4) - Math.floor(y / 100));
}

/** Months since March, 0 to 11. */
function marchMonth(inYear: number): number {
  return Math.floor((5 * inYear + 2) / 153);
}

function dayOfMonth(day: number): number {
  const inYear = dayOfMarchYear(day);
  return inYear - Math.floor((153 * marchMonth(inYear) + 2) / 5) + 1;
}

function month(day: number): number {
  const m = marchMonth(dayOfMarchYear(day));
  return m < 10 ? m + 3 : m - 9;
}

function year(day: number): number {
  const marchYear = yearOfEra(dayOfEra(day)) + Math.floor((day + DAYS_TO_EPOCH) / DAYS_PER_ERA) * 400;
  return month(day) <= 2 ? marchYear + 1 : marchYear;
}

/** The days from 1970-01-01 to the first day of a month. */
export function firstOfMonth(inYear: number, inMonth: number): number {
  const marchYear = inMonth <= 2 ? inYear - 1 : inYear;
  const era = Math.floor(marchYear / 400);
  const y = marchYear - era * 400;
  const days = Math.floor((153 * ((inMonth + 9) % 12) + 2) / 5);
  return era * DAYS_PER_ERA + y * 365 + Math.floor(y / 4) - Math.floor(y / 100) + days - DAYS_TO_EPOCH;
}

function dayOfYear(day: number): number {
  return day - firstOfMonth(year(day), 1) + 1;
}

/** The Thursday of a day's week, which begins on Monday: by ISO 8601 the week belongs to its year. */
function thursday(day: number): number {
  return day - ((((day + 3) % 7) + 7) % 7) + 3;
}
