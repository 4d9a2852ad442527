import { SECOND_MS } from '@forebay/contract';

/** A process that has run for so long was well, whatever ended it. */
const STEADY_AFTER_MS = 10 * SECOND_MS;
const FIRST_DELAY_MS = 100;
const LONGEST_DELAY_MS = 10 * SECOND_MS;
/** So many ends in a row, none of a steady process, in 13 s at least: a restart of one process is no help. */
const MOST_FAILURES = 8;

export type RestartDecision = { readonly restartAfterMs: number } | { readonly giveUp: string };

/** When the processes of a group that end are started again. One for all: what ends one at once ends the others too. */
export class RestartPolicy {
  #failures = 0;

  ended(livedMs: number): RestartDecision {
    if (livedMs >= STEADY_AFTER_MS) {
      this.#failures = 0;
      return { restartAfterMs: 0 };
    }
    this.#failures++;
    if (this.#failures >= MOST_FAILURES) {
      return { giveUp: `${this.#failures} processes in a row ended within ${STEADY_AFTER_MS / SECOND_MS} s` };
    }
    return { restartAfterMs: Math.min(LONGEST_DELAY_MS, FIRST_DELAY_MS * 2 ** (this.#failures - 1)) };
  }
}
