/** Calls after which the limit is looked at. */
const CALLS_PER_STEP = 32;
/** However slow all is, so many may wait: who knows that it is still slow? */
const LEAST_LIMIT = 8;
const SHRINK = 0.75;
const GROWTH = 1.1;

/**
 * How many calls may be in flight, found by trying: while even the quickest of some calls took more than its share of its
 * time, there is a standing queue, and fewer are let in; else a few more, up to the most. (Additive increase,
 * multiplicative decrease, upon the shortest of several waits, as CoDel has it: a burst that passes is no queue.)
 */
export class QueueLimit {
  limit: number;
  #calls = 0;
  #shortestShare = Number.POSITIVE_INFINITY;

  constructor(
    private readonly most: number,
    private readonly longestShare: number,
  ) {
    this.limit = most;
  }

  /** `share`: how much of its time a call took; `inFlight`: itself and those beside it. */
  note(share: number, inFlight: number): void {
    if (share < this.#shortestShare) this.#shortestShare = share;
    if (++this.#calls < CALLS_PER_STEP) return;
    const isQueue = this.#shortestShare > this.longestShare;
    this.limit = isQueue
      ? Math.max(Math.min(LEAST_LIMIT, this.most), SHRINK * Math.min(this.limit, inFlight))
      : Math.min(this.most, GROWTH * this.limit + 1);
    this.#calls = 0;
    this.#shortestShare = Number.POSITIVE_INFINITY;
  }
}
