/** Which job works on which target: at most one of a kind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BoundedQueues } from './bounded-queues';
import type { JobKind } from './job-kinds';
import { QUEUE_PREFIX } from './queue-connection';

/** Beside `src` and `dist`. */
const CLAIM = readFileSync(join(__dirname, '..', 'scripts', 'claim-target.lua'), 'utf8');
const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'unknown']);

/**
 * Claims the target for a job; returns whether it has it. It has it until the job has ended, however often its workers die: the
 * claim is the job's, not a worker's, and nobody has to give it back. Throws `unavailable`.
 */
export async function claimTarget(
  queues: BoundedQueues,
  kind: JobKind,
  target: string,
  job: string,
): Promise<boolean> {
  const claim = (ended: string) =>
    queues.command(
      async (client) => (await client.eval(CLAIM, 1, targetsKey(kind), target, job, ended)) as string,
    );
  const holder = await claim('');
  if (holder === job) return true;
  const state = await queues.ask(kind, (queue) => queue.getJobState(holder));
  return ENDED.has(state) && (await claim(holder)) === job;
}

function targetsKey(kind: JobKind): string {
  return `${QUEUE_PREFIX}:targets:${kind}`;
}
