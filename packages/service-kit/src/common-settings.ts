import { OTLP_SIGNALS } from './otlp/otlp-signals';
import {
  booleanSetting,
  choiceSetting,
  durationSetting,
  listSetting,
  numberSetting,
  portSetting,
  serversSetting,
  textSetting,
  urlSetting,
} from './setting';

export const LOG_LEVELS = ['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

export const LOG_FORMATS = ['json', 'pretty'] as const;
export type LogFormat = (typeof LOG_FORMATS)[number];

/** What every service has. */
export const COMMON_SETTINGS = {
  logLevel: choiceSetting({
    env: 'FOREBAY_LOG_LEVEL',
    choices: LOG_LEVELS,
    default: 'info',
    description: 'The least severe level that is logged.',
  }),
  logFormat: choiceSetting({
    env: 'FOREBAY_LOG_FORMAT',
    choices: LOG_FORMATS,
    default: 'json',
    description: 'One JSON object a line on standard output, or readable lines on standard error.',
  }),
  metricsHost: textSetting({
    env: 'FOREBAY_METRICS_HOST',
    pattern: /^[A-Za-z0-9_.:-]+$/,
    allowed: 'a host name or an IP address',
    default: '127.0.0.1',
    description: 'The address that /metrics, /healthz and /readyz are served on; 0.0.0.0 for all.',
  }),
  metricsPort: portSetting({
    env: 'FOREBAY_METRICS_PORT',
    default: '0',
    description: 'The port of /metrics, /healthz and /readyz; 0 takes a free one, which the log tells.',
  }),
  otlpEndpoint: urlSetting({
    env: 'FOREBAY_OTLP_ENDPOINT',
    protocols: ['http', 'https'],
    optional: true,
    description:
      'The OTLP/HTTP collector that traces, metrics and logs are sent to, such as http://127.0.0.1:4318; unset: nothing is sent, and nothing is traced.',
  }),
  otlpSignals: listSetting({
    env: 'FOREBAY_OTLP_SIGNALS',
    choices: OTLP_SIGNALS,
    default: OTLP_SIGNALS.join(','),
    description:
      'What is sent to that collector. /metrics and the lines of the log are there whether they are sent or not.',
  }),
  otlpMetricsIntervalMs: durationSetting({
    env: 'FOREBAY_OTLP_METRICS_INTERVAL',
    minMs: 100,
    maxMs: 3_600_000,
    default: '60s',
    description: 'How often metrics are sent to that collector.',
  }),
  traceSampleRatio: numberSetting({
    env: 'FOREBAY_TRACE_SAMPLE_RATIO',
    min: 0,
    max: 1,
    default: '0.01',
    description:
      'The share of requests without a traced caller that are traced; a traced caller decides for its own.',
  }),
  shutdownGraceMs: durationSetting({
    env: 'FOREBAY_SHUTDOWN_GRACE',
    minMs: 100,
    maxMs: 600_000,
    default: '20s',
    description: 'How long a service may take to stop after SIGTERM or SIGINT before it exits with code 1.',
  }),
  startupDeadlineMs: durationSetting({
    env: 'FOREBAY_STARTUP_DEADLINE',
    minMs: 0,
    maxMs: 3_600_000,
    default: '60s',
    description: 'How long a service tries to reach a server at start before it gives up.',
  }),
};

export const SASL_MECHANISMS = ['plain', 'scram-sha-256', 'scram-sha-512'] as const;

/** How Kafka's brokers are spoken to; the same for whoever does, `PushEvents` of serving included. */
export const KAFKA_SECURITY_SETTINGS = {
  kafkaTls: booleanSetting({
    env: 'FOREBAY_KAFKA_TLS',
    default: 'false',
    description: 'Whether connections to the brokers are encrypted, and the brokers show certificates.',
  }),
  kafkaCaFile: textSetting({
    env: 'FOREBAY_KAFKA_CA_FILE',
    optional: true,
    description:
      "A file with the certificates (PEM) of the authorities that the brokers' certificates are trusted from; unset: those that Node.js trusts.",
  }),
  kafkaCertFile: textSetting({
    env: 'FOREBAY_KAFKA_CERT_FILE',
    optional: true,
    description: "A file with this program's own certificate (PEM), for brokers that ask for one.",
  }),
  kafkaKeyFile: textSetting({
    env: 'FOREBAY_KAFKA_KEY_FILE',
    optional: true,
    description: "A file with that certificate's key (PEM, not encrypted).",
  }),
  kafkaSaslMechanism: choiceSetting({
    env: 'FOREBAY_KAFKA_SASL_MECHANISM',
    choices: SASL_MECHANISMS,
    optional: true,
    description:
      'How user and password are shown to the brokers; unset: not at all. With plain and without FOREBAY_KAFKA_TLS the password can be read on the way.',
  }),
  kafkaUser: textSetting({
    env: 'FOREBAY_KAFKA_USER',
    optional: true,
    description: 'User (or API key) for the brokers.',
  }),
  kafkaPassword: textSetting({
    env: 'FOREBAY_KAFKA_PASSWORD',
    optional: true,
    secret: true,
    description: "That user's password (or API secret).",
  }),
};

/** Where the servers are; a service takes those that it uses. */
export const SERVER_SETTINGS = {
  redisUrl: urlSetting({
    env: 'FOREBAY_REDIS_URL',
    protocols: ['redis', 'rediss'],
    listProtocols: ['redis-cluster', 'rediss-cluster'],
    default: 'redis://127.0.0.1:6379',
    description:
      'The Redis that holds the features (maxmemory-policy noeviction); a Redis Cluster as redis-cluster://host:port,host:port with some of its nodes.',
  }),
  queueRedisUrl: urlSetting({
    env: 'FOREBAY_QUEUE_REDIS_URL',
    protocols: ['redis', 'rediss'],
    default: 'redis://127.0.0.1:6380',
    description: 'The Redis that holds the queue of jobs (noeviction, append-only file).',
  }),
  kafkaBrokers: serversSetting({
    env: 'FOREBAY_KAFKA_BROKERS',
    default: '127.0.0.1:9092',
    description: 'Brokers of the Kafka cluster to connect to first.',
  }),
  ...KAFKA_SECURITY_SETTINGS,
  clickhouseUrl: urlSetting({
    env: 'FOREBAY_CLICKHOUSE_URL',
    protocols: ['http', 'https'],
    default: 'http://127.0.0.1:8123',
    description: "ClickHouse's HTTP address; user and password may stand in it.",
  }),
  clickhouseDatabase: textSetting({
    env: 'FOREBAY_CLICKHOUSE_DATABASE',
    pattern: /^[A-Za-z_][A-Za-z0-9_]*$/,
    allowed: 'a name of letters, digits and underscores',
    default: 'forebay',
    description: 'The ClickHouse database of all tables.',
  }),
  clickhouseCluster: textSetting({
    env: 'FOREBAY_CLICKHOUSE_CLUSTER',
    pattern: /^[A-Za-z_][A-Za-z0-9_.-]*$/,
    allowed: 'a name of letters, digits, underscores, dots and hyphens',
    optional: true,
    description:
      'The name of the cluster that the server at the address is one of, as its configuration has it; the same for all services and the CLI. Unset: there is one server.',
  }),
};

/** The schema registry of sources whose records are Avro or Protobuf; whoever reads or writes such records takes them. */
export const SCHEMA_REGISTRY_SETTINGS = {
  schemaRegistryUrl: urlSetting({
    env: 'FOREBAY_SCHEMA_REGISTRY_URL',
    protocols: ['http', 'https'],
    optional: true,
    description:
      "The schema registry (Confluent's REST interface) of sources whose Avro or Protobuf records name schemas by id, such as http://127.0.0.1:8081; of Apicurio with /apis/ccompat/v7 at the end.",
  }),
  schemaRegistryUser: textSetting({
    env: 'FOREBAY_SCHEMA_REGISTRY_USER',
    optional: true,
    description: 'User (or API key) for the schema registry.',
  }),
  schemaRegistryPassword: textSetting({
    env: 'FOREBAY_SCHEMA_REGISTRY_PASSWORD',
    optional: true,
    secret: true,
    description: "That user's password (or API secret).",
  }),
  schemaRegistryToken: textSetting({
    env: 'FOREBAY_SCHEMA_REGISTRY_TOKEN',
    optional: true,
    secret: true,
    description: 'Bearer token for the schema registry, instead of user and password.',
  }),
};

/** The object store of places that begin with `s3://`; whoever writes or reads there takes them. */
export const OBJECT_STORE_SETTINGS = {
  s3Endpoint: urlSetting({
    env: 'FOREBAY_S3_ENDPOINT',
    protocols: ['http', 'https'],
    optional: true,
    description:
      "The address of an object store that speaks S3 and is not AWS's own, for places that begin with s3://, such as https://minio.example:9000, or https://storage.googleapis.com. Unset: AWS_ENDPOINT_URL_S3, or AWS. Credentials are found as the AWS SDK finds them: AWS_ACCESS_KEY_ID and AWS_SECRET_ACCESS_KEY, AWS_PROFILE, a web identity, the machine's role.",
  }),
  s3Region: textSetting({
    env: 'FOREBAY_S3_REGION',
    pattern: /^[A-Za-z0-9-]+$/,
    allowed: 'a region such as eu-west-1',
    optional: true,
    description:
      'The region of the buckets. Unset: what AWS_REGION or the profile say; with FOREBAY_S3_ENDPOINT us-east-1, which other stores take.',
  }),
  s3PathStyle: booleanSetting({
    env: 'FOREBAY_S3_PATH_STYLE',
    optional: true,
    description:
      "Whether a bucket stands in the path of an address (https://host/bucket) or before the host's name (https://bucket.host). Unset: in the path with FOREBAY_S3_ENDPOINT, else before the name.",
  }),
};

/**
 * Variables of one program only begin with its prefix. The others let them pass unread, so that one environment can
 * serve all of them, while a program that has settings under a prefix knows every name under it.
 */
export const OTHER_PREFIXES = [
  'FOREBAY_SERVING_',
  'FOREBAY_STREAM_',
  'FOREBAY_SCHEMA_REGISTRY_',
  'FOREBAY_LINEAGE_',
  'FOREBAY_S3_',
  'FOREBAY_BATCH_',
  'FOREBAY_CLI_',
  'FOREBAY_STACK_',
  'FOREBAY_DEMO_',
  'FOREBAY_BENCH_',
  'FOREBAY_TEST_',
] as const;
