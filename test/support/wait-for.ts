import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 20;
/** A question that takes long is asked again after as long: what is waited for needs the same cores. */
const LONGEST_POLL_MS = 500;

/**
 * Resolves with the condition's first answer that is not false, null or undefined; throws with the message, and the
 * condition's last error if it threw, when the deadline passes.
 */
export async function waitFor<T>(
  condition: () => T | Promise<T>,
  options: { deadlineMs: number; message: string },
): Promise<Exclude<T, false | null | undefined>> {
  const end = performance.now() + options.deadlineMs;
  let lastError: unknown;
  for (;;) {
    const askedAt = performance.now();
    try {
      const answer = await condition();
      lastError = undefined;
      if (answer !== false && answer !== null && answer !== undefined) {
        return answer as Exclude<T, false | null | undefined>;
      }
    } catch (error) {
      lastError = error;
    }
    const answeredAt = performance.now();
    if (answeredAt >= end) {
      throw new Error(`after ${options.deadlineMs} ms: ${options.message}`, { cause: lastError });
    }
    await sleep(Math.min(LONGEST_POLL_MS, Math.max(POLL_MS, answeredAt - askedAt)));
  }
}
