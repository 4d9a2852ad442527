import type { LineagePlaces } from '@forebay/definitions';
import {
  type Configuration,
  type Instruments,
  LineageSender,
  type Logger,
  lineagePlace,
} from '@forebay/service-kit';
import type { BATCH_SETTINGS } from './settings';

type Settings = Configuration<typeof BATCH_SETTINGS>;

/** null: nobody wants events. */
export function openLineage(
  { lineageUrl: url, lineageToken: token }: Pick<Settings, 'lineageUrl' | 'lineageToken'>,
  instruments: Instruments,
  logger: Logger,
): LineageSender | null {
  if (url === undefined) return null;
  const counter = instruments.counter('forebay_lineage_events_total');
  return new LineageSender({
    url,
    token,
    onOutcome: (outcome) => counter.add({ outcome }),
    onWarning: (message) => logger.warn(message),
  });
}

export function lineagePlaces(
  settings: Pick<Settings, 'kafkaBrokers' | 'clickhouseUrl' | 'clickhouseDatabase' | 'redisUrl'>,
): LineagePlaces {
  return {
    kafka: lineagePlace('kafka', settings.kafkaBrokers.join(','), 9092),
    clickhouse: lineagePlace('clickhouse', settings.clickhouseUrl, 8123),
    clickhouseDatabase: settings.clickhouseDatabase,
    redis: lineagePlace('redis', settings.redisUrl, 6379),
  };
}
