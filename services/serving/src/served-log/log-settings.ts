import {
  durationSetting,
  integerSetting,
  numberSetting,
  SERVER_SETTINGS,
  urlSetting,
} from '@forebay/service-kit';

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
  logShare: numberSetting({
    env: 'FOREBAY_SERVING_LOG_SHARE',
    min: 0,
    max: 1,
    default: '0.01',
    description:
      'The share of the entities whose rows are logged whenever they are served, chosen by a hash of their keys; predictions are all logged.',
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
