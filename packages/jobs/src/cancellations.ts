/** Jobs that somebody has cancelled: a mark beside the queue, which whoever works on the job finds. */
import { ForebayError } from '@forebay/contract';
import type { BoundedQueues } from './bounded-queues';
import type { JobKind } from './job-kinds';
import { QUEUE_PREFIX } from './queue-connection';

/** As long as finished jobs are kept. */
const KEEP_MS = 7 * 86_400_000;

const keyOf = (kind: JobKind, id: string) => `${QUEUE_PREFIX}:cancelled:${kind}:${id}`;

export async function markCancelled(
  queues: BoundedQueues,
  kind: JobKind,
  id: string,
  by: string,
): Promise<void> {
  await queues.command((client) => client.set(keyOf(kind, id), by, 'PX', KEEP_MS));
}

export async function unmarkCancelled(queues: BoundedQueues, kind: JobKind, id: string): Promise<void> {
  await queues.command((client) => client.del(keyOf(kind, id)));
}

/** Of each job who cancelled it; null: nobody. */
export async function cancelledBy(
  queues: BoundedQueues,
  jobs: readonly { readonly kind: JobKind; readonly id: string }[],
): Promise<(string | null)[]> {
  if (jobs.length === 0) return [];
  return queues.command((client) => client.mget(jobs.map(({ kind, id }) => keyOf(kind, id))));
}

export function cancelledError(by: string): ForebayError {
  return new ForebayError('cancelled', `cancelled by ${by}; "forebay jobs retry" lets it go on`);
}
