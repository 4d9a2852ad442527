/** A trouble that is found several times a second is told so often. */
const TOLD_EVERY_MS = 10_000;

/** Tells a trouble at once and, while it lasts, now and then. */
export class SparseWarning {
  #toldMs = Number.NEGATIVE_INFINITY;

  constructor(private readonly clock: () => number = () => performance.now()) {}

  /** Calls `tell` unless the trouble was told a moment ago. */
  found(tell: () => void): void {
    const nowMs = this.clock();
    if (nowMs - this.#toldMs < TOLD_EVERY_MS) return;
    this.#toldMs = nowMs;
    tell();
  }

  /** The trouble is over: the next one is told at once. */
  over(): void {
    this.#toldMs = Number.NEGATIVE_INFINITY;
  }
}
