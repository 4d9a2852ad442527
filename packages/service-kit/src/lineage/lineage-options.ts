import type { Instruments } from '../instruments';
import type { Logger } from '../logger';
import type { LineageDeliveryOptions } from './lineage-delivery';

interface Settings {
  readonly lineageUrl: string | undefined;
  readonly lineageToken: string | undefined;
}

/** Of a service, which counts and logs what becomes of events. null: nobody wants any. */
export function lineageOptions(
  { lineageUrl: url, lineageToken: token }: Settings,
  instruments: Instruments,
  logger: Logger,
): LineageDeliveryOptions | null {
  if (url === undefined) return null;
  const counter = instruments.counter('forebay_lineage_events_total');
  return {
    url,
    token,
    onOutcome: (outcome) => counter.add({ outcome }),
    onWarning: (message) => logger.warn(message),
  };
}
