/**
 * Where events and rows stand in the order of time that a training set is folded in. A row sees exactly the events that stand
 * at or before its own place.
 */
import { tickAt } from '@forebay/algebra';
import { ceilTo } from '@forebay/contract';
import type { SchedulePlan } from '@forebay/definitions';

/** `knownAsOfMs`: what was known then, whatever the time of a row; null: each row sees what was known at its own time. */
export interface Clocks {
  readonly schedule: SchedulePlan | null;
  readonly knownAsOfMs: number | null;
}

/** The instant of which the values of a row speak: its own time, or the tick of the view's schedule. It is the row's place. */
export function rowPlace({ schedule }: Clocks, timestampMs: number): number {
  return schedule === null ? timestampMs : tickAt(schedule, timestampMs);
}

/**
 * The first place of a row that sees the event: later than the event time, when it is known; of a scheduled view the first
 * tick that is later than the event time and whose wait it kept. +∞: no row does.
 */
export function eventPlace(
  { schedule, knownAsOfMs }: Clocks,
  eventTimeMs: number,
  knownAtMs: number,
): number {
  if (knownAsOfMs !== null && knownAtMs > knownAsOfMs) return Number.POSITIVE_INFINITY;
  const knownMs = knownAsOfMs === null ? knownAtMs : Number.NEGATIVE_INFINITY;
  if (schedule === null) return Math.max(eventTimeMs + 1, knownMs);
  const { intervalMs, waitMs } = schedule;
  return ceilTo(Math.max(eventTimeMs + 1, knownMs - waitMs), intervalMs);
}
