import type { EventSource } from '@forebay/definitions';
import { type RedisConnection, readProgress } from '@forebay/online-store';

/**
 * The event time from which on ids are held, so that copies are known: the stored progress of the source − its dedupe
 * horizon. Never a clock's: a stream that is hours behind holds what its records need. −∞ while nothing is known.
 *
 * It lies earlier by max_clock_skew, for progress is told by this machine's clock and lateness by the broker's: an event that
 * is late by no more than is allowed is never left out.
 */
export async function idsHeldFrom(
  redis: RedisConnection,
  bucket: number,
  source: EventSource,
  epoch: number,
): Promise<number> {
  if (source.dedupeMs === null) return Number.NEGATIVE_INFINITY;
  const progress = await readProgress(redis, bucket, source.id);
  if (progress === null || progress.epoch !== epoch) return Number.NEGATIVE_INFINITY;
  const progressMs = Math.min(...progress.instantsMs);
  return progressMs > 0 ? progressMs - source.dedupeMs - source.maxClockSkewMs : Number.NEGATIVE_INFINITY;
}
