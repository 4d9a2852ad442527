/** Fold jobs on so many threads: on this one, if one is enough. */
import { resolve } from 'node:path';
import { Worker } from 'node:worker_threads';
import { ForebayError, type Reason } from '@forebay/contract';
import type { OfflineStore, OfflineStoreOptions } from '@forebay/offline-store';
import { type FoldJob, runFoldJob } from './fold-job';
import type { FoldTally } from './view-results';

/** Threads run compiled code, whatever this file is. */
const FOLD_WORKER = resolve(__dirname, '..', '..', 'dist', 'fold-worker.js');

export interface WorkerTask {
  readonly connection: OfflineStoreOptions;
  readonly job: FoldJob;
}

export type WorkerMessage =
  | { readonly rows: number }
  | { readonly tally: FoldTally }
  | { readonly failed: { readonly reason: Reason; readonly message: string } };

/** Tallies in the order of the jobs. The first failure ends the others. `onProgress`: rows that have values, over all jobs. */
export async function runFoldJobs(
  store: OfflineStore,
  jobs: readonly FoldJob[],
  threads: number,
  onProgress: (rows: number) => void,
  signal?: AbortSignal,
): Promise<FoldTally[]> {
  const rows = jobs.map(() => 0);
  const tell = (job: number) => (count: number) => {
    rows[job] = count;
    onProgress(rows.reduce((sum, each) => sum + each, 0));
  };
  const tallies: FoldTally[] = [];
  const failure = new AbortController();
  const ended = signal === undefined ? failure.signal : AbortSignal.any([signal, failure.signal]);
  let next = 0;
  const runNext = async (): Promise<void> => {
    for (let i = next++; i < jobs.length; i = next++) {
      ended.throwIfAborted();
      const job = jobs[i] as FoldJob;
      tallies[i] =
        threads === 1
          ? await runFoldJob(store, job, tell(i), ended)
          : await runInThread({ connection: store.options, job }, tell(i), ended);
    }
  };
  const running = Array.from({ length: Math.min(threads, jobs.length) }, () =>
    runNext().catch((thrown: unknown) => {
      failure.abort(thrown);
      throw thrown;
    }),
  );
  const settled = await Promise.allSettled(running);
  if (settled.some(({ status }) => status === 'rejected')) throw ended.reason;
  return tallies;
}

async function runInThread(
  task: WorkerTask,
  onProgress: (rows: number) => void,
  signal: AbortSignal,
): Promise<FoldTally> {
  const worker = new Worker(FOLD_WORKER, { workerData: task });
  const stop = () => void worker.terminate();
  signal.addEventListener('abort', stop, { once: true });
  try {
    return await new Promise<FoldTally>((settle, reject) => {
      worker.on('message', (message: WorkerMessage) => {
        if ('rows' in message) onProgress(message.rows);
        else if ('tally' in message) settle(message.tally);
        else reject(new ForebayError(message.failed.reason, message.failed.message));
      });
      worker.on('error', reject);
      worker.on('exit', () => {
        reject(
          signal.aborted ? signal.reason : new ForebayError('internal', 'a thread of the fold ended early'),
        );
      });
    });
  } finally {
    signal.removeEventListener('abort', stop);
    await worker.terminate();
  }
}
