import { ForebayError } from './errors';

/** All instants are integers of milliseconds since the Unix epoch, UTC; all intervals are half-open, `[from, to)`. */
export const SECOND_MS = 1_000;
export const MINUTE_MS = 60_000;
export const HOUR_MS = 3_600_000;
export const DAY_MS = 86_400_000;

/** The largest multiple of `hopMs` that is not after `instantMs`; right for negative instants, unlike `a - a % b`. */
export function floorTo(instantMs: number, hopMs: number): number {
  return Math.floor(instantMs / hopMs) * hopMs;
}

/** The smallest multiple of `hopMs` that is not before `instantMs`. */
export function ceilTo(instantMs: number, hopMs: number): number {
  return Math.ceil(instantMs / hopMs) * hopMs;
}

const UNITS_MS: Readonly<Record<string, number>> = {
  ms: 1,
  s: SECOND_MS,
  m: MINUTE_MS,
  h: HOUR_MS,
  d: DAY_MS,
};

/** Reads `90s`, `15m`, `1h`, `30d`, `500ms` as milliseconds; `place` names the value in the error. */
export function parseDuration(text: string, place: string): number {
  const match = /^(\d+)(ms|s|m|h|d)$/.exec(text.trim());
  if (match === null) {
    throw new ForebayError(
      'invalid_definition',
      `${place}: "${text}" is not a duration such as 500ms, 90s, 15m, 1h or 30d`,
    );
  }
  const durationMs = Number(match[1]) * (UNITS_MS[match[2] as string] as number);
  if (!Number.isSafeInteger(durationMs)) {
    throw new ForebayError('invalid_definition', `${place}: "${text}" is too long`);
  }
  return durationMs;
}

/** The shortest exact text: 5400000 → `90m`. */
export function formatDuration(durationMs: number): string {
  for (const unit of ['d', 'h', 'm', 's'] as const) {
    const unitMs = UNITS_MS[unit] as number;
    if (durationMs !== 0 && durationMs % unitMs === 0) return `${durationMs / unitMs}${unit}`;
  }
  return `${durationMs}ms`;
}

/** ISO 8601 in UTC, for messages. */
export function formatInstant(instantMs: number): string {
  if (instantMs === Number.NEGATIVE_INFINITY) return 'the beginning';
  return isInstant(instantMs) ? new Date(instantMs).toISOString() : String(instantMs);
}

/** As far as a date goes, in both directions. */
const LAST_INSTANT_MS = 8.64e15;

/** Whether the number can be an instant at all: finite, and no further from the epoch than a date may be. */
export function isInstant(ms: number): boolean {
  return ms >= -LAST_INSTANT_MS && ms <= LAST_INSTANT_MS;
}
