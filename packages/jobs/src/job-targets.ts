/** Which job works on which target: at most one of a kind. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { BoundedQueues } from './bounded-queues';
import type { JobKind } from './job-kinds';
import { QUEUE_PREFIX } from './queue-connection';

/** Beside `src` and `dist`. */
const CLAIM = readFileSync(join(__dirname, '..', 'scripts', 'claim-targets.lua'), 'utf8');
const ENDED: ReadonlySet<string> = new Set(['completed', 'failed', 'unknown']);

/**
 * Claims targets for a job; returns whether it has them, all of them. It has them until the job has ended, however often its workers
 * die: the claim is the job's, not a worker's, and nobody has to give it back. Throws `unavailable`.
 */
export async function claimTargets(
  queues: BoundedQueues,
  kind: JobKind,
  targets: readonly string[],
  job: string,
): Promise<boolean> {
  const claim = (ended: readonly string[]) =>
    queues.command(
      async (client) =>
        (await client.eval(
          CLAIM,
          1,
          targetsKey(kind),
          job,
          targets.length,
          ...targets,
          ...ended,
        )) as string[],
    );
  const holders = await claim([]);
  if (holders.length === 0) return true;
  const states = await Promise.all(
    holders.map((holder) => queues.ask(kind, (queue) => queue.getJobState(holder))),
  );
  if (!states.every((state) => ENDED.has(state))) return false;
  return (await claim(holders)).length === 0;
}

function targetsKey(kind: JobKind): string {
  return `${QUEUE_PREFIX}:targets:${kind}`;
}
