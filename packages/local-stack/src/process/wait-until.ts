import { setTimeout as sleep } from 'node:timers/promises';

const POLL_MS = 25;

/** Polls `condition` until it is true (answers true) or the deadline has passed (answers false). */
export async function waitUntil(
  condition: () => boolean | Promise<boolean>,
  deadlineMs: number,
): Promise<boolean> {
  const end = performance.now() + deadlineMs;
  for (;;) {
    if (await condition()) return true;
    if (performance.now() >= end) return false;
    await sleep(POLL_MS);
  }
}
