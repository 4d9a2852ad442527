/** Queues one job, and waits for it with a bar. */
import type { JobKind, PayloadInput, Result } from '@forebay/jobs';
import type { CommandContext } from './context';
import { jobName } from './job-text';
import { progressNote } from './progress-note';

export interface FollowOptions {
  readonly wait: boolean;
  readonly timeoutMs: number;
  /** What the bar is called. */
  readonly doing: string;
}

export interface FollowedJob<K extends JobKind> {
  /** `kind/12` */
  readonly job: string;
  /** Null: it was not waited for. */
  readonly result: Result<K> | null;
}

/** Rejects with what made the job fail, or with `deadline_exceeded`; then it goes on. */
export async function queueAndFollow<K extends JobKind>(
  { servers, output }: Pick<CommandContext, 'servers' | 'output'>,
  kind: K,
  payload: PayloadInput<K>,
  { wait, timeoutMs, doing }: FollowOptions,
): Promise<FollowedJob<K>> {
  const queue = await servers.queue();
  const handle = await queue.add(kind, payload);
  const job = jobName(handle);
  if ((await queue.workers()) === 0)
    output.warning(
      'no worker is connected to the queue: start the batch service (node services/batch/dist/main.js, or "forebay dev")',
    );
  if (!wait) return { job, result: null };
  const bar = output.progress(doing);
  const result = await handle
    .finished({
      timeoutMs,
      onProgress: (progress) => bar.update(progress.chunksDone, progress.chunks, progressNote(progress)),
    })
    .finally(() => bar.stop());
  return { job, result };
}
