import { hostname } from 'node:os';
import { decodeRegistry } from '@forebay/definitions';
import { connectEventLog } from '@forebay/event-log';
import { openSchemaRegistry } from '@forebay/formats';
import { createMetaTables, openOfflineStore } from '@forebay/offline-store';
import { connectRedis, RegistryChannel, watchEvictions } from '@forebay/online-store';
import {
  connectWithRetry,
  LineageSender,
  lineageOptions,
  lineagePlaces,
  readKafkaSecurity,
  runService,
} from '@forebay/service-kit';
import { armFaultOf } from './fault-points';
import { OutputLog } from './output/output-log';
import { STREAM_SETTINGS } from './settings';
import { SourceRuntimes } from './source-runtimes';
import { StreamLineage } from './stream-lineage';

const REGISTRY_POLL_MS = 5_000;
const EVICTION_LOOK_MS = 10_000;
const MEGABYTE = 1_048_576;
/** For what waits to be sent when the service ends. */
const LINEAGE_WITHIN_MS = 2_000;

void runService({
  name: 'stream',
  environment: process.env,
  settings: STREAM_SETTINGS,
  start: async ({ configuration, logger, instruments, readiness, component, fail, signal }) => {
    const { startupDeadlineMs, faultPoint } = configuration;
    if (faultPoint !== undefined) {
      armFaultOf(faultPoint, process.send !== undefined);
      logger.warn(`this process will kill itself at the fault point "${faultPoint}"`);
    }
    const registryReady = readiness.component('registry', 'nothing applied yet: run forebay apply');
    const redis = await component(
      'redis',
      () =>
        connectRedis({
          url: configuration.redisUrl,
          role: 'stream',
          setting: STREAM_SETTINGS.redisUrl.env,
          connectWithinMs: startupDeadlineMs,
          onWarning: (message) => logger.warn(message),
        }),
      (connection) => connection.close(),
    );
    const offline = await component(
      'clickhouse',
      () =>
        openOfflineStore({
          url: configuration.clickhouseUrl,
          database: configuration.clickhouseDatabase,
          cluster: configuration.clickhouseCluster,
          connectDeadlineMs: startupDeadlineMs,
          setting: STREAM_SETTINGS.clickhouseUrl.env,
        }),
      (store) => store.close(),
    );
    await createMetaTables(offline);
    const brokers = configuration.kafkaBrokers;
    const security = readKafkaSecurity(configuration);
    const eventLog = await component(
      'kafka',
      () =>
        connectWithRetry(
          {
            what: 'Kafka',
            setting: STREAM_SETTINGS.kafkaBrokers.env,
            url: brokers.join(','),
            deadlineMs: startupDeadlineMs,
            signal,
            log: logger,
          },
          () => connectEventLog({ brokers, security, clientId: 'forebay-stream', logger }),
        ),
      (log) => log.close(),
    );
    const producer = await component(
      'dead letters',
      () => eventLog.producer(),
      (opened) => opened.close(),
    );
    const outputLog = await component(
      'output topics',
      () => new OutputLog(eventLog),
      (log) => log.close(),
    );
    const member = `${hostname()}.${process.pid}`;
    const wanted = lineageOptions(configuration, instruments, logger);
    const sender =
      wanted &&
      (await component(
        'lineage',
        () => new LineageSender(wanted),
        (opened) => opened.close(LINEAGE_WITHIN_MS),
      ));
    const sources = await component(
      'sources',
      () =>
        new SourceRuntimes({
          redis,
          offline,
          eventLog,
          producer,
          outputLog,
          schemas: openSchemaRegistry(configuration),
          instruments,
          member,
          logger,
          clock: Date.now,
          group: configuration.group,
          flushEveryMs: configuration.flushEveryMs,
          flushEvents: configuration.flushEvents,
          maxStateBytes: configuration.maxStateMegabytes * MEGABYTE,
          maxPairBytes: configuration.maxPairMegabytes * MEGABYTE,
          sessionTimeoutMs: configuration.sessionTimeoutMs,
          maxWaitMs: configuration.maxWaitMs,
          onFatal: fail,
          readings:
            sender === null
              ? undefined
              : new StreamLineage({
                  sender,
                  namespace: configuration.lineageNamespace,
                  places: lineagePlaces(configuration),
                  member,
                  clock: Date.now,
                  onError: (error) => logger.warn({ err: error }, 'a lineage event could not be made'),
                }),
        }),
      (runtimes) => runtimes.stop(),
    );
    await component(
      'eviction watch',
      () =>
        watchEvictions(redis, {
          intervalMs: EVICTION_LOOK_MS,
          onEvicted: (keys) => {
            logger.error(
              `redis evicted ${keys} keys: values are DEGRADED from now on; set maxmemory-policy noeviction, add memory, and run "forebay materialize --all"`,
            );
            sources
              .valuesWereLost()
              .catch((error: unknown) => logger.error({ err: error }, 'the markers could not be removed'));
          },
          onPolicy: (policy) =>
            logger.error(`redis has maxmemory-policy ${policy}: values may vanish; set it to noeviction`),
        }),
      (stop) => stop(),
    );
    await component(
      'registry',
      () =>
        RegistryChannel.open(redis, {
          pollIntervalMs: REGISTRY_POLL_MS,
          onChange: ({ snapshot }) => {
            sources.follow(decodeRegistry(snapshot)).then(() => registryReady.ready(), fail);
          },
          onError: (error) => logger.warn({ err: error }, 'the registry cannot be read; trying again'),
        }),
      (channel) => channel.close(),
    );
    return {};
  },
});
