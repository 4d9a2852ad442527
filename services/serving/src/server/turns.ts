/**
 * Of one turn of the event loop, so much goes to calls: then the loop looks at its sockets again, sends what was answered and
 * sees who else has come. Some hundred ordinary calls.
 */
const TURN_MS = 10;

interface Work {
  /** Must not throw. */
  begin(): void;
}

/** Calls in turns of bounded length: what does not fit into one waits for the next, in the order in which it came. */
export class Turns {
  readonly #waiting: Work[] = [];
  /** When calls were first worked on in this turn; NaN: none has been. */
  #beganMs = Number.NaN;
  #isScheduled = false;
  readonly #next = () => {
    this.#beganMs = Number.NaN;
    this.#isScheduled = false;
    let done = 0;
    while (done < this.#waiting.length && this.#hasTime()) (this.#waiting[done++] as Work).begin();
    this.#waiting.splice(0, done);
  };

  constructor(private readonly clock: () => number = () => performance.now()) {}

  /** Begins with `work`: now, or when those before it have had their turn. */
  run(work: Work): void {
    if (this.#waiting.length === 0 && this.#hasTime()) {
      work.begin();
      return;
    }
    this.#waiting.push(work);
    this.#schedule();
  }

  #hasTime(): boolean {
    const nowMs = this.clock();
    this.#schedule();
    if (Number.isNaN(this.#beganMs)) this.#beganMs = nowMs;
    return nowMs - this.#beganMs < TURN_MS;
  }

  /** At the end of every turn in which something was done, so that the next one is seen to begin. */
  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#next);
  }
}
