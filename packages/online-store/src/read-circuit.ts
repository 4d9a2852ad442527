import { ForebayError } from '@forebay/contract';

/**
 * A server that owes an answer for so long does not answer now: longer than it stops for a snapshot or a slow command,
 * shorter than a caller's usual deadline.
 */
export const STALLED_AFTER_MS = 500;
/** For an event loop to look at its sockets. */
const LOOK_MS = 50;
/** How soon a caller may find it answering again. */
const RETRY_AFTER_MS = 200;

/**
 * Spares callers the wait for a server that does not answer: once the oldest command has been unanswered for
 * STALLED_AFTER_MS, further ones fail at once. A connection answers in order, so nothing sent later could be answered
 * earlier; and the first answer, or the end of the connection, closes the circuit again: the command that is owed is the
 * probe, and no other is needed.
 */
export class ReadCircuit {
  /** When the commands were sent whose answers are owed, oldest first; ms of a monotonic clock. */
  readonly #sentMs: number[] = [];
  /** When the oldest was first found overdue; NaN: it was not. */
  #overdueMs = Number.NaN;

  constructor(
    private readonly server: string,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  /** null: the command may be sent, which is noted; `answered` must follow, also for one that fails. */
  send(): ForebayError | null {
    const nowMs = this.clock();
    const [oldestMs] = this.#sentMs;
    if (oldestMs !== undefined && nowMs - oldestMs > STALLED_AFTER_MS && this.#isStalled(nowMs)) {
      const message = `redis ${this.server} has not answered for ${Math.round(nowMs - oldestMs)} ms: nothing is read until it does`;
      return new ForebayError('unavailable', message, { retryAfterMs: RETRY_AFTER_MS });
    }
    this.#sentMs.push(nowMs);
    return null;
  }

  /** The answer may have come while this process was busy: it gets the time to look. */
  #isStalled(nowMs: number): boolean {
    if (Number.isNaN(this.#overdueMs)) this.#overdueMs = nowMs;
    return nowMs - this.#overdueMs > LOOK_MS;
  }

  /** Why nothing is sent without a connection. */
  away(): ForebayError {
    const message = `redis ${this.server} is away: nothing is read until the connection is back`;
    return new ForebayError('unavailable', message, { retryAfterMs: RETRY_AFTER_MS });
  }

  /** The oldest command that was sent is done, by its answer or by the end of the connection. */
  answered(): void {
    this.#overdueMs = Number.NaN;
    this.#sentMs.shift();
  }
}
