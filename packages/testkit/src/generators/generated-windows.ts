/** Random windows of a view. All their hops divide one another, and every cut hop that a generated view has. */
import { DAY_MS, HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import type { Window } from '@forebay/definitions';
import type { Random } from '../random';

const sliding = (lengthMs: number, hopMs: number): Window => ({ kind: 'sliding', lengthMs, hopMs });
const tumbling = (lengthMs: number, originMs: number): Window => ({ kind: 'tumbling', lengthMs, originMs });
const session = (gapMs: number, lengthMs: number, hopMs: number): Window => ({
  kind: 'session',
  gapMs,
  lengthMs,
  hopMs,
});

/** Some begin before others that are longer: 2 h by 2 h and 3 h by 1 m, 7 d by 7 d and 10 d by 1 h. */
const SLIDING: readonly Window[] = [
  sliding(30 * SECOND_MS, SECOND_MS),
  sliding(HOUR_MS, MINUTE_MS),
  sliding(2 * HOUR_MS, 2 * HOUR_MS),
  sliding(3 * HOUR_MS, MINUTE_MS),
  sliding(12 * HOUR_MS, 5 * MINUTE_MS),
  sliding(DAY_MS, HOUR_MS),
  sliding(7 * DAY_MS, HOUR_MS),
  sliding(7 * DAY_MS, 7 * DAY_MS),
  sliding(10 * DAY_MS, HOUR_MS),
  sliding(30 * DAY_MS, DAY_MS),
];

/** With an origin, edges lie on multiples of gcd(length, origin): 15 m, 6 h, and a day for weeks from Monday on. */
const TUMBLING: readonly Window[] = [
  tumbling(MINUTE_MS, 30 * SECOND_MS),
  tumbling(HOUR_MS, 0),
  tumbling(HOUR_MS, 15 * MINUTE_MS),
  tumbling(DAY_MS, 0),
  tumbling(DAY_MS, 6 * HOUR_MS),
  tumbling(7 * DAY_MS, 4 * DAY_MS),
];

const SESSION: readonly Window[] = [
  session(MINUTE_MS, HOUR_MS, MINUTE_MS),
  session(30 * MINUTE_MS, 2 * HOUR_MS, 5 * MINUTE_MS),
  session(HOUR_MS, DAY_MS, HOUR_MS),
  session(25 * HOUR_MS, 7 * DAY_MS, DAY_MS),
];

const LIFETIME: Window = { kind: 'lifetime' };

/** At least one window, now and then the lifetime alone: then no edge moves. */
export function generateWindows(random: Random, kinds: readonly Window['kind'][]): Window[] {
  const allowed = [...SLIDING, ...TUMBLING, ...SESSION, LIFETIME].filter(({ kind }) => kinds.includes(kind));
  const short = allowed.filter((window) => !('lengthMs' in window) || window.lengthMs <= HOUR_MS);
  const candidates = random.chance(0.15) && short.length > 0 ? short : allowed;
  if (random.chance(0.06) && kinds.includes('lifetime')) return [LIFETIME];
  const windows = candidates.filter(() => random.chance(0.22));
  return windows.length > 0 ? windows : [random.pick(candidates)];
}
