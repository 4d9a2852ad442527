import type { EventSource } from '@forebay/definitions';

/**
 * The event time from which on ids are held, so that copies are known: the stored progress of the source − its dedupe
 * horizon. Never a clock's: a stream that is hours behind holds what its records need. −∞ while nothing is known.
 *
 * It lies earlier by max_clock_skew, for progress is told by this machine's clock and lateness by the broker's: an event that
 * is late by no more than is allowed is never left out.
 *
 * @param progress as it lies with the values; null: none
 */
export function idsHeldFrom(
  source: EventSource,
  progress: { readonly epoch: number; readonly instantsMs: Float64Array } | null,
  epoch: number,
): number {
  if (source.dedupeMs === null || progress === null || progress.epoch !== epoch)
    return Number.NEGATIVE_INFINITY;
  const progressMs = Math.min(...progress.instantsMs);
  // 0: of a partition nothing is known yet; ∞: there is none
  const isKnown = progressMs > 0 && progressMs < Number.POSITIVE_INFINITY;
  return isKnown ? progressMs - source.dedupeMs - source.maxClockSkewMs : Number.NEGATIVE_INFINITY;
}
