/** Values that Redis lost are made anew, by themselves or by `forebay rebuild`; afterwards each is what a plain recomputation gives. */
import { EXIT, main } from '@forebay/cli';
import type { AggregationView } from '@forebay/definitions';
import { checkpointKey, readCheckpoint, streamMarkerKey } from '@forebay/online-store';
import { archiveFacts, Installation } from '../support/installation';
import {
  HISTORY_ENDS_MS,
  LATENESS_MS,
  type Payment,
  paymentsProject,
  randomPayments,
} from '../support/payments';
import { printedRandom } from '../support/seed';
import { Service } from '../support/service';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';
import { describeWrong, type Wrong } from '../support/truth';

const MINUTE_MS = 60_000;
const BUCKET = 0;
const EVENTS = 8_000;

let installation: Installation;
afterEach(() => installation.close());

const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const random = printedRandom('rebuild');

function payments(n: number): Payment[] {
  const now = Date.now();
  return randomPayments(random, n, now - LATENESS_MS + 4 * MINUTE_MS, now);
}

const topic = () => installation.source.topic;
const byCard = () => installation.view('by_card');
const byAccount = () => installation.view('by_account');
const redis = () => installation.servers.redis();
const admin = async () => (await installation.servers.eventLog()).admin;
const stream = () => installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms' });

/** Applied, with history and `EVENTS` events in the topic, serving running, and nobody reading yet. */
async function begin(): Promise<void> {
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  const { redisUrl, queueRedisUrl } = own.stack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    paymentsProject({ topic: uniqueName('payments') }),
  );
  await Promise.all([installation.start('serving'), installation.send(payments(EVENTS))]);
}

/** The view by account is exact, too. */
async function withBatch(): Promise<void> {
  await installation.start('batch');
  const endsMs = Math.floor((Date.now() - HISTORY_ENDS_MS) / MINUTE_MS) * MINUTE_MS;
  await installation.load(randomPayments(random, 500, endsMs - 60 * MINUTE_MS, endsMs), endsMs);
  await stream();
  await installation.materialize('by_account');
  await installation.settled();
}

async function rebuild(...args: readonly string[]) {
  let [out, err] = ['', ''];
  async function* nothing() {}
  const code = await main(['node', 'forebay', 'rebuild', ...args, '--json'], installation.environment, {
    out: { write: (text: string) => (out += text) },
    err: { write: (text: string) => (err += text) },
    input: nothing(),
  });
  if (code !== EXIT.ok) throw new Error(`${err}\n${installation.services.map(({ log }) => log).join('\n')}`);
  return JSON.parse(out);
}

/** The archive has each record that was sent once. */
async function archived(records: number): Promise<void> {
  await waitFor(async () => (await archiveFacts(installation)).final === records, {
    deadlineMs: 30_000,
    message: `the archive has ${records} events`,
  });
}

async function forget(viewId: number): Promise<void> {
  const { client } = await redis();
  const keys = await client.keys(`f:{${BUCKET}}${viewId}.*`);
  expect(keys.length).toBeGreaterThan(0);
  await client.del(keys);
}

/** Reads the view again and again until it is told to end: `isFault` of what is not right. */
function watch(view: () => AggregationView, isFault: (wrong: Wrong) => boolean) {
  const state = { on: true, reads: 0 };
  const watching = (async () => {
    for (; state.on; state.reads++)
      expect(describeWrong((await installation.wrong(view())).filter(isFault))).toMatch(/^0 /);
  })();
  watching.catch(() => undefined);
  return async () => {
    state.on = false;
    await watching;
    expect(state.reads).toBeGreaterThan(0);
  };
}

/** While nothing is on its way: what is called exact is right. */
const isCalledExact = ({ status }: Wrong) => status !== 'DEGRADED';
/** While events come, which are not there at once. A sum beyond 2^53 is DEGRADED anyhow. */
const isDegraded = ({ status, feature }: Wrong) => status === 'DEGRADED' && feature !== 'units_2d';

/** Kafka deletes the first `share` of what each partition has. */
async function deleteRecords(share = 1): Promise<void> {
  const held = await (await admin()).watermarks(topic());
  const before = [...held].map(([partition, { low, high }]) => ({
    partition,
    offset: low + Math.floor((high - low) * share),
  }));
  await (await admin()).deleteRecords(topic(), before);
}

test('one view is made anew beside the others, which stay exact, while events come', async () => {
  await begin();
  await withBatch();
  const others = watch(byAccount, isDegraded);
  await forget(byCard().id);
  const sending = (async () => {
    for (let i = 0; i < 10; i++) await installation.send(payments(200));
  })();
  const { streams } = await rebuild('by_card');
  await sending;
  expect(streams).toMatchObject([{ view: 'by_card@1' }]);
  await installation.settled();
  await others();
  await archived(EVENTS + 2_000);
});

test('one entity is made anew from the archive, be its values lost or damaged, while events come', async () => {
  await begin();
  await withBatch();
  const { client } = await redis();
  const keysOf = (account: unknown, part: string) => `f:{${BUCKET}}${byAccount().id}.${part}.${account}`;
  const stored = await client.keys(keysOf('*', 'b'));
  // with events in history; names that are written in keys as they are
  const [first, second] = installation.truth
    .keys(installation.project, byAccount())
    .filter(({ account }) => stored.includes(keysOf(account, 'b')) && /^account-\d+$/.test(String(account)));
  const ofEntity = (key: object) =>
    Object.entries(key).flatMap(([name, value]) => ['--key', `${name}=${value}`]);

  for (const part of ['s', 'o', 'z', 'i']) await client.del(keysOf(first?.account, part));
  await installation.send(payments(300));
  const lost = await installation.wrong(byAccount());
  expect(lost.length).toBeGreaterThan(0);
  const { entities, job } = await rebuild('by_account', ...ofEntity(first as object));
  expect(entities).toEqual([{ view: 'by_account@1', values: 2 }]);
  await installation.settled();

  // a value that cannot be read is DEGRADED, and the stream service waits with the events of its partition
  const damaged = keysOf(second?.account, 's');
  await installation.send(
    [...payments(20)].map((payment) => ({ ...payment, account: String(second?.account) })),
  );
  await installation.settled();
  const size = await client.strlen(damaged);
  expect(size).toBeGreaterThan(24);
  await client.setrange(damaged, size - 1, Buffer.from([250]));
  const batch = keysOf(second?.account, 'b');
  // its cut and clock, too, by which a run tells what it may replace
  await client.setrange(batch, 8, Buffer.alloc(16, 0x7f));
  await client.setrange(batch, (await client.strlen(batch)) - 3, Buffer.from([1, 2, 3]));
  const { statuses } = await installation.values(byAccount(), second as never);
  expect(Object.values(statuses)).toContain('DEGRADED');
  await installation.send(payments(300));
  await rebuild('by_account', ...ofEntity(second as object));
  await installation.settled();

  await expect(rebuild('by_account', '--key', 'card=1')).rejects.toThrow('whose join keys are account');
  await expect(rebuild('by_card', '--key', 'account=a', '--key', 'card=x')).rejects.toThrow('is an integer');
  const queue = await installation.servers.queue();
  expect(await queue.show(await queue.find(job))).toMatchObject({
    state: 'completed',
    view: expect.stringContaining('by_account@1'),
  });
});

test('what Kafka has deleted since is taken from the archive', async () => {
  await begin();
  await stream();
  await installation.settled([byCard()]);
  await archived(EVENTS);
  await deleteRecords(0.6);
  await forget(byCard().id);
  await rebuild('by_card', '--no-wait');
  const exact = watch(byCard, isCalledExact);
  await rebuild('by_card');
  await installation.settled([byCard()]);
  await exact();
});

test('the whole of Redis is empty: everything is there again after one command', async () => {
  await begin();
  await withBatch();
  await (await redis()).client.flushall();
  const exact = watch(byAccount, isCalledExact);
  const { streams, batches } = await rebuild('--all');
  expect(streams).toHaveLength(2);
  expect(batches).toMatchObject([{ view: 'by_account@1', state: 'done' }]);
  await installation.settled();
  await exact();
  await installation.send(payments(500));
  await installation.settled();
  await archived(EVENTS + 500);
});

test('a job of a program does the same: values are DEGRADED until both kinds are there, and the time is measured', async () => {
  await begin();
  await withBatch();
  await forget(byCard().id);
  await forget(byAccount().id);
  const queue = await installation.servers.queue();
  const views = ['by_card', 'by_account'].map((view) => ({ view, version: 1 }));
  const job = await queue.add('rebuild', { project: installation.project.name, views, requested_by: 'test' });
  await waitFor(async () => (await queue.show(job)).progress.chunks > 0, {
    deadlineMs: 30_000,
    message: 'the rebuild is asked for',
  });
  const exact = watch(byAccount, isCalledExact);
  const { streams, batches, duration_ms: durationMs } = await job.finished({ timeoutMs: 60_000 });
  expect(streams.map(({ view }) => view)).toEqual(['by_card@1', 'by_account@1']);
  expect(batches).toMatchObject([{ view: 'by_account@1', result: { values_older: 0 } }]);
  expect(batches[0]?.result?.values_written).toBeGreaterThan(0);
  expect(durationMs).toBeGreaterThan(0);
  await installation.settled();
  await exact();
  const jobs = await queue.list(10);
  expect(jobs.filter(({ kind }) => kind === 'materialize')[0]).toMatchObject({
    id: `rebuild.${job.id}.2`,
    state: 'completed',
    requestedBy: 'test',
  });
  expect(await queue.show(job)).toMatchObject({ state: 'completed', progress: { chunksDone: 3, chunks: 3 } });
});

test.each(['marker', 'checkpoint'])('a %s that is gone is noticed, and nobody has to ask', async (what) => {
  await begin();
  await stream();
  await installation.settled([byCard()]);
  const { client } = await redis();
  const exact = watch(byCard, isCalledExact);
  if (what === 'marker') await client.del(streamMarkerKey(BUCKET, byCard().id));
  else await client.del(checkpointKey(BUCKET, installation.source.id));
  await waitFor(async () => (await client.exists(checkpointKey(BUCKET, installation.source.id))) === 1, {
    deadlineMs: 10_000,
    message: 'there is a checkpoint',
  });
  await installation.settled([byCard()]);
  await exact();
  await installation.send(payments(500));
  await installation.settled([byCard()]);
});

test('the stream service is killed again and again while a view is made anew, and another replica comes', async () => {
  await begin();
  let running = await stream();
  await installation.settled([byCard()]);
  await forget(byCard().id);
  await rebuild('by_card', '--no-wait');
  for (let i = 0; i < 3; i++) {
    const { client } = await redis();
    await client.get('wait a moment');
    await running.kill9();
    running = await stream();
  }
  await stream();
  await rebuild('by_card');
  await installation.send(payments(500));
  await installation.settled([byCard()]);
});

test('a view that is added to a source which is read has all its events within seconds', async () => {
  await begin();
  await withBatch();
  const others = watch(byAccount, isDegraded);
  await installation.apply(paymentsProject({ topic: topic(), withSecondVersion: true }));
  const added = () => installation.view('by_account', 2);
  await installation.send(payments(500));
  await installation.settled([byCard()]);
  await waitFor(
    async () => (await (await redis()).client.exists(streamMarkerKey(BUCKET, added().id))) === 1,
    { deadlineMs: 20_000, message: 'the new view is complete' },
  );
  await others();
  // its windows of a day come with a run
  await installation.materialize('by_account', 2);
  await installation.settled();
});

test('retention passed the checkpoint, and the archive has what Kafka deleted: nothing is lost', async () => {
  await begin();
  const first = await stream();
  await installation.settled([byCard()]);
  await archived(EVENTS);
  expect(await first.terminate()).toBe(0);
  // the values, with their checkpoint, are those of a while ago
  const { client } = await redis();
  const key = checkpointKey(BUCKET, installation.source.id);
  for (const [partition, offset] of (
    (await readCheckpoint(await redis(), BUCKET, installation.source.id))?.offsets ?? []
  ).entries()) {
    const bytes = Buffer.alloc(8);
    bytes.writeDoubleLE(Math.floor(offset / 2));
    await client.setrange(key, 8 + 8 * partition, bytes);
  }
  await forget(byCard().id);
  await deleteRecords();
  await refused();
  await rebuild('--source', 'payments', '--no-wait');
  await stream();
  await installation.send(payments(500));
  await installation.settled([byCard()]);
  await archived(EVENTS + 500);
});

test('retention passed the checkpoint, and records are lost for good: no value that lacks them is called exact', async () => {
  await begin();
  const first = await stream();
  await installation.settled([byCard()]);
  await archived(EVENTS);
  expect(await first.terminate()).toBe(0);
  await installation.send(payments(1_000));
  await deleteRecords();
  await installation.send(payments(500));
  await refused();
  await rebuild('--source', 'payments', '--no-wait');
  const exact = watch(byCard, isCalledExact);
  await stream();
  const { streams } = await rebuild('by_card');
  expect(streams[0].complete_since_ms).toBeGreaterThan(Date.now() - MINUTE_MS);
  await exact();
  expect((await installation.wrong(byCard())).every(({ status }) => status === 'DEGRADED')).toBe(true);
  await archived(EVENTS + 500);
});

/** The service says what is wrong, and by which command it goes on. */
async function refused(): Promise<void> {
  const refusal = /were deleted by Kafka before they were read; run .{1,2}forebay rebuild --source payments/;
  const started = await Service.start('stream', installation.environment).catch((error: Error) => error);
  if (started instanceof Error) expect(started.message).toMatch(refusal);
  else {
    await waitFor(() => !started.isRunning, { deadlineMs: 20_000, message: 'the service stops' });
    expect(started.logged(refusal)).toBe(true);
  }
}
