import { type JobQueue, KINDS } from '@forebay/jobs';
import type { Instruments } from '@forebay/service-kit';

const EVERY_MS = 10_000;

/** Keeps the gauges of waiting jobs and chunks, which are not shown while the queue does not answer. Returns how to stop. */
export function watchQueue(queue: JobQueue, instruments: Instruments): () => void {
  const waiting = instruments.gauge('forebay_jobs_waiting');
  const show = (name: string, count: Promise<number>) =>
    count.then(
      (found) => waiting.set({ queue: name }, found),
      () => waiting.remove({ queue: name }),
    );
  const look = () => {
    for (const kind of KINDS) void show(kind, queue.waiting(kind));
    void show('chunks', queue.waitingChunks());
  };
  look();
  const timer = setInterval(look, EVERY_MS);
  return () => clearInterval(timer);
}
