import type { MaterializeQueue } from '@forebay/jobs';
import type { Instruments } from '@forebay/service-kit';

const EVERY_MS = 10_000;
const LABELS = { queue: 'materialize' };

/** Keeps the gauge of waiting jobs, which is not shown while the queue does not answer. Returns how to stop. */
export function watchQueue(queue: MaterializeQueue, instruments: Instruments): () => void {
  const waiting = instruments.gauge('forebay_jobs_waiting');
  const look = () =>
    queue.waiting().then(
      (count) => waiting.set(LABELS, count),
      () => waiting.remove(LABELS),
    );
  void look();
  const timer = setInterval(look, EVERY_MS);
  return () => clearInterval(timer);
}
