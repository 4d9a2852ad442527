/** Calls after which the limit is looked at. */
const CALLS_PER_STEP = 32;
/** However slow all is, so many may wait: who knows that it is still slow? */
export const LEAST_LIMIT = 16;
const SHRINK = 0.75;
/** Calls come in bursts: a limit that stays low when all is quick again refuses them for nothing. */
const GROWTH = 1.5;

/**
 * How many calls may be in flight, found by trying: while even the quickest of some calls took more than its share of its
 * time, there is a standing queue, and fewer are let in; else more, up to the most. (The shortest of
 * several waits tells, as in CoDel: a burst that passes is no queue.)
 */
export class QueueLimit {
  limit: number;
  #calls = 0;
  #shortestShare = Number.POSITIVE_INFINITY;
  #shortestMs = Number.POSITIVE_INFINITY;

  constructor(
    private readonly most: number,
    private readonly longestShare: number,
    /** Shorter waits are no queue. */
    private readonly shortWaitMs: number,
  ) {
    this.limit = most;
  }

  /** A call took `durationMs` of its `timeoutMs`; `inFlight`: itself and those beside it. */
  note(durationMs: number, timeoutMs: number, inFlight: number): void {
    if (durationMs < this.#shortestMs) this.#shortestMs = durationMs;
    if (durationMs < this.#shortestShare * timeoutMs) this.#shortestShare = durationMs / timeoutMs;
    if (++this.#calls < CALLS_PER_STEP) return;
    const isQueue = this.#shortestShare > this.longestShare && this.#shortestMs > this.shortWaitMs;
    this.limit = isQueue
      ? Math.max(Math.min(LEAST_LIMIT, this.most), SHRINK * Math.min(this.limit, inFlight))
      : Math.min(this.most, GROWTH * this.limit);
    this.#calls = 0;
    this.#shortestShare = Number.POSITIVE_INFINITY;
    this.#shortestMs = Number.POSITIVE_INFINITY;
  }
}
