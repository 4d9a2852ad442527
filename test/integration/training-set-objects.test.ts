/** Training sets in a real object store: the same bytes as in a directory, nothing torn, nothing left behind, and what is refused. */
import { spawn } from 'node:child_process';
import { createHash, randomBytes } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import {
  CreateMultipartUploadCommand,
  HeadObjectCommand,
  PutObjectCommand,
  UploadPartCommand,
} from '@aws-sdk/client-s3';
import { ForebayError } from '@forebay/contract';
import { ObjectStoreOnDemand, parseObjectAddress } from '@forebay/object-store';
import { BUCKET, useObjectStore } from '../support/object-store';
import { waitFor } from '../support/wait-for';
import { uniqueName } from './cli-harness';
import { caught } from './jobs-fixture';
import { useTrainingSetJobs } from './training-set-job-fixture';

const MIB = 1 << 20;

const objects = useObjectStore();
const jobs = useTrainingSetJobs(openStore);
const { cli } = jobs;
/** What is made in a directory, to compare with. */
const out = join(jobs.directory, 'files');

/** The SDK finds its keys in the environment, also those of commands. */
function openStore(): ObjectStoreOnDemand {
  Object.assign(process.env, objects.store.server.environment());
  return new ObjectStoreOnDemand({
    s3Endpoint: objects.store.server.url,
    s3Region: undefined,
    s3PathStyle: undefined,
  });
}

const environment = () => objects.store.server.environment();

/** Files of a directory that a job has made, as objects are compared with. */
function filesOf(out: string): Map<string, string> {
  return new Map(
    readdirSync(out)
      .sort()
      .map((name) => [name, readFileSync(join(out, name)).toString('base64')]),
  );
}

function withoutRun(files: ReadonlyMap<string, string>): [string, string][] {
  return [...files].filter(([name]) => name !== '.run.json').sort();
}

test('a job writes the objects that would be files of a directory, byte for byte', async () => {
  const [inDirectory, made] = await Promise.all([
    cli.json(jobs.command(out)),
    cli.json(jobs.command(`${objects.store.address('sets/first')}/`)),
  ]);
  expect(made).toMatchObject({ out: objects.store.address('sets/first'), rows: 50, files: 3 });
  expect(made.manifest_sha256).toBe(inDirectory.manifest_sha256);
  const contents = await objects.store.contents('sets/first');
  expect([...contents.keys()].sort()).toEqual([
    ...['.run.json', '_manifest.json', 'part-00000.parquet', 'part-00001.parquet', 'part-00002.parquet'],
  ]);
  expect(withoutRun(contents)).toEqual(withoutRun(filesOf(out)));
  const manifest = Buffer.from(contents.get('_manifest.json') as string, 'base64');
  for (const { file, bytes, sha256 } of JSON.parse(manifest.toString()).files) {
    const content = Buffer.from(contents.get(file) as string, 'base64');
    expect({ bytes: content.length, sha256: sha256Of(content) }).toEqual({ bytes, sha256 });
  }
  const { url, keys } = objects.store.server;
  const glob = `${url}/${BUCKET}/sets/first/part-*.parquet`;
  const read = await jobs.store.rows<{ customer: string }>(
    `SELECT * FROM s3('${glob}', '${keys.reader.accessKeyId}', '${keys.reader.secretAccessKey}', 'Parquet') ORDER BY _file SETTINGS max_threads = 1`,
  );
  const files = readdirSync(out).filter((name) => name.endsWith('.parquet'));
  expect(read.map(textOf)).toEqual((await jobs.contentOf(files.map((name) => join(out, name)))).map(textOf));
});

const sha256Of = (bytes: Buffer) => createHash('sha256').update(bytes).digest('hex');
const textOf = (row: object) => JSON.stringify(row);

test('a run that fails in the middle goes on with the objects that it lacks, and leaves no upload behind', async () => {
  const { client } = objects.store;
  jobs.before = (chunk) => {
    if (chunk === 1) throw new ForebayError('failed_precondition', 'the bucket is full');
  };
  const torn = objects.store.address('sets/torn');
  const failed = await cli.run(jobs.command(torn));
  expect(failed).toMatchObject({ code: 1, err: expect.stringContaining('the bucket is full') });
  const first = { Bucket: BUCKET, Key: 'sets/torn/part-00000.parquet' };
  const before = await client.send(new HeadObjectCommand(first));
  expect((await objects.store.contents('sets/torn')).has('_manifest.json')).toBe(false);
  const left = { Bucket: BUCKET, Key: 'sets/torn/part-00001.parquet' };
  const { UploadId } = await client.send(new CreateMultipartUploadCommand(left));
  await client.send(new UploadPartCommand({ ...left, UploadId, PartNumber: 1, Body: randomBytes(5 * MIB) }));
  expect(await objects.store.unfinished()).toEqual([left.Key]);
  jobs.before = () => undefined;
  jobs.begun.length = 0;
  const [job] = await jobs.queue.list(1, ['training_set']);
  const again = { kind: 'training_set', id: job?.id as string } as const;
  await jobs.queue.retry(again, 'test');
  await jobs.queue.handle('training_set', again.id).finished({ timeoutMs: 30_000 });
  expect(jobs.begun).not.toContain(`${torn} 0`);
  expect((await client.send(new HeadObjectCommand(first))).LastModified).toEqual(before.LastModified);
  expect(await objects.store.unfinished()).toEqual([]);
  expect(withoutRun(await objects.store.contents('sets/torn'))).toEqual(withoutRun(filesOf(out)));
});

test('prefixes with something in them, buckets that there are not, and addresses that are none are refused', async () => {
  const add = async (out: string) => {
    const handle = await jobs.queue.add('training_set', {
      project: 'shopping',
      feature_service: 'checkout',
      out,
      rows_query: "SELECT 'c1' AS customer, toInt32(1) AS shop, now64(3) AS timestamp",
    });
    return (await caught(handle.finished({ timeoutMs: 30_000 })))?.message;
  };
  expect(await add(objects.store.address('sets/first'))).toMatch(
    /there is a training set already, of job training_set\/\d+; name another place/,
  );
  const foreign = new PutObjectCommand({ Bucket: BUCKET, Key: 'taken/by/notes.txt', Body: 'notes' });
  await objects.store.client.send(foreign);
  expect(await add(objects.store.address('taken'))).toContain('it is not empty ("by/" is there)');
  expect(await add('s3://no-such-bucket/sets')).toContain(
    `there is no bucket "no-such-bucket" at ${objects.store.server.url}: make it, or name another one`,
  );
  expect(await add(`s3://${BUCKET}`)).toContain('it names a whole bucket');
  expect(await add('gs://bucket/sets')).toContain('it has to begin with s3://');
});

test('the command writes one object, and says what is missing without its secrets', async () => {
  const command = (out: string) => [
    ...['training-set', '--service', 'checkout', '--rows', jobs.rows, '--out', out],
  ];
  const [object, file] = [objects.store.address('one/set.ndjson'), join(jobs.directory, 'set.ndjson')];
  const { reader } = objects.store.server.keys;
  const asReader = {
    ...environment(),
    AWS_ACCESS_KEY_ID: reader.accessKeyId,
    AWS_SECRET_ACCESS_KEY: reader.secretAccessKey,
  };
  const asNobody = { ...asReader, AWS_SECRET_ACCESS_KEY: 'not-the-secret' };
  const [made, , refused, unknown] = await Promise.all([
    cli.run([...command(object), '--json'], { environment: environment() }),
    cli.json(command(file)),
    cli.run(command(objects.store.address('one/refused.ndjson')), { environment: asReader }),
    cli.run(command(objects.store.address('one/unknown.ndjson')), { environment: asNobody }),
  ]);
  const content = readFileSync(file);
  expect(JSON.parse(made.out)).toMatchObject({ file: object, format: 'NDJSON', bytes: content.length });
  const contents = await objects.store.contents('one');
  expect([...contents]).toEqual([['set.ndjson', content.toString('base64')]]);
  expect(refused).toMatchObject({
    code: 1,
    err: expect.stringContaining('the credentials need s3:PutObject'),
  });
  expect(unknown.err).toContain('the store does not accept the credentials');
  for (const ended of [refused, unknown])
    expect(`${ended.out}${ended.err}`).not.toMatch(new RegExp(`${reader.secretAccessKey}|not-the-secret`));
});

test('an object of many parts is there whole or not at all, and the older one stays until then', async () => {
  const store = await openStore().open();
  const address = parseObjectAddress(objects.store.address(uniqueName('large/object')));
  const chunk = randomBytes(MIB + 7);
  async function* chunks(count: number, then: () => void = () => undefined): AsyncGenerator<Buffer> {
    for (let i = 0; i < count; i++) yield chunk;
    then();
  }
  await store.upload(address, chunks(21));
  const whole = await store.find(address);
  expect(whole?.bytes).toBe(21 * chunk.length);
  const failing = chunks(30, () => {
    throw new TypeError('the source ends too early');
  });
  await expect(store.upload(address, failing)).rejects.toThrow(TypeError);
  const abort = new AbortController();
  const aborting = chunks(30, () => abort.abort(new Error('enough')));
  await expect(store.upload(address, aborting, abort.signal)).rejects.toThrow('enough');
  expect(await store.find(address)).toEqual(whole);
  expect(await objects.store.unfinished()).toEqual([]);
  await store.close();
});

test('of an object whose writer is killed nothing is there, and its upload is given up by the next one', async () => {
  const address = parseObjectAddress(objects.store.address(uniqueName('killed/object')));
  const script = `const { openObjectStore } = require('@forebay/object-store');
    async function* endless() { for (;;) yield Buffer.alloc(1 << 20); }
    openObjectStore({ s3Endpoint: process.env.FOREBAY_S3_ENDPOINT })
      .then((store) => store.upload(${JSON.stringify(address)}, endless()));`;
  const env = { ...process.env, ...environment() };
  const writer = spawn(process.execPath, ['-e', script], { env, stdio: 'inherit' });
  const ended = new Promise((resolve) => writer.once('exit', (_, signal) => resolve(signal)));
  try {
    await waitFor(async () => (await objects.store.unfinished()).includes(address.key), {
      deadlineMs: 20_000,
      message: 'the writer has begun its upload',
    });
  } finally {
    writer.kill('SIGKILL');
  }
  expect(await ended).toBe('SIGKILL');
  const store = await openStore().open();
  expect(await store.find(address)).toBeNull();
  await store.giveUpUploads({ ...address, key: 'killed' });
  expect(await objects.store.unfinished()).toEqual([]);
  await store.close();
});
