/** How jobs are tried again, and how long they are kept. */
import type { JobsOptions } from 'bullmq';

/** What failed for a passing reason is tried again after 1, 2, 4 … s. */
const ATTEMPTS = 5;
const FIRST_RETRY_MS = 1_000;
/** Finished jobs stay to be looked at: for a week (in s), the newest thousand. */
const KEEP_FINISHED = { age: 7 * 86_400, count: 1_000 };

export const JOB_OPTIONS = {
  attempts: ATTEMPTS,
  backoff: { type: 'exponential', delay: FIRST_RETRY_MS },
  removeOnComplete: KEEP_FINISHED,
  removeOnFail: KEEP_FINISHED,
} as const satisfies JobsOptions;

/** What a finished chunk has returned stays with the run's job. A chunk that fails for good ends the run. */
export const CHUNK_OPTIONS = {
  ...JOB_OPTIONS,
  removeOnComplete: true,
  continueParentOnFailure: true,
} as const satisfies JobsOptions;

/** Two requests with the same text are one: who asks does not matter. */
export function sameRequest(payload: object): string {
  const { requested_by: _, ...rest } = payload as { requested_by?: string };
  return JSON.stringify(rest);
}
