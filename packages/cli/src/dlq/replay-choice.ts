import type { DeadLetterEntry } from './dead-letter-index';

export interface ReplayChoice {
  /** To be sent. */
  readonly chosen: readonly DeadLetterEntry[];
  /** A replay of them has counted already. */
  readonly replayed: number;
  /** They have failed so often that they are left. */
  readonly exhausted: number;
}

/** What of the letters is replayed. Pure. */
export function chooseReplays(
  entries: readonly DeadLetterEntry[],
  isReplayed: (entry: DeadLetterEntry) => boolean,
  maxAttempts: number,
): ReplayChoice {
  const waiting = entries.filter((entry) => !isReplayed(entry));
  const chosen = waiting.filter(({ origin }) => origin.attempt < maxAttempts);
  return {
    chosen,
    replayed: entries.length - waiting.length,
    exhausted: waiting.length - chosen.length,
  };
}
