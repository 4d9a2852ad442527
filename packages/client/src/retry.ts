import { setTimeout as sleep } from 'node:timers/promises';
import { FeatureCallError } from './call-error';

const FIRST_PAUSE_MS = 20;
const LONGEST_PAUSE_MS = 1_000;
const GROWTH = 4;

/** Before attempt `attempt + 1`: growing, and spread by half either way so that clients do not come back together. */
export function pauseMs(attempt: number, random: number): number {
  return Math.min(LONGEST_PAUSE_MS, FIRST_PAUSE_MS * GROWTH ** (attempt - 1)) * (0.5 + random);
}

/**
 * Tries a call again that found no server (`unavailable`), within its deadline. Reads may be tried again; `overloaded` may
 * not, since that is what overload is made of.
 */
export async function withRetries<T>(
  attempts: number,
  deadline: number,
  call: (attempt: number) => Promise<T>,
): Promise<T> {
  for (let attempt = 1; ; attempt++) {
    try {
      return await call(attempt);
    } catch (error) {
      if (!(error instanceof FeatureCallError) || error.reason !== 'unavailable') throw error;
      const pause = pauseMs(attempt, Math.random());
      if (attempt >= attempts || Date.now() + pause >= deadline) throw error.after(attempt);
      await sleep(pause);
    }
  }
}
