import { type JobQueue, KINDS } from '@forebay/jobs';
import type { Instruments } from '@forebay/service-kit';
import { labelsOf } from './job-log';

const EVERY_MS = 10_000;
/** It reads the jobs that have ended, as many as are kept. */
const SCHEDULES_EVERY_MS = 60_000;

/** Keeps the gauges of what waits and of what did not come, which are not shown while the queue does not answer. Returns how to stop. */
export function watchQueue(queue: JobQueue, instruments: Instruments): () => void {
  const waiting = instruments.gauge('forebay_jobs_waiting');
  const missed = instruments.gauge('forebay_schedule_missed_runs');
  const show = (name: string, count: Promise<number>) =>
    count.then(
      (found) => waiting.set({ queue: name }, found),
      () => waiting.remove({ queue: name }),
    );
  let shown: Parameters<typeof missed.remove>[0][] = [];
  const showMissed = async () => {
    const schedules = await queue.schedules().catch(() => []);
    const current = schedules.map(({ kind, view, missed: runs }) => ({
      labels: { job: kind, ...labelsOf(view) },
      runs,
    }));
    for (const labels of shown) missed.remove(labels);
    for (const { labels, runs } of current) missed.set(labels, runs);
    shown = current.map(({ labels }) => labels);
  };
  const look = () => {
    for (const kind of KINDS) void show(kind, queue.waiting(kind));
    void show('chunks', queue.waitingChunks());
  };
  look();
  void showMissed();
  const timers = [setInterval(look, EVERY_MS), setInterval(() => void showMissed(), SCHEDULES_EVERY_MS)];
  return () => timers.forEach(clearInterval);
}
