/**
 * Of one turn of the event loop, so much goes to calls: then the loop looks at its sockets again, sends what was answered and
 * sees who else has come. Some hundred ordinary calls.
 */
const TURN_MS = 10;

interface Work {
  /** Must not throw. */
  begin(): void;
}

/**
 * Calls are begun at the end of the turn of the event loop in which they came, one after another: what beginning a call runs
 * through is in the processor's caches from the second one on, which it is not between calls that are being received. Turns are
 * of bounded length: what does not fit into one waits for the next, in the order in which it came.
 */
export class Turns {
  #waiting: Work[] = [];
  #begun = 0;
  #isScheduled = false;
  readonly #next = () => this.#turn();

  /** @param atEnd told when a turn's calls have been begun */
  constructor(
    private readonly atEnd: () => void,
    private readonly clock: () => number = () => performance.now(),
  ) {}

  run(work: Work): void {
    this.#waiting.push(work);
    this.#schedule();
  }

  #turn(): void {
    this.#isScheduled = false;
    const waiting = this.#waiting;
    const untilMs = this.clock() + TURN_MS;
    let at = this.#begun;
    while (at < waiting.length) {
      (waiting[at++] as Work).begin();
      if (this.clock() >= untilMs) break;
    }
    this.atEnd();
    if (at < waiting.length) {
      this.#begun = at;
      this.#schedule();
    } else {
      this.#begun = 0;
      this.#waiting.length = 0;
    }
  }

  #schedule(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    setImmediate(this.#next);
  }
}
