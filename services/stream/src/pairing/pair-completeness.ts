/** Pure decisions on which pairs a reading has seen all of. */

export interface PairFacts {
  /** Whether the topics are read from where the pairs begin that are asked for; else some of those are lost. */
  readonly isRead: boolean;
  /** The event time from which on pairs are asked for; −∞: all. */
  readonly heldFromMs: number;
  /** Whether every partition still has its first record. */
  readonly untruncated: boolean;
  /** Declared end of history loads of the inputs, finished or begun; null: none. */
  readonly loadedUntilMs: number | null;
  readonly nowMs: number;
  readonly withinMs: number;
  readonly maxClockSkewMs: number;
}

/**
 * Since which event time a reading that begins now has all pairs; −∞: always. Pairs with an event of the history that was loaded, or
 * of records that are gone, end the bound after the last of these.
 */
export function pairsCompleteSince(facts: PairFacts): number {
  const { isRead, heldFromMs, untruncated, loadedUntilMs, nowMs, withinMs, maxClockSkewMs } = facts;
  const loadedMs = loadedUntilMs === null ? Number.NEGATIVE_INFINITY : loadedUntilMs + withinMs;
  const isAsked = heldFromMs > Number.NEGATIVE_INFINITY;
  if (isRead && isAsked) return Math.max(heldFromMs, loadedMs);
  if (isRead && untruncated) return loadedMs;
  return nowMs + maxClockSkewMs + withinMs;
}
