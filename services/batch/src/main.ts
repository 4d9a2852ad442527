import { decodeRegistry, findProject, findView, type RegistrySnapshot, sourceOf } from '@forebay/definitions';
import { ForebayError } from '@forebay/contract';
import { connectEventLog } from '@forebay/event-log';
import { checkQueueServer, MaterializeQueue, MaterializeWorker } from '@forebay/jobs';
import { createMetaTables, openOfflineStore } from '@forebay/offline-store';
import { connectRedis, RegistryChannel } from '@forebay/online-store';
import { connectWithRetry, runService } from '@forebay/service-kit';
import { MaterializeJobs } from './materialize-jobs';
import { applySchedules } from './schedules';
import { BATCH_SETTINGS } from './settings';

const REGISTRY_POLL_MS = 5_000;

void runService({
  name: 'batch',
  environment: process.env,
  settings: BATCH_SETTINGS,
  start: async ({ configuration, logger, instruments, component, fail, signal }) => {
    const { startupDeadlineMs } = configuration;
    const queueServer = { url: configuration.queueRedisUrl, setting: BATCH_SETTINGS.queueRedisUrl.env };
    const warnings = await connectWithRetry(
      { what: 'the queue Redis', setting: queueServer.setting, url: queueServer.url, deadlineMs: startupDeadlineMs, signal, log: logger },
      () => checkQueueServer(queueServer),
    );
    for (const warning of warnings) logger.warn(warning);
    const redis = await component(
      'redis',
      () => connectRedis({ url: configuration.redisUrl, role: 'batch', setting: BATCH_SETTINGS.redisUrl.env, connectWithinMs: startupDeadlineMs, onWarning: (message) => logger.warn(message) }),
      (connection) => connection.close(),
    );
    const offline = await component(
      'clickhouse',
      () => openOfflineStore({ url: configuration.clickhouseUrl, database: configuration.clickhouseDatabase, connectDeadlineMs: startupDeadlineMs, setting: BATCH_SETTINGS.clickhouseUrl.env }),
      (store) => store.close(),
    );
    await createMetaTables(offline);
    const eventLog = await component(
      'kafka',
      () =>
        connectWithRetry(
          { what: 'Kafka', setting: BATCH_SETTINGS.kafkaBrokers.env, url: configuration.kafkaBrokers.join(','), deadlineMs: startupDeadlineMs, signal, log: logger },
          () => connectEventLog({ brokers: configuration.kafkaBrokers, clientId: 'forebay-batch', logger }),
        ),
      (log) => log.close(),
    );
    const queue = await component(
      'queue',
      () => new MaterializeQueue(queueServer),
      (opened) => opened.close(),
    );
    let snapshot: RegistrySnapshot | null = null;
    await component(
      'registry',
      () =>
        RegistryChannel.open(redis, {
          pollIntervalMs: REGISTRY_POLL_MS,
          onChange: (stored) => {
            snapshot = decodeRegistry(stored.snapshot);
            applySchedules(queue, snapshot).catch(fail);
          },
          onError: (error) => logger.warn({ err: error }, 'the registry cannot be read; trying again'),
        }),
      (channel) => channel.close(),
    );
    const jobs = new MaterializeJobs({
      dependencies: { offline, redis, topics: eventLog.admin, clock: Date.now, archiveDeadlineMs: configuration.archiveDeadlineMs },
      resolve: (project, view, version) => resolveView(snapshot, project, view, version),
      instruments,
      logger,
    });
    await component(
      'materialize worker',
      async () => {
        const worker = new MaterializeWorker({ server: queueServer, concurrency: configuration.concurrency, run: (job, report, aborted) => jobs.run(job, report, aborted), onError: (error) => logger.warn({ err: error }, 'queue') });
        await worker.ready();
        return worker;
      },
      (worker) => worker.close(configuration.shutdownGraceMs / 2),
    );
    return {};
  },
});

function resolveView(snapshot: RegistrySnapshot | null, projectName: string, viewName: string, version: number) {
  const project = findProject(snapshot, projectName);
  const view = project === undefined ? undefined : findView(project, viewName, version);
  if (project === undefined || view === undefined) throw new ForebayError('not_found', `view "${projectName}.${viewName}@${version}" is not in the registry; run "forebay apply", or "forebay status" to see what is`);
  return { view, source: sourceOf(project, view) };
}
