import type { JobQueue } from '@forebay/jobs';
import { type Configuration, type Instruments, LineageDelivery, type Logger } from '@forebay/service-kit';
import { LineageOutbox } from './lineage-outbox';
import type { BATCH_SETTINGS } from './settings';

type Settings = Configuration<typeof BATCH_SETTINGS>;

/** null: nobody wants events. */
export function openLineage(
  { lineageUrl: url, lineageToken: token }: Pick<Settings, 'lineageUrl' | 'lineageToken'>,
  queue: JobQueue,
  instruments: Instruments,
  logger: Logger,
): LineageOutbox | null {
  if (url === undefined) return null;
  const counter = instruments.counter('forebay_lineage_events_total');
  const delivery = new LineageDelivery({
    url,
    token,
    onOutcome: (outcome) => counter.add({ outcome }),
    onWarning: (message) => logger.warn(message),
  });
  return new LineageOutbox({ store: queue.outbox('lineage'), delivery });
}
