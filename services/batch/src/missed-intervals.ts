import { formatDuration, formatInstant } from '@forebay/contract';

/** What a run says when those before it did not come: the service was down, or they failed; null: none is missing. */
export function missedWarning(facts: {
  /** `view "name@version"`. */
  readonly place: string;
  readonly intervalMs: number;
  /** The clock, or the tick, of the last finished run and of this one. */
  readonly lastMs: number | null;
  readonly nowMs: number;
}): string | null {
  const { place, intervalMs, lastMs, nowMs } = facts;
  if (lastMs === null) return null;
  // a run begins a while after its instant, so that two of neighbours may be nearly two intervals apart
  const missed = Math.floor((nowMs - lastMs) / intervalMs) - 1;
  if (missed < 1) return null;
  const runs = missed === 1 ? '1 run' : `${missed} runs`;
  return `${place}: ${runs} of its schedule (every ${formatDuration(intervalMs)}) did not come: the last one was of ${formatInstant(lastMs)}`;
}
