import { tickAt } from '@forebay/algebra';
import { floorTo, formatDuration, formatInstant } from '@forebay/contract';
import {
  type AggregationView,
  definitionName,
  type SchedulePlan,
  type TableView,
} from '@forebay/definitions';
import { type ArchiveFacts, type CutDecision, contiguousCoverage, refused, tooEarly } from './coverage';

export interface TickFacts extends ArchiveFacts {
  /** The clock q that the run read before it asked for the topic's end offsets, all before which is archived. */
  readonly runClockMs: number;
  readonly schedule: SchedulePlan;
  /** A tick set by hand. */
  readonly requestedTickMs?: number;
}

/**
 * The tick of a scheduled view's run: the newest one up to whose wait the clock has come, and up to which the archive is complete
 * without a gap. It is at most one interval ahead of the tick that readers ask for, since the values of two ticks are held.
 */
export function decideTick(facts: TickFacts): CutDecision {
  const { runClockMs, schedule, requestedTickMs } = facts;
  const { intervalMs, waitMs } = schedule;
  const coverage = contiguousCoverage(facts);
  if (coverage.kind === 'refused') return coverage;
  const readersTickMs = tickAt(schedule, runClockMs);
  const latestMs = Math.min(
    floorTo(Math.min(runClockMs - waitMs, coverage.endMs), intervalMs),
    readersTickMs + intervalMs,
  );
  if (requestedTickMs !== undefined && floorTo(requestedTickMs, intervalMs) !== requestedTickMs) {
    return refused(
      `the tick ${formatInstant(requestedTickMs)} is no multiple of the view's interval ${formatDuration(intervalMs)}`,
    );
  }
  if (requestedTickMs !== undefined && requestedTickMs > latestMs) {
    return refused(
      `the tick ${formatInstant(requestedTickMs)} is later than ${formatInstant(latestMs)}, the newest of which all is known and archived`,
    );
  }
  const tickMs = requestedTickMs ?? latestMs;
  if (tickMs <= coverage.beginMs) return tooEarly('tick', tickMs, coverage);
  if (tickMs < readersTickMs) {
    return refused(
      `nobody reads the values of the tick ${formatInstant(tickMs)} any more: at ${formatInstant(runClockMs)} it is ${formatInstant(readersTickMs)} that is asked for; ` +
        'load newer history, or start the stream service',
    );
  }
  return { kind: 'cut', cutMs: tickMs, coverageBeginMs: coverage.beginMs };
}

/** Says that the runs of a view take longer than its schedule gives them; null: they do not, or nobody knows yet. */
export function scheduleWarning(
  view: AggregationView | TableView,
  lastRunMs: number | undefined,
): string | null {
  if (view.schedule === null || lastRunMs === undefined) return null;
  const { waitMs, delayMs } = view.schedule;
  if (lastRunMs <= delayMs - waitMs) return null;
  return (
    `view "${definitionName(view)}": its last run took ${(lastRunMs / 1_000).toFixed(1)} s, and its values are asked for ${formatDuration(delayMs - waitMs)} after a run may begin ` +
    `(delay ${formatDuration(delayMs)} − wait ${formatDuration(waitMs)}), so that they are DEGRADED until it has ended; declare a longer delay`
  );
}
