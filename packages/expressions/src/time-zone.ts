import { DAY_MS, floorTo, SECOND_MS } from '@forebay/contract';

/** How far the wall clock of a zone is ahead of UTC at an instant, in milliseconds. */
export type ZoneOffset = (instantMs: number) => number;

const UTC_NAMES: ReadonlySet<string> = new Set(['UTC', 'Etc/UTC', 'GMT', 'Etc/GMT']);
const ZONE_NAME = /^[A-Za-z][A-Za-z0-9_+-]*(\/[A-Za-z0-9_+-]+)*$/;

// A power of two; two and a half years of days keep their slots.
const SLOTS = 1_024;

const offsets = new Map<string, ZoneOffset>();

/** Says what is wrong with the name of a zone, null when nothing is. Intl takes any case, ClickHouse only the right one. */
export function timeZoneProblem(zone: string): string | null {
  const problem = `"${zone}" is not a time zone`;
  const resolved = ZONE_NAME.test(zone) ? resolvedZone(zone) : null;
  if (resolved !== null && resolved !== zone && resolved.toLowerCase() === zone.toLowerCase()) {
    return `${problem} (did you mean "${resolved}"?); names of zones are case-sensitive`;
  }
  const valid = resolved !== null && !/(^|\/)[a-z]/.test(zone);
  return valid ? null : `${problem}; give an IANA name such as "America/Chicago" or "UTC"`;
}

/** The name that Intl uses for a zone, null when it knows none. */
function resolvedZone(zone: string): string | null {
  try {
    return new Intl.DateTimeFormat('en-US', { timeZone: zone }).resolvedOptions().timeZone;
  } catch {
    return null;
  }
}

/** Whether the zone is always UTC. */
export function isUtc(zone: string): boolean {
  return UTC_NAMES.has(zone);
}

/** The offset function of a valid zone; one per zone and process, with its own cache. */
export function zoneOffset(zone: string): ZoneOffset {
  if (isUtc(zone)) return () => 0;
  let offset = offsets.get(zone);
  if (offset === undefined) {
    offset = cachedByDay(formattedOffset(zone));
    offsets.set(zone, offset);
  }
  return offset;
}

/** Reads the wall clock from Intl: exact, and some microseconds a call. */
function formattedOffset(zone: string): ZoneOffset {
  const format = new Intl.DateTimeFormat('en-US', {
    timeZone: zone,
    calendar: 'gregory',
    numberingSystem: 'latn',
    hourCycle: 'h23',
    year: 'numeric',
    month: 'numeric',
    day: 'numeric',
    hour: 'numeric',
    minute: 'numeric',
    second: 'numeric',
  });
  return (instantMs) => {
    const part: Record<string, number> = {};
    for (const { type, value } of format.formatToParts(instantMs)) part[type] = Number(value);
    const wallClockMs = Date.UTC(
      part.year as number,
      (part.month as number) - 1,
      part.day as number,
      part.hour as number,
      part.minute as number,
      part.second as number,
    );
    return wallClockMs - floorTo(instantMs, SECOND_MS);
  };
}

/** Remembers days (UTC): the offset they begin with, and when and to what it changes; no zone changes twice in a day. */
function cachedByDay(offsetAt: ZoneOffset): ZoneOffset {
  const days = new Float64Array(SLOTS).fill(Number.NaN);
  const before = new Float64Array(SLOTS);
  const changesAt = new Float64Array(SLOTS);
  const after = new Float64Array(SLOTS);
  return (instantMs) => {
    const day = Math.floor(instantMs / DAY_MS);
    const slot = day & (SLOTS - 1);
    if (days[slot] !== day) {
      days[slot] = day;
      before[slot] = offsetAt(day * DAY_MS);
      after[slot] = offsetAt((day + 1) * DAY_MS - 1);
      changesAt[slot] =
        before[slot] === after[slot] ? Number.POSITIVE_INFINITY : findChange(offsetAt, day * DAY_MS);
    }
    return (instantMs < (changesAt[slot] as number) ? before[slot] : after[slot]) as number;
  };
}

/** The first second of the day that has the offset of the day's end. */
function findChange(offsetAt: ZoneOffset, dayMs: number): number {
  const before = offsetAt(dayMs);
  let from = 0;
  let to = DAY_MS / SECOND_MS;
  while (to - from > 1) {
    const middle = Math.floor((from + to) / 2);
    if (offsetAt(dayMs + middle * SECOND_MS) === before) from = middle;
    else to = middle;
  }
  return dayMs + to * SECOND_MS;
}
