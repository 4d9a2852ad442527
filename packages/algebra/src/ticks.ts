/** Ticks of a schedule: which instants a view without a stream speaks of, and when. Pure. */
import { ceilTo, floorTo } from '@forebay/contract';
import type { SchedulePlan } from '@forebay/definitions';
import { tickAt } from './boundaries';

/**
 * The newest tick whose run may begin at a clock: all that counts for it has become known. At most one interval ahead of the
 * readers' tick, since the values of two ticks are held.
 */
export function newestRunTick(schedule: SchedulePlan, clockMs: number): number {
  const known = floorTo(clockMs - schedule.waitMs, schedule.intervalMs);
  return Math.min(known, tickAt(schedule, clockMs) + schedule.intervalMs);
}

/** The first tick that sees a row: at or after its event time, and the row was known by then + wait. */
export function firstTickOf(
  { intervalMs, waitMs }: SchedulePlan,
  eventTimeMs: number,
  knownAtMs: number,
): number {
  return ceilTo(Math.max(eventTimeMs, knownAtMs - waitMs), intervalMs);
}
