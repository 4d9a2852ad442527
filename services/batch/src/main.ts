import { decodeRegistry, type RegistrySnapshot } from '@forebay/definitions';
import { connectEventLog } from '@forebay/event-log';
import { checkQueueServer, JobQueue, JobWorkers } from '@forebay/jobs';
import { ObjectStoreOnDemand } from '@forebay/object-store';
import { createMetaTables, openOfflineStore } from '@forebay/offline-store';
import { connectRedis, RegistryChannel, watchEvictions } from '@forebay/online-store';
import {
  connectWithRetry,
  lineageOptions,
  lineagePlaces,
  readKafkaSecurity,
  runService,
} from '@forebay/service-kit';
import { openBoard } from './board/board-server';
import { boardTerms } from './board/board-settings';
import { topicKeeper } from './erase/topic-keeper';
import { armFaultOf } from './fault-points';
import { jobHandlers } from './handlers';
import { jobLineage, withLineage } from './job-lineage';
import { jobLog } from './job-log';
import { LineageOutbox } from './lineage-outbox';
import { valuesWereLost } from './lost-values';
import { countChecks } from './quality/check-before-run';
import { Schedules } from './schedules';
import { BATCH_SETTINGS } from './settings';
import { topicReader } from './topic-reader';
import { tracedHandlers } from './traced-handlers';
import { tracedStore } from './traced-store';
import { watchQueue } from './watch-queue';
import { RedisWatch } from './watch-redis';

/** For what waits to be sent when the service ends; the rest, another process sends. */
const LINEAGE_WITHIN_MS = 2_000;
const REGISTRY_POLL_MS = 5_000;
const EVICTION_LOOK_MS = 10_000;

void runService({
  name: 'batch',
  environment: process.env,
  settings: BATCH_SETTINGS,
  start: async ({ configuration, logger, instruments, component, signal }) => {
    const { startupDeadlineMs, faultPoint } = configuration;
    if (faultPoint !== undefined) {
      armFaultOf(faultPoint, process.send !== undefined);
      logger.warn(`this process will kill itself at the fault point "${faultPoint}"`);
    }
    const terms = boardTerms(configuration);
    const queueServer = { url: configuration.queueRedisUrl, setting: BATCH_SETTINGS.queueRedisUrl.env };
    const connecting = { deadlineMs: startupDeadlineMs, signal, log: logger };
    const warnings = await connectWithRetry(
      { what: 'the queue Redis', setting: queueServer.setting, url: queueServer.url, ...connecting },
      () => checkQueueServer(queueServer),
    );
    for (const warning of warnings) logger.warn(warning);
    const redis = await component(
      'redis',
      () =>
        connectRedis({
          url: configuration.redisUrl,
          role: 'batch',
          setting: BATCH_SETTINGS.redisUrl.env,
          connectWithinMs: startupDeadlineMs,
          onWarning: (message) => logger.warn(message),
        }),
      (connection) => connection.close(),
    );
    const offline = await component(
      'clickhouse',
      async () =>
        tracedStore(
          await openOfflineStore({
            url: configuration.clickhouseUrl,
            database: configuration.clickhouseDatabase,
            cluster: configuration.clickhouseCluster,
            connectDeadlineMs: startupDeadlineMs,
            setting: BATCH_SETTINGS.clickhouseUrl.env,
          }),
        ),
      (store) => store.close(),
    );
    await createMetaTables(offline);
    const brokers = configuration.kafkaBrokers;
    const security = readKafkaSecurity(configuration);
    const kafka = {
      what: 'Kafka',
      setting: BATCH_SETTINGS.kafkaBrokers.env,
      url: brokers.join(','),
      ...connecting,
    };
    const eventLog = await component(
      'kafka',
      () =>
        connectWithRetry(kafka, () =>
          connectEventLog({ brokers, security, clientId: 'forebay-batch', logger }),
        ),
      (log) => log.close(),
    );
    const queue = await component(
      'queue',
      () => new JobQueue(queueServer),
      (opened) => opened.close(),
    );
    await component(
      'queue watch',
      () => watchQueue(queue, instruments),
      (stop) => stop(),
    );
    const schedules = await component(
      'schedules',
      () =>
        new Schedules(queue, configuration.verifyEveryMs, (error) =>
          logger.warn({ err: error }, 'schedules can not be set; trying again'),
        ),
      (opened) => opened.close(),
    );
    let applied: RegistrySnapshot | null = null;
    const redisWatch = await component(
      'redis watch',
      () =>
        new RedisWatch({
          redis,
          instruments,
          applied: () => applied,
          onError: (error) => logger.debug({ err: error }, 'what views take in redis is not known'),
        }),
      (watch) => watch.close(),
    );
    await component(
      'registry',
      () =>
        RegistryChannel.open(redis, {
          pollIntervalMs: REGISTRY_POLL_MS,
          onChange: (stored) => {
            applied = decodeRegistry(stored.snapshot);
            schedules.apply(applied);
            redisWatch.look();
          },
          onError: (error) => logger.warn({ err: error }, 'the registry cannot be read; trying again'),
        }),
      (channel) => channel.close(),
    );
    await component(
      'eviction watch',
      () =>
        watchEvictions(redis, {
          intervalMs: EVICTION_LOOK_MS,
          onEvicted: (keys) => {
            logger.error(
              `redis evicted ${keys} keys: values of table views and of views on a schedule are DEGRADED until their next runs; set maxmemory-policy noeviction, and add memory`,
            );
            if (applied === null) return;
            valuesWereLost(redis, applied).catch((error: unknown) =>
              logger.error({ err: error }, 'markers of lost values can not be removed'),
            );
          },
          onMemory: (share) => instruments.gauge('forebay_redis_memory_ratio').set({}, share),
          onPolicy: (policy) =>
            logger.error(`redis has maxmemory-policy ${policy}: values may vanish; set it to noeviction`),
        }),
      (stop) => stop(),
    );
    const objects = await component(
      'object store',
      async () => new ObjectStoreOnDemand(configuration),
      (opened) => opened.close(),
    );
    const handlers = jobHandlers({
      offline,
      objects,
      redis,
      queue,
      topics: topicReader(offline, eventLog.admin),
      keeper: topicKeeper(eventLog),
      clock: Date.now,
      onChecked: countChecks(instruments),
      archiveDeadlineMs: configuration.archiveDeadlineMs,
      eventsPerChunk: configuration.eventsPerChunk,
      verifyShare: configuration.verifyShare,
      onUnrecorded: (error) => logger.warn({ err: error }, 'the state of a run could not be recorded'),
    });
    const wanted = lineageOptions(configuration, instruments, logger);
    const sender =
      wanted &&
      (await component(
        'lineage',
        () => new LineageOutbox(queue.outbox('lineage'), wanted),
        (opened) => opened.close(LINEAGE_WITHIN_MS),
      ));
    const lineage =
      sender === null
        ? null
        : jobLineage({
            sender,
            namespace: configuration.lineageNamespace,
            places: lineagePlaces(configuration),
            applied: () => applied,
            clock: Date.now,
            onError: (error) => logger.warn({ err: error }, 'a lineage event could not be made'),
          });
    await component(
      'workers',
      async () => {
        const workers = new JobWorkers({
          server: queueServer,
          concurrency: configuration.concurrency,
          handlers: tracedHandlers(handlers),
          ...withLineage(jobLog(instruments, logger), lineage),
        });
        await workers.ready();
        return workers;
      },
      (workers) => workers.close(configuration.shutdownGraceMs / 2),
    );
    if (terms === null) return {};
    const board = await component(
      'board',
      () => openBoard({ ...terms, queue, logger, instruments, clock: Date.now }),
      (opened) => opened.close(),
    );
    return { board: board.port };
  },
});
