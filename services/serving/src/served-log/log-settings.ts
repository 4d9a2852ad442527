import {
  durationSetting,
  integerSetting,
  numberSetting,
  SERVER_SETTINGS,
  textSetting,
  urlSetting,
} from '@forebay/service-kit';

const SHARES = /^(?:[a-z][a-z0-9_]*\.[a-z][a-z0-9_]*=(?:0|0?\.\d+|1)(?:,(?!$)|$))+$/;

/** Of a text that is allowed: shares by `project.service`. */
export function sharesOf(text: string | undefined): ReadonlyMap<string, number> {
  const entries = text === undefined ? [] : text.split(',').map((entry) => entry.split('='));
  return new Map(entries.map(([service = '', share]) => [service, Number(share)]));
}

/** Of the log of served vectors and predictions. */
export const LOG_SETTINGS = {
  logClickhouseUrl: urlSetting({
    env: 'FOREBAY_SERVING_LOG_CLICKHOUSE_URL',
    protocols: ['http', 'https'],
    optional: true,
    description:
      "ClickHouse's HTTP address for the log of served vectors and predictions; user and password may stand in it. Unset: nothing is logged.",
  }),
  clickhouseDatabase: SERVER_SETTINGS.clickhouseDatabase,
  clickhouseCluster: SERVER_SETTINGS.clickhouseCluster,
  logShare: numberSetting({
    env: 'FOREBAY_SERVING_LOG_SHARE',
    min: 0,
    max: 1,
    default: '0.01',
    description:
      'The share of the entities whose rows are logged whenever they are served, chosen by a hash of their keys; predictions are all logged.',
  }),
  logShares: textSetting({
    env: 'FOREBAY_SERVING_LOG_SHARES',
    pattern: SHARES,
    allowed: 'a list such as flights.flight_risk=1,shop.checkout=0.1, with shares from 0 to 1',
    optional: true,
    description:
      'Other shares for some feature services, by project and name; an experiment often wants all of its rows.',
  }),
  logMemoryBytes: integerSetting({
    env: 'FOREBAY_SERVING_LOG_MEMORY_BYTES',
    min: 65_536,
    max: 4 * 1_024 ** 3,
    default: '67108864',
    description:
      'Memory, of each process, in which vectors wait to be inserted, and as much again for predictions; when it is full, new rows are dropped and counted.',
  }),
  logFlushEveryMs: durationSetting({
    env: 'FOREBAY_SERVING_LOG_FLUSH_EVERY',
    minMs: 10,
    maxMs: 600_000,
    default: '5s',
    description: 'How long rows wait for others to be inserted with; a full block of 1 MiB does not wait.',
  }),
  logDrainDeadlineMs: durationSetting({
    env: 'FOREBAY_SERVING_LOG_DRAIN_DEADLINE',
    minMs: 0,
    maxMs: 600_000,
    default: '3s',
    description:
      'How long the rest of the log may take to be inserted when the service stops; what is left is dropped and counted.',
  }),
};
