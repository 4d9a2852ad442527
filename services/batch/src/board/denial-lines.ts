import type { Logger } from '@forebay/service-kit';

/** Lines of denied requests in a window; the rest is counted: who is denied without end does not fill the log. */
const LINES_PER_WINDOW = 10;
const WINDOW_MS = 60_000;

/** Lines of the audit log of who was not let in; never a credential. */
export class DenialLines {
  readonly #logger: Logger;
  readonly #timer: NodeJS.Timeout;
  #lines = 0;
  #suppressed = 0;

  constructor(logger: Logger) {
    this.#logger = logger.child({ component: 'audit' });
    this.#timer = setInterval(() => this.endWindow(), WINDOW_MS).unref();
  }

  denied(denied: {
    readonly who: string | null;
    readonly why: string;
    readonly method: string;
    readonly path: string;
    readonly peer: string;
  }): void {
    if (this.#lines >= LINES_PER_WINDOW) {
      this.#suppressed++;
      return;
    }
    this.#lines++;
    this.#logger.warn(
      { audit: 'denied', ...denied },
      `denied: ${denied.method} ${denied.path}: ${denied.why}`,
    );
  }

  /** Tells how much was left out, and begins a new window; the timer does so by itself. */
  endWindow(): void {
    if (this.#suppressed > 0)
      this.#logger.warn(
        { audit: 'denied', suppressed: this.#suppressed },
        `denied: ${this.#suppressed} more requests to the board in the last minute`,
      );
    this.#lines = 0;
    this.#suppressed = 0;
  }

  close(): void {
    clearInterval(this.#timer);
    this.endWindow();
  }
}
