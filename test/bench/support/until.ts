import { setTimeout as sleep } from 'node:timers/promises';

/** Resolves when the condition holds; throws when it does not within the deadline. */
export async function until(
  what: string,
  condition: () => Promise<boolean>,
  { everyMs, deadlineMs }: { everyMs: number; deadlineMs: number },
): Promise<void> {
  const end = performance.now() + deadlineMs;
  while (!(await condition())) {
    if (performance.now() > end)
      throw new Error(`not everything was in ${what} within ${deadlineMs / 1_000} s`);
    await sleep(everyMs);
  }
}
