/** An entity is erased from everywhere and does not come back; a version of a view is retired, and the others are served as ever. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { applyProject, EXIT, main } from '@forebay/cli';
import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { type AggregationView, compileProject } from '@forebay/definitions';
import { replayRecord } from '@forebay/event-log';
import { checkpointKey } from '@forebay/online-store';
import { Installation } from '../support/installation';
import { useObjectStore } from '../support/object-store';
import { HISTORY_ENDS_MS, type Payment, paymentsProject, randomPayments } from '../support/payments';
import { printedRandom } from '../support/seed';
import type { Service } from '../support/service';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';

const BUCKET = 0;
const VICTIM = 'erase-me.7f3a';
/** As it stands in keys. */
const ENCODED = 'erase-me%2E7f3a';
const SERIES = { series: { every: '1s', features: ['payments_1h'], maxEntities: 100 } };

let installation: Installation;
let stream: Service;
const directory = mkdtempSync(join(tmpdir(), 'forebay-erase-'));
afterAll(async () => {
  await installation?.close();
  rmSync(directory, { recursive: true });
});
const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const objects = useObjectStore();
const random = printedRandom('erase');

const byAccount = (version = 1) => installation.view('by_account', version);
const byCard = () => installation.view('by_card');
const redis = () => installation.servers.redis();

function victims(n: number, fromMs: number, toMs: number): Payment[] {
  return randomPayments(random, n, fromMs, toMs).map((payment) => ({ ...payment, account: VICTIM, card: 1 }));
}

async function forebay(...args: readonly string[]) {
  let [out, err] = ['', ''];
  async function* nothing() {}
  const code = await main(['node', 'forebay', ...args, '--json'], installation.environment, {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
    input: nothing(),
  });
  return { code, out, err, json: () => JSON.parse(out) };
}

async function done(...args: readonly string[]) {
  const ended = await forebay(...args);
  if (ended.code !== EXIT.ok)
    throw new Error(`${ended.out}${ended.err}\n${installation.services.map(({ log }) => log).join('\n')}`);
  return ended.json();
}

const startStream = () => installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms' });

const startBatch = () => installation.start('batch', objects.store.server.environment());

/** Who asks for the entity after it was erased is logged with its name. */
let askedFromMs = Number.MAX_SAFE_INTEGER;

/** Rows of every table of the installation that have the text anywhere. */
async function rowsWith(text: string): Promise<string[]> {
  const tables = await installation.sql(
    `SELECT name FROM system.tables WHERE database = '${installation.database}' AND engine LIKE '%MergeTree'`,
  );
  const found: string[] = [];
  for (const table of tables.split('\n')) {
    const before =
      table === '_forebay_served_vectors' ? `AND toUnixTimestamp64Milli(as_of) < ${askedFromMs}` : '';
    const rows = await installation.sql(
      `SELECT count() FROM ${table} WHERE position(toString(tuple(*)), '${text}') > 0 ${before}`,
    );
    if (rows !== '0') found.push(`${table}: ${rows}`);
  }
  return found;
}

async function statusesOf(view: AggregationView): Promise<Set<string>> {
  const key = view.entity === 'card' ? { account: VICTIM, card: 1 } : { account: VICTIM };
  const { statuses } = await installation.values(view, key);
  return new Set(Object.values(statuses) as string[]);
}

/** What is under keys of the entity in Redis: its name, and in values nothing. */
async function storedParts(): Promise<Buffer[]> {
  const { client } = await redis();
  const keys = await client.keys(`*${ENCODED}*`);
  return Promise.all(keys.map(async (key) => (await client.getBuffer(key)) as Buffer));
}

async function isGone(): Promise<void> {
  for (const view of [byAccount(), byAccount(2), byCard()])
    expect({ view: view.name, statuses: await statusesOf(view) }).toEqual({
      view: view.name,
      statuses: new Set(['NOT_FOUND']),
    });
  expect(await rowsWith(VICTIM)).toEqual([]);
  expect(await rowsWith(ENCODED)).toEqual([]);
}

test('an erased entity is nowhere, and comes back by nothing but new events', async () => {
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  const { redisUrl, queueRedisUrl } = own.stack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    paymentsProject({
      topic: uniqueName('payments'),
      withSecondVersion: true,
      outputs: { byAccount: SERIES as never },
    }),
  );
  const log = {
    FOREBAY_SERVING_LOG_CLICKHOUSE_URL: clickhouseUrl,
    FOREBAY_SERVING_LOG_SHARE: '1',
    FOREBAY_SERVING_LOG_FLUSH_EVERY: '100ms',
  };
  await Promise.all([installation.start('serving', log), startBatch()]);
  const endsMs = Math.floor((Date.now() - HISTORY_ENDS_MS) / MINUTE_MS) * MINUTE_MS;
  const history = victims(20, endsMs - HOUR_MS, endsMs);
  await installation.load(randomPayments(random, 200, endsMs - HOUR_MS, endsMs), endsMs);
  await installation.loadInto(installation.source, history, endsMs);
  const recent = () => [Date.now() - 5 * MINUTE_MS, Date.now()] as const;
  await installation.send(randomPayments(random, 300, ...recent()));
  const old = victims(30, ...recent());
  const positions = await installation.sendUncounted(old);
  stream = await startStream();
  for (const version of [1, 2]) await installation.materialize('by_account', version);
  await installation.settled();
  for (const view of [byAccount(), byAccount(2), byCard()])
    expect(await statusesOf(view)).not.toContain('NOT_FOUND');
  await installation.sql(
    `INSERT INTO _forebay_predictions (received_at, project, request_id, row, keys, predicted_at, prediction_number)
     VALUES (now64(3), 'payments', 'r1', 0, map('account', '${VICTIM}'), now64(3), 0.5)`,
  );
  const queue = await installation.servers.queue();
  const sets = [join(directory, 'set'), objects.store.address('set')];
  for (const out of sets) {
    const set = await queue.add('training_set', {
      project: 'payments',
      out,
      feature_service: 'accounts@1',
      rows_query: `SELECT account, now() AS timestamp FROM payments WHERE isNotNull(account) LIMIT 1 BY account`,
      requested_by: 'test',
    });
    await set.finished({ timeoutMs: 60_000 });
  }
  await waitFor(async () => (await rowsWith(VICTIM)).length >= 3 && (await rowsWith(ENCODED)).length >= 1, {
    deadlineMs: 30_000,
    message: 'the entity is in the archive, in what was served, and in the series',
  });

  const erase = ['erase', 'account', '--key', `account=${VICTIM}`, '--reason', 'asked for it'];
  expect((await forebay(...erase)).code).toBe(EXIT.refused);
  expect(await statusesOf(byAccount())).not.toContain('NOT_FOUND');
  const report = await done(...erase, '--yes');
  askedFromMs = report.erased_at_ms + 1;
  const place = (name: string) =>
    report.places.find((each: { place: string }) => each.place.endsWith(name)) ?? name;
  expect(place('payments')).toMatchObject({ found: history.length + old.length, left: 0 });
  for (const name of [
    '_forebay_served_vectors',
    '_forebay_feature_samples',
    'by_account@1',
    'by_account@2',
    'by_card@1',
  ]) {
    expect(place(name)).toMatchObject({ left: 0 });
    expect(place(name).found).toBeGreaterThan(0);
  }
  expect(place('_forebay_predictions')).toMatchObject({ found: 1, left: 0 });
  for (const set of sets)
    expect(place(`${set}/part-00000.parquet`)).toMatchObject({ store: 'file', found: 1, left: 1 });
  const held = report.topics.filter((each: { topic: string }) => each.topic === installation.source.topic);
  expect(held.reduce((sum: number, { records }: { records: number }) => sum + records, 0)).toBe(old.length);
  expect(held[0].until_ms).toBeGreaterThan(Date.now());
  await isGone();
  for (const bytes of await storedParts()) expect(bytes.includes('Lima') || bytes.length > 200).toBe(false);
  await installation.settled();

  // a dead letter of before that comes again
  const [first] = positions;
  await (await installation.producer()).send([
    replayRecord(
      { key: Buffer.from(VICTIM), value: Buffer.from(JSON.stringify(old[0])), headers: {} },
      {
        topic: installation.source.topic,
        partition: first?.partition ?? 0,
        offset: first?.offset ?? 0,
        timestampMs: Date.now() - MINUTE_MS,
        attempt: 1,
      } as never,
      { topic: installation.source.topic, partitions: 2 },
    ),
  ]);
  // everything is read again from the beginning: into values, and into the archive
  await stream.terminate();
  await installation.sql('TRUNCATE TABLE _forebay_archive_offsets');
  const connection = await redis();
  await connection.client.del(checkpointKey(BUCKET, installation.source.id));
  stream = await startStream();
  await installation.reached(await installation.topicSize());
  await done('rebuild', '--all');
  await isGone();
  // history that is loaded again
  await installation.loadInto(installation.source, history, endsMs);
  for (const version of [1, 2]) await installation.materialize('by_account', version);
  await done('rebuild', 'by_account', '--key', `account=${VICTIM}`);
  await isGone();
  await installation.settled();

  const [fresh] = victims(1, Date.now() - 1_000, Date.now());
  await installation.sendUncounted([fresh as Payment]);
  await waitFor(async () => !(await statusesOf(byAccount())).has('NOT_FOUND'), {
    deadlineMs: 20_000,
    message: 'a new event makes a new entity',
  });
  const { values } = await installation.values(byAccount(), { account: VICTIM });
  expect(values).toMatchObject({ payments_ever: 1, payments_1h: 1 });
}, 180_000);

test('a version that is retired is gone, and the others are served as ever', async () => {
  expect((await forebay('retire', 'by_account@1', '--yes')).err).toContain(
    'is used by \\"feature service accounts@1\\"',
  );
  const { servers } = installation;
  const declared = compileProject(installation.declaration);
  const services = declared.featureServices.filter(
    ({ name, version }) => name !== 'accounts' || version !== 1,
  );
  await applyProject(
    servers,
    { ...declared, featureServices: services },
    {
      appliedBy: 'test',
      allowDestructive: true,
      clock: Date.now,
    },
  );
  const { id } = byAccount(1);
  const keysOf = async () => (await redis()).client.keys(`[fmr]:{0}${id}.*`);
  expect((await keysOf()).length).toBeGreaterThan(10);
  const retired = await done('retire', 'by_account@1', '--yes');
  expect(retired.bytes_freed).toBeGreaterThan(1_000);
  expect(await keysOf()).toEqual([]);
  expect(
    await installation.sql(
      "SELECT count() FROM _forebay_feature_samples WHERE view = 'by_account' AND version = 1",
    ),
  ).toBe('0');
  await installation.send(randomPayments(random, 50, Date.now() - MINUTE_MS, Date.now()));
  await installation.settled([byAccount(2), byCard()]);
  expect(await keysOf()).toEqual([]);
  await expect(installation.apply(installation.declaration)).rejects.toThrow(
    '"by_account@1": it was retired at',
  );
}, 120_000);
