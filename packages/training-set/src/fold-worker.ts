/** The main of a thread that folds: see `runFoldJobs`. */
import { parentPort, workerData } from 'node:worker_threads';
import { ForebayError } from '@forebay/contract';
import { openOfflineStore } from '@forebay/offline-store';
import { runFoldJob } from './stream/fold-job';
import type { WorkerMessage, WorkerTask } from './stream/fold-threads';

async function main({ connection, job }: WorkerTask): Promise<WorkerMessage> {
  try {
    const store = await openOfflineStore(connection);
    try {
      return { tally: await runFoldJob(store, job, (rows) => tell({ rows })) };
    } finally {
      await store.close();
    }
  } catch (thrown) {
    const { reason, message } = ForebayError.from(thrown);
    return { failed: { reason, message } };
  }
}

function tell(message: WorkerMessage): void {
  parentPort?.postMessage(message);
}

void main(workerData as WorkerTask).then(tell);
