export interface BackoffOptions {
  readonly firstMs: number;
  readonly longestMs: number;
}

/** Pauses that double, up to a longest one. */
export class Backoff {
  private nextMs: number;
  private end: (() => void) | null = null;
  private cancelled = false;

  constructor(private readonly options: BackoffOptions) {
    this.nextMs = options.firstMs;
  }

  /** Resolves after the pause, or at once when cancelled. */
  wait(): Promise<void> {
    if (this.cancelled) return Promise.resolve();
    const pauseMs = this.nextMs;
    this.nextMs = Math.min(this.options.longestMs, pauseMs * 2);
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, pauseMs);
      this.end = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  /** It works again: the next pause is the first one. */
  reset(): void {
    this.nextMs = this.options.firstMs;
  }

  /** Ends the pause that is being waited for, and all later ones. */
  cancel(): void {
    this.cancelled = true;
    this.end?.();
  }
}
