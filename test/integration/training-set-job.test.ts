/** Training sets that are jobs, on a real ClickHouse and real queues: files, manifest, what is done again, what is refused. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ForebayError } from '@forebay/contract';
import { noObjectStore } from '../support/object-store';
import { uniqueName } from './cli-harness';
import { caught } from './jobs-fixture';
import { useTrainingSetJobs } from './training-set-job-fixture';

const jobs = useTrainingSetJobs(noObjectStore);
const { cli, directory } = jobs;
const bytesOf = (out: string, name: string) => readFileSync(join(out, name)).toString('base64');

test('a job writes files of so many rows each and a manifest, with the values of the command', async () => {
  const [out, alone] = [join(directory, 'first'), join(directory, 'alone.parquet')];
  const made = await cli.json(jobs.command(out, '--statuses'));
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
    ...['training-set', '--service', 'checkout', '--rows', jobs.rows, '--out', alone, '--statuses'],
  ]);
  expect(await jobs.contentOf(files.map((file) => join(out, file)))).toEqual(await jobs.contentOf([alone]));
  const left = await jobs.store.rows(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND name LIKE '\\_forebay\\_training\\_%'`,
  );
  expect(left).toEqual([]);
});

test('a run that fails in the middle goes on with the file that it lacks, and has the same bytes as one that did not', async () => {
  const [whole, torn] = [join(directory, 'whole'), join(directory, 'torn')];
  await cli.json(jobs.command(whole));
  jobs.before = (chunk) => {
    if (chunk === 1) throw new ForebayError('failed_precondition', 'the disk is full');
  };
  const failed = await cli.run(jobs.command(torn));
  expect(failed).toMatchObject({ code: 1, err: expect.stringContaining('the disk is full') });
  const first = statSync(join(torn, 'part-00000.parquet'));
  expect(readdirSync(torn)).not.toContain('_manifest.json');
  writeFileSync(join(torn, 'part-00001.parquet.left-over'), 'half of a file');
  writeFileSync(join(torn, '.part-left-over'), '{');
  jobs.before = () => undefined;
  jobs.begun.length = 0;
  const [job] = await jobs.queue.list(1, ['training_set']);
  await cli.json(['jobs', 'retry', `training_set/${job?.id}`]);
  await jobs.queue.handle('training_set', job?.id as string).finished({ timeoutMs: 30_000 });
  expect(jobs.begun).not.toContain(`${torn} 0`);
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
  expect(await cli.run(jobs.command(taken))).toMatchObject({
    code: 1,
    err: expect.stringMatching(/there is a training set already, of job training_set\/\d+; name another/),
  });
  const add = async (more: object) => {
    const handle = await jobs.queue.add('training_set', {
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
  expect(await add({ out: directory })).toContain('it is not empty ("alone.parquet" is there)');
  expect(await add({ rows_query: '' })).toContain('the training set has no rows');
  expect(await add({ rows_query: "SELECT 'c1' AS customer, 1 AS shop" })).toContain(
    'which column is the instant',
  );
  expect(await add({ feature_service: 'chekout' })).toContain('no feature service "chekout"');
  expect(await add({ from_served_log: true })).toContain('nothing of it was logged');
});
