/** Training sets that are jobs: a real ClickHouse with some history, real queues, and a worker in the test's own process. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type JobHandler, JobQueue, JobWorkers } from '@forebay/jobs';
import type { ObjectStoreOnDemand } from '@forebay/object-store';
import { type OfflineStore, openOfflineStore } from '@forebay/offline-store';
import { connectRedis, type RedisConnection } from '@forebay/online-store';
import { TrainingSetHandler } from '@forebay/service-batch';
import { stageRows } from '@forebay/training-set';
import { type Cli, ordersDefinitions, uniqueName, useCli } from './cli-harness';

export class TrainingSetJobs {
  readonly directory = mkdtempSync(join(tmpdir(), 'forebay-training-'));
  /** Chunks that were begun, by the job's directory. */
  readonly begun: string[] = [];
  /** What happens before one. */
  before: (chunk: number) => void = () => undefined;
  redis!: RedisConnection;
  store!: OfflineStore;
  queue!: JobQueue;
  workers!: JobWorkers;
  rows!: string;

  constructor(readonly cli: Cli) {}

  async start(objects: ObjectStoreOnDemand): Promise<void> {
    const { cli } = this;
    const setting = (name: string) => cli.environment[name] as string;
    this.redis = await connectRedis({
      url: setting('FOREBAY_REDIS_URL'),
      role: 'batch',
      setting: 'REDIS_URL',
    });
    this.store = await openOfflineStore({
      url: setting('FOREBAY_CLICKHOUSE_URL'),
      database: setting('FOREBAY_CLICKHOUSE_DATABASE'),
    });
    const server = { url: setting('FOREBAY_QUEUE_REDIS_URL'), setting: 'FOREBAY_QUEUE_REDIS_URL' };
    this.workers = new JobWorkers({
      server,
      concurrency: 1,
      handlers: { training_set: this.#watched(objects) },
      onError: () => undefined,
    });
    await this.workers.ready();
    this.queue = new JobQueue(server);
    await this.#load();
  }

  #watched(objects: ObjectStoreOnDemand): JobHandler<'training_set'> {
    const handler = new TrainingSetHandler({
      offline: this.store,
      redis: this.redis,
      objects,
      clock: Date.now,
    });
    return {
      plan: (job, context) => handler.plan(job, context),
      chunksOf: (plan) => handler.chunksOf(plan),
      isCurrent: (job, plan) => handler.isCurrent(job, plan),
      runChunk: (job, plan, chunk, context) => {
        this.before(chunk);
        this.begun.push(`${job.out} ${chunk}`);
        return handler.runChunk(job, plan, chunk, context);
      },
      finish: (job, plan) => handler.finish(job, plan),
      failed: () => handler.failed(),
    };
  }

  async #load(): Promise<void> {
    const { cli } = this;
    const definitions = ordersDefinitions({ topic: uniqueName('orders'), withShops: true });
    await cli.json(['apply', cli.file('orders.ts', definitions)]);
    const history = Array.from({ length: 500 }, (_, i) => {
      const time = new Date(Date.UTC(2023, 11, 1) + i * 600_000).toISOString();
      return `${time},c${i % 7},${i % 3},${(i * 0.1).toFixed(2)}`;
    });
    const file = cli.file('history.csv', `time,customer,shop,price\n${history.join('\n')}\n`);
    await cli.json([
      ...['load', '--source', 'orders', '--file', file, '--complete-until', '2024-01-01T00:00:00Z'],
    ]);
    const labels = Array.from({ length: 50 }, (_, i) => {
      const time = new Date(Date.UTC(2023, 11, 4, 12) - i * 3_600_000).toISOString();
      return `${i % 2},c${i % 8},${i % 4},${time}`;
    });
    this.rows = cli.file('labels.csv', `label,customer,shop,timestamp\n${labels.join('\n')}\n`);
  }

  async close(): Promise<void> {
    await this.workers?.close(0);
    await this.queue?.close();
    await this.redis?.close();
    await this.store?.close();
    rmSync(this.directory, { recursive: true });
  }

  /** The arguments of the command. */
  command(out: string, ...more: string[]): string[] {
    return [
      ...['training-set', '--job', '--service', 'checkout', '--rows', this.rows, '--rows-per-file', '20'],
      ...['--out', out, ...more],
    ];
  }

  /** The rows of Parquet files, in their order. */
  async contentOf(files: readonly string[]): Promise<object[]> {
    const all: object[] = [];
    for (const file of files) {
      const staged = await stageRows(this.store, { file, format: 'Parquet' }, uniqueName('read'));
      all.push(...(await this.store.rows<object>(`SELECT * EXCEPT (_forebay_row) FROM (${staged.rowsSql})`)));
      await staged.drop();
    }
    return all;
  }
}

/** @param objects called when servers run */
export function useTrainingSetJobs(objects: () => ObjectStoreOnDemand): TrainingSetJobs {
  // its hook is before the one that stops the servers
  afterAll(() => jobs.close());
  const jobs = new TrainingSetJobs(useCli({ own: ['redis', 'queueRedis'] }));
  beforeAll(() => jobs.start(objects()));
  return jobs;
}
