import { ForebayError } from '@forebay/contract';
import { LEAST_LIMIT, QueueLimit } from './queue-limit';

/** A call that would wait longer than this share of its time for those before it is refused: the rest is for Redis and the way. */
const LONGEST_WAIT_SHARE = 0.15;
/** So short a wait is no overload, however little time a call has: it may use all of it. */
const SHORT_WAIT_MS = 20;
/** The cost of a call is measured over so many. */
const CALLS_PER_SAMPLE = 64;
/** With more refusals to a call the loop's time says little of the call's: a refusal takes time too. */
const MOST_REFUSALS_PER_CALL = 0.25;
/** The weight of the newest sample. */
const SAMPLE_WEIGHT = 0.3;
const SHORTEST_RETRY_MS = 10;

export interface LoadOptions {
  /** Calls that are worked on at a time, whatever they cost. */
  readonly maxInFlight: number;
  /** Time that the event loop has been at work so far, ms. */
  readonly busyMs?: () => number;
}

/**
 * Which calls are worked on. Beyond what can be done, a server that admits everything answers nothing in time; one that
 * refuses early answers nearly as many as before. Two limits see to that. A call waits for the calls in flight × what one of
 * them takes of the event loop: the time for which the loop was at work, per call (time, not processor time: a process that
 * gets a fifth of a core is five times as slow), or, when there is little to do and the rest of the process weighs on
 * few calls, the shortest time that a call took. And where the wait is elsewhere, in Redis, `QueueLimit` finds how many may wait.
 */
export class Load {
  #inFlight = 0;
  #callMs = 0;
  #samples = 0;
  #calls = 0;
  #refusals = 0;
  #shortestMs = Number.POSITIVE_INFINITY;
  #busyMs: number;
  readonly #readBusyMs: () => number;
  readonly #queue: QueueLimit;

  constructor({ maxInFlight, busyMs = loopBusyMs }: LoadOptions) {
    this.#queue = new QueueLimit(maxInFlight, LONGEST_WAIT_SHARE, SHORT_WAIT_MS);
    this.#readBusyMs = busyMs;
    this.#busyMs = busyMs();
  }

  get inFlight(): number {
    return this.#inFlight;
  }

  /** What a call takes of the event loop, ms; 0 until it is known. */
  get callMs(): number {
    return this.#callMs;
  }

  /** null: the call is in flight until `finished`. */
  admit(timeoutMs: number): ForebayError | null {
    // the cost of a call is an estimate, and that of an idle process a bad one: a few are let in whatever it is
    const waitMs = this.#inFlight * this.#callMs;
    if (this.#inFlight >= this.#queue.limit) {
      return this.#refuse(`${this.#inFlight} calls are in flight, and more would be late`, waitMs);
    }
    if (this.#inFlight >= LEAST_LIMIT && waitMs > longestWaitMs(timeoutMs)) {
      const work = `${this.#inFlight} calls are in flight, about ${Math.ceil(waitMs)} ms of work`;
      return this.#refuse(`${work}, and this one has ${Math.ceil(timeoutMs)} ms`, waitMs);
    }
    this.#inFlight++;
    return null;
  }

  /** `waited`: the call was answered, or its time was up; not one that was refused or failed otherwise. */
  finished(durationMs: number, timeoutMs: number, waited: boolean): void {
    // one whose time was up when it came has not waited here, and one that failed may have cost less than an answer
    if (waited && timeoutMs > 0) {
      this.#queue.note(durationMs, timeoutMs, this.#inFlight);
      if (durationMs < this.#shortestMs) this.#shortestMs = durationMs;
    }
    this.#inFlight--;
    if (++this.#calls === CALLS_PER_SAMPLE) this.#sample();
  }

  #sample(): void {
    const busyMs = this.#readBusyMs();
    let sampleMs = Math.min((busyMs - this.#busyMs) / this.#calls, this.#shortestMs);
    // else refusals would make calls seem dearer, and so lead to more refusals
    if (this.#refusals > MOST_REFUSALS_PER_CALL * this.#calls) sampleMs = Math.min(sampleMs, this.#callMs);
    const weight = this.#samples++ === 0 ? 1 : SAMPLE_WEIGHT;
    this.#callMs += weight * (sampleMs - this.#callMs);
    this.#busyMs = busyMs;
    this.#calls = 0;
    this.#refusals = 0;
    this.#shortestMs = Number.POSITIVE_INFINITY;
  }

  #refuse(why: string, waitMs: number): ForebayError {
    this.#refusals++;
    const message = `${why}: try again later, or add servers`;
    return new ForebayError('overloaded', message, { retryAfterMs: Math.max(SHORTEST_RETRY_MS, waitMs) });
  }
}

function longestWaitMs(timeoutMs: number): number {
  return Math.max(timeoutMs * LONGEST_WAIT_SHARE, Math.min(timeoutMs, SHORT_WAIT_MS));
}

function loopBusyMs(): number {
  return performance.eventLoopUtilization().active;
}
