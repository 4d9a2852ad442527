/** Which tick a run of a table view is for, and what it has to write: a pure decision. */
import { newestRunTick, tickAt } from '@forebay/algebra';
import { floorTo, formatDuration, formatInstant } from '@forebay/contract';
import type { SchedulePlan } from '@forebay/definitions';

export interface TableRunFacts {
  readonly schedule: SchedulePlan;
  /** The clock that the run read before it looked at the table. */
  readonly runClockMs: number;
  /** The tick of the newest finished run; null: none has finished, or its marker was lost. */
  readonly finishedTickMs: number | null;
  /** A tick set by hand; null: the newest one. */
  readonly requestedTickMs: number | null;
  /** Every value is wanted. */
  readonly full: boolean;
}

export type TableRunDecision =
  | { readonly kind: 'refused'; readonly reason: string }
  /** `baseMs`: only entities with rows that a tick after it is the first to see are written; null: all. */
  | { readonly kind: 'run'; readonly tickMs: number; readonly baseMs: number | null }
  /** A later tick is finished: there is nothing to do. */
  | { readonly kind: 'older'; readonly tickMs: number; readonly finishedTickMs: number };

export function decideTableRun(facts: TableRunFacts): TableRunDecision {
  const { schedule, runClockMs, finishedTickMs, requestedTickMs, full } = facts;
  const newestMs = newestRunTick(schedule, runClockMs);
  const tickMs = requestedTickMs ?? newestMs;
  const refusal = refusalOf(schedule, tickMs, newestMs, runClockMs);
  if (refusal !== null) return { kind: 'refused', reason: refusal };
  if (finishedTickMs !== null && finishedTickMs > tickMs) return { kind: 'older', tickMs, finishedTickMs };
  return { kind: 'run', tickMs, baseMs: full ? null : finishedTickMs };
}

function refusalOf(
  schedule: SchedulePlan,
  tickMs: number,
  newestMs: number,
  runClockMs: number,
): string | null {
  const { intervalMs, waitMs } = schedule;
  const tick = `the tick ${formatInstant(tickMs)}`;
  if (floorTo(tickMs, intervalMs) !== tickMs)
    return `${tick} is no multiple of the view's interval ${formatDuration(intervalMs)}`;
  if (tickMs > newestMs)
    return `${tick} is later than ${formatInstant(newestMs)}, the newest whose rows are all known (wait ${formatDuration(waitMs)})`;
  const readersMs = tickAt(schedule, runClockMs);
  if (tickMs >= readersMs) return null;
  return `nobody reads the values of ${tick} any more: at ${formatInstant(runClockMs)} it is ${formatInstant(readersMs)} that is asked for`;
}
