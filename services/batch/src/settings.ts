import {
  durationSetting,
  faultPointSetting,
  integerSetting,
  KAFKA_SECURITY_SETTINGS,
  LINEAGE_SETTINGS,
  numberSetting,
  OBJECT_STORE_SETTINGS,
  SERVER_SETTINGS,
} from '@forebay/service-kit';
import { BOARD_SETTINGS } from './board/board-settings';

/** What the batch service has beyond the common settings. */
export const BATCH_SETTINGS = {
  redisUrl: SERVER_SETTINGS.redisUrl,
  queueRedisUrl: SERVER_SETTINGS.queueRedisUrl,
  kafkaBrokers: SERVER_SETTINGS.kafkaBrokers,
  ...KAFKA_SECURITY_SETTINGS,
  clickhouseUrl: SERVER_SETTINGS.clickhouseUrl,
  clickhouseDatabase: SERVER_SETTINGS.clickhouseDatabase,
  clickhouseCluster: SERVER_SETTINGS.clickhouseCluster,
  ...BOARD_SETTINGS,
  ...LINEAGE_SETTINGS,
  ...OBJECT_STORE_SETTINGS,
  concurrency: integerSetting({
    env: 'FOREBAY_BATCH_CONCURRENCY',
    min: 1,
    max: 64,
    default: '2',
    description: 'Chunks of runs at a time in one process; each computes in ClickHouse and moves bytes.',
  }),
  eventsPerChunk: integerSetting({
    env: 'FOREBAY_BATCH_EVENTS_PER_CHUNK',
    min: 1_000,
    max: 1_000_000_000,
    default: '10000000',
    description:
      'Events whose segments, or rows of a table whose values, one query computes; smaller where ClickHouse has little memory.',
  }),
  archiveDeadlineMs: durationSetting({
    env: 'FOREBAY_BATCH_ARCHIVE_DEADLINE',
    minMs: 1_000,
    maxMs: 86_400_000,
    default: '5m',
    description: 'How long a run waits until the archive holds what the topic held when it began.',
  }),
  verifyEveryMs: durationSetting({
    env: 'FOREBAY_BATCH_VERIFY_EVERY',
    minMs: 0,
    maxMs: 2_678_400_000,
    default: '6h',
    description:
      'How often each view is verified: what is online, for a share of its entities, beside what is recomputed; and what was served since the time before. 0: only when it is asked for.',
  }),
  verifyShare: numberSetting({
    env: 'FOREBAY_BATCH_VERIFY_SHARE',
    min: 0.000_001,
    max: 1,
    default: '0.01',
    description: 'The share of the entities that are verified, another choice each time.',
  }),
  faultPoint: faultPointSetting,
};
