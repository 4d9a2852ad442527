import {
  durationSetting,
  faultPointSetting,
  integerSetting,
  KAFKA_SECURITY_SETTINGS,
  LINEAGE_SETTINGS,
  SCHEMA_REGISTRY_SETTINGS,
  SERVER_SETTINGS,
  textSetting,
} from '@forebay/service-kit';

/** What the stream service has beyond the common settings. */
export const STREAM_SETTINGS = {
  redisUrl: SERVER_SETTINGS.redisUrl,
  kafkaBrokers: SERVER_SETTINGS.kafkaBrokers,
  ...KAFKA_SECURITY_SETTINGS,
  clickhouseUrl: SERVER_SETTINGS.clickhouseUrl,
  clickhouseDatabase: SERVER_SETTINGS.clickhouseDatabase,
  clickhouseCluster: SERVER_SETTINGS.clickhouseCluster,
  ...SCHEMA_REGISTRY_SETTINGS,
  ...LINEAGE_SETTINGS,
  group: textSetting({
    env: 'FOREBAY_STREAM_GROUP',
    pattern: /^[A-Za-z0-9._-]{1,200}$/,
    allowed: 'letters, digits, dots, dashes and underscores',
    default: 'forebay',
    description: 'Beginning of the names of the consumer groups; one group reads each source.',
  }),
  flushEveryMs: durationSetting({
    env: 'FOREBAY_STREAM_FLUSH_EVERY',
    minMs: 1,
    maxMs: 10_000,
    default: '50ms',
    description:
      'How long an event that was read may wait before it is written; FOREBAY_STREAM_FLUSH_EVENTS of them are written at once.',
  }),
  flushEvents: integerSetting({
    env: 'FOREBAY_STREAM_FLUSH_EVENTS',
    min: 1,
    max: 100_000,
    default: '8000',
    description:
      'So many events are written without waiting. More is cheaper for a backlog, since a write holds more events of an entity; 8,000 keep the process busy for a tenth of a second.',
  }),
  maxStateMegabytes: integerSetting({
    env: 'FOREBAY_STREAM_MAX_STATE_MEGABYTES',
    min: 16,
    max: 65_536,
    default: '512',
    description:
      'Memory for the values of entities in one source; the longest unused are forgotten and read again from Redis.',
  }),
  maxPairMegabytes: integerSetting({
    env: 'FOREBAY_STREAM_MAX_PAIR_MEGABYTES',
    min: 1,
    max: 65_536,
    default: '512',
    description:
      'Memory for the events of one joined or sequence source that may still find a partner; reading stops where more is needed.',
  }),
  sessionTimeoutMs: durationSetting({
    env: 'FOREBAY_STREAM_SESSION_TIMEOUT',
    minMs: 6_000,
    maxMs: 300_000,
    default: '10s',
    description:
      "After so long without a heartbeat the partitions of a process that died go to another; 6 s is the broker's usual minimum.",
  }),
  maxWaitMs: durationSetting({
    env: 'FOREBAY_STREAM_MAX_WAIT',
    minMs: 1,
    maxMs: 1_000,
    default: '20ms',
    description:
      'How long the broker gathers events for a fetch (of a backlog, not at all): less is fresher, more is cheaper.',
  }),
  faultPoint: faultPointSetting,
};
