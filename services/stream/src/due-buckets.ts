/** Of one server's only bucket. */
const SINGLE_EVERY_MS = 250;
/** Of a cluster: of a bucket in which something was written since, and of any other one. */
const BUSY_EVERY_MS = 1_000;
export const IDLE_EVERY_MS = 5_000;
/** An idle bucket's values must not be taken for stale ones. */
const IDLE_SHARE_OF_STALENESS = 0.25;

/** Decides whose checkpoint and progress are to be told, although nothing may have been written there: readers judge by them. */
export class DueBuckets {
  readonly #toldMs: Float64Array;
  readonly #isBusy: Uint8Array;
  readonly #busyEveryMs: number;
  readonly #idleEveryMs: number;
  #isFirst = true;

  /** @param maxStalenessMs how far progress may be behind before readers call values stale */
  constructor(buckets: number, maxStalenessMs: number) {
    this.#toldMs = new Float64Array(buckets).fill(Number.NEGATIVE_INFINITY);
    this.#isBusy = new Uint8Array(buckets);
    const shareMs = maxStalenessMs * IDLE_SHARE_OF_STALENESS;
    this.#idleEveryMs =
      buckets === 1 ? SINGLE_EVERY_MS : Math.max(SINGLE_EVERY_MS, Math.min(IDLE_EVERY_MS, shareMs));
    this.#busyEveryMs = Math.min(buckets === 1 ? SINGLE_EVERY_MS : BUSY_EVERY_MS, this.#idleEveryMs);
  }

  /** Values were written there. */
  wrote(buckets: Iterable<number>): void {
    for (const bucket of buckets) this.#isBusy[bucket] = 1;
  }

  /** The buckets whose time has come; they count as told. */
  take(nowMs: number): number[] {
    const due: number[] = [];
    const buckets = this.#toldMs.length;
    for (let bucket = 0; bucket < buckets; bucket++) {
      const everyMs = this.#isBusy[bucket] === 1 ? this.#busyEveryMs : this.#idleEveryMs;
      // also when the clock was set back
      if (Math.abs(nowMs - (this.#toldMs[bucket] as number)) < everyMs) continue;
      due.push(bucket);
      this.#isBusy[bucket] = 0;
      // all are due at first, and not all at the same time from then on
      this.#toldMs[bucket] = this.#isFirst ? nowMs - (this.#idleEveryMs * bucket) / buckets : nowMs;
    }
    this.#isFirst = false;
    return due;
  }
}
