/** Training sets that are jobs, on a real ClickHouse and real queues: files, manifest, what is done again, what is refused. */
import { createHash } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { ForebayError } from '@forebay/contract';
import { type JobHandler, JobQueue, JobWorkers } from '@forebay/jobs';
import { type OfflineStore, openOfflineStore } from '@forebay/offline-store';
import { connectRedis, type RedisConnection } from '@forebay/online-store';
import { TrainingSetHandler } from '@forebay/service-batch';
import { stageRows } from '@forebay/training-set';
import { ordersDefinitions, uniqueName, useCli } from './cli-harness';
import { caught } from './jobs-fixture';

let redis: RedisConnection;
let store: OfflineStore;
let queue: JobQueue;
let workers: JobWorkers;
const directory = mkdtempSync(join(tmpdir(), 'forebay-training-'));

// before the hook that stops their servers
afterAll(async () => {
  await workers.close(0);
  await queue.close();
  await redis.close();
  await store.close();
  rmSync(directory, { recursive: true });
});
const cli = useCli({ own: ['redis', 'queueRedis'] });
/** Chunks that were begun, by the job's directory; and what happens before one. */
const begun: string[] = [];
let before: (chunk: number) => void = () => undefined;
let rows: string;

beforeAll(async () => {
  const setting = (name: string) => cli.environment[name] as string;
  redis = await connectRedis({ url: setting('FOREBAY_REDIS_URL'), role: 'batch', setting: 'REDIS_URL' });
  store = await openOfflineStore({
    url: setting('FOREBAY_CLICKHOUSE_URL'),
    database: setting('FOREBAY_CLICKHOUSE_DATABASE'),
  });
  const server = { url: setting('FOREBAY_QUEUE_REDIS_URL'), setting: 'FOREBAY_QUEUE_REDIS_URL' };
  const handler = new TrainingSetHandler({ offline: store, redis, clock: Date.now });
  const watched: JobHandler<'training_set'> = {
    plan: (job, context) => handler.plan(job, context),
    chunksOf: (plan) => handler.chunksOf(plan),
    isCurrent: (job, plan) => handler.isCurrent(job, plan),
    runChunk: (job, plan, chunk, context) => {
      before(chunk);
      begun.push(`${job.out} ${chunk}`);
      return handler.runChunk(job, plan, chunk, context);
    },
    finish: (job, plan) => handler.finish(job, plan),
    failed: () => handler.failed(),
  };
  workers = new JobWorkers({
    server,
    concurrency: 1,
    handlers: { training_set: watched },
    onError: () => undefined,
  });
  await workers.ready();
  queue = new JobQueue(server);
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
  rows = cli.file('labels.csv', `label,customer,shop,timestamp\n${labels.join('\n')}\n`);
});

const trainingSet = (out: string, ...more: string[]) => [
  ...['training-set', '--job', '--service', 'checkout', '--rows', rows, '--rows-per-file', '20'],
  ...['--out', out, ...more],
];
const bytesOf = (out: string, name: string) => readFileSync(join(out, name)).toString('base64');

async function contentOf(files: readonly string[]): Promise<object[]> {
  const all: object[] = [];
  for (const file of files) {
    const staged = await stageRows(store, { file, format: 'Parquet' }, uniqueName('read'));
    all.push(...(await store.rows<object>(`SELECT * EXCEPT (_forebay_row) FROM (${staged.rowsSql})`)));
    await staged.drop();
  }
  return all;
}

test('a job writes files of so many rows each and a manifest, with the values of the command', async () => {
  const [out, alone] = [join(directory, 'first'), join(directory, 'alone.parquet')];
  const made = await cli.json(trainingSet(out, '--statuses'));
  expect(made).toMatchObject({ out, rows: 50, files: 3, warnings: [] });
  const files = ['part-00000.parquet', 'part-00001.parquet', 'part-00002.parquet'];
  expect(readdirSync(out).sort()).toEqual(['.run.json', '_manifest.json', ...files]);
  const bytes = readFileSync(join(out, '_manifest.json'));
  expect(made.manifest_sha256).toBe(createHash('sha256').update(bytes).digest('hex'));
  const manifest = JSON.parse(bytes.toString());
  expect(manifest).toMatchObject({
    project: 'shopping',
    feature_service: 'checkout@1',
    rows: { from: 'labels.csv', count: 50 },
    known_as_of: null,
  });
  expect(manifest.files.map(({ rows: count }: { rows: number }) => count)).toEqual([20, 20, 10]);
  for (const { file, sha256 } of manifest.files)
    expect(
      createHash('sha256')
        .update(readFileSync(join(out, file)))
        .digest('hex'),
    ).toBe(sha256);
  const [recent] = manifest.features;
  expect(recent).toMatchObject({ column: 'orders_recent', view: 'by_customer', version: 1, type: 'int64' });
  expect(recent.fingerprint).toMatch(/^[0-9a-f]{32}$/);
  const counts = Object.values(recent.statuses as Record<string, number>);
  expect(counts.reduce((sum, count) => sum + count, 0)).toBe(50);
  await cli.json([
    ...['training-set', '--service', 'checkout', '--rows', rows, '--out', alone, '--statuses'],
  ]);
  expect(await contentOf(files.map((file) => join(out, file)))).toEqual(await contentOf([alone]));
  const left = await store.rows(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE '\\_forebay\\_training\\_%'`,
  );
  expect(left).toEqual([]);
});

test('a run that fails in the middle goes on with the file that it lacks, and has the same bytes as one that did not', async () => {
  const [whole, torn] = [join(directory, 'whole'), join(directory, 'torn')];
  await cli.json(trainingSet(whole));
  before = (chunk) => {
    if (chunk === 1) throw new ForebayError('failed_precondition', 'the disk is full');
  };
  const failed = await cli.run(trainingSet(torn));
  expect(failed).toMatchObject({ code: 1, err: expect.stringContaining('the disk is full') });
  const first = statSync(join(torn, 'part-00000.parquet'));
  expect(readdirSync(torn)).not.toContain('_manifest.json');
  writeFileSync(join(torn, 'part-00001.parquet.left-over'), 'half of a file');
  writeFileSync(join(torn, '.part-left-over'), '{');
  before = () => undefined;
  begun.length = 0;
  const [job] = await queue.list(1, ['training_set']);
  await cli.json(['jobs', 'retry', `training_set/${job?.id}`]);
  await queue.handle('training_set', job?.id as string).finished({ timeoutMs: 30_000 });
  expect(begun).not.toContain(`${torn} 0`);
  expect(statSync(join(torn, 'part-00000.parquet'))).toMatchObject({
    ino: first.ino,
    mtimeMs: first.mtimeMs,
  });
  const names = readdirSync(whole).filter((name) => name !== '.run.json');
  expect(readdirSync(torn).filter((name) => name !== '.run.json')).toEqual(names);
  for (const name of names) expect(bytesOf(torn, name)).toBe(bytesOf(whole, name));
});

test('a directory with something in it, and rows that do not fit, are refused with what to do', async () => {
  const taken = join(directory, 'first');
  expect(await cli.run(trainingSet(taken))).toMatchObject({
    code: 1,
    err: expect.stringMatching(/there is a training set already, of job training_set\/\d+; name another/),
  });
  const add = async (more: object) => {
    const handle = await queue.add('training_set', {
      project: 'shopping',
      feature_service: 'checkout',
      out: join(directory, uniqueName('refused')),
      rows_query: "SELECT 'c1' AS customer, toInt32(1) AS shop, now64(3) AS timestamp",
      ...more,
    });
    return (await caught(handle.finished({ timeoutMs: 30_000 })))?.message;
  };
  expect(await add({})).toBeUndefined();
  expect(await add({ out: 'somewhere' })).toContain('name a directory by its whole path');
  expect(await add({ out: directory })).toContain('the directory is not empty');
  expect(await add({ rows_query: '' })).toContain('the training set has no rows');
  expect(await add({ rows_query: "SELECT 'c1' AS customer, 1 AS shop" })).toContain(
    'which column is the instant',
  );
  expect(await add({ feature_service: 'chekout' })).toContain('no feature service "chekout"');
  expect(await add({ from_served_log: true })).toContain('nothing of it was logged');
});
