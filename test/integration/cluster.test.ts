/** The whole path on a Redis Cluster of three nodes: what is served is what a plain recomputation gives, also after a node was killed. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { readStatus } from '@forebay/cli';
import { connect } from '@forebay/client';
import { entity, type ProjectDeclaration, project, tableSource, tableView } from '@forebay/definitions';
import type { LocalServer } from '@forebay/local-stack';
import { bucketOf, CLUSTER_BUCKETS, checkpointKey } from '@forebay/online-store';
import { Redis } from 'ioredis';
import { Installation } from '../support/installation';
import {
  HISTORY_ENDS_MS,
  LATENESS_MS,
  type Payment,
  paymentsProject,
  randomPayments,
} from '../support/payments';
import { moveSlotOf } from '../support/redis-slots';
import { printedRandom } from '../support/seed';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;
const ACCOUNTS = 400;
/** Idle buckets tell their progress every 5 s, and a node that is back is found within another few. */
const SETTLE_WITHIN_MS = 40_000;
/** A read of what is on a node that is away may take this long, on a busy machine; its deadline is 5 s. */
const FAST_MS = 2_000;

let installation: Installation;
// before the servers stop: hooks run in the order in which they stand
afterAll(() => installation?.close());

const own = useOwnStack({ parts: ['redis', 'queueRedis'], redisNodes: 3, redisPersistence: 'aof' });
const random = printedRandom('cluster');
const historyEndsMs = Math.floor((Date.now() - HISTORY_ENDS_MS) / MINUTE_MS) * MINUTE_MS;

/** Half of them by accounts that are many, so that most buckets have some. */
function payments(n: number, fromMs: number, toMs: number): Payment[] {
  return randomPayments(random, n, fromMs, toMs).map((payment) =>
    random.chance(0.5) ? payment : { ...payment, account: `many-${random.integer(ACCOUNTS)}` },
  );
}

function recentPayments(n: number): Payment[] {
  const now = Date.now();
  return payments(n, now - LATENESS_MS + MINUTE_MS, now);
}

const USERS = 700;

/** Payments, and a table of users. */
function declared(topic: string): ProjectDeclaration {
  const { options } = paymentsProject({ topic });
  const user = entity({ name: 'user', joinKeys: { user: 'int64' } });
  const plans = tableSource({
    name: 'plans',
    table: 'plans',
    fields: { user: 'int64', at: 'timestamp', plan: 'string' },
    eventTime: 'at',
  });
  const schedule = { every: '1m', wait: '0s', delay: '1s' } as const;
  const plan = tableView({ name: 'plan', entity: user, source: plans, features: { plan: 'plan' }, schedule });
  const { entities = [] } = options;
  return project({ ...options, entities: [...entities, user], tableSources: [plans], tableViews: [plan] });
}

beforeAll(async () => {
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  const { redisUrl, queueRedisUrl } = own.stack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    declared(uniqueName('payments')),
  );
  await Promise.all([
    installation.start('serving', { FOREBAY_SERVING_MAX_ROWS: '5000' }),
    installation.start('stream'),
    installation.start('batch', { FOREBAY_BATCH_EVENTS_PER_CHUNK: '1000' }),
  ]);
});

test('history, stream and batch of many entities, each from its bucket', async () => {
  await installation.load(payments(3_000, historyEndsMs - 47 * HOUR_MS, historyEndsMs), historyEndsMs);
  await installation.send(recentPayments(4_000));
  const { chunks } = await installation.materialize('by_account');
  expect(chunks).toBeGreaterThan(1);
  await installation.settled(undefined, SETTLE_WITHIN_MS);
});

test('events that come now are in the values, and progress speaks of every bucket', async () => {
  await installation.send(recentPayments(500));
  await installation.settled(undefined, SETTLE_WITHIN_MS);
});

test('the status of the installation speaks of all buckets', async () => {
  const status = await readStatus(installation.servers, Date.now);
  expect(status.sources[0]?.stream).toMatchObject({ ok: true, value: { progressMs: expect.any(Number) } });
  const views = status.views.ok ? status.views.value : [];
  expect(views.find(({ view }) => view === 'by_account@1')).toMatchObject({
    streamCompleteSinceMs: historyEndsMs,
    cutMs: expect.any(Number),
  });
});

test('an explanation reads from the bucket of its entity', async () => {
  for (let i = 0; i < 20; i++) {
    const account = `many-${i}`;
    const { explanation, keys } = await installation.client.explainFeature({
      project: installation.project.name,
      feature: { view: 'by_account', feature: 'payments_ever' },
      keys: { account },
    });
    const counted = explanation.segments?.segments.reduce((sum, segment) => sum + segment.counted, 0);
    expect([explanation.degraded, counted]).toEqual([null, explanation.value]);
    const tag = `{${bucketOf(account, CLUSTER_BUCKETS)}}`;
    expect(keys.filter(({ key }) => !key.includes(tag))).toEqual([]);
  }
});

test('rows of a table', async () => {
  await installation.sql(
    'CREATE TABLE plans (user Int64, at DateTime64(3), plan String) ENGINE = MergeTree ORDER BY user',
  );
  await installation.sql(
    `INSERT INTO plans SELECT number, now64(3) - INTERVAL 1 HOUR, concat('plan ', toString(number)) FROM numbers(${USERS})`,
  );
  await installation.materialize('plan');
  const user = Array.from({ length: USERS }, (_, i) => i);
  const read = () =>
    installation.client.getOnlineFeatures({
      project: installation.project.name,
      features: [{ view: 'plan', version: 1, feature: 'plan' }],
      keys: { user },
    });
  const answer = await waitFor(
    async () => {
      const answered = await read();
      return answered.degraded.length === 0 ? answered : null;
    },
    { deadlineMs: 30_000, message: 'the values are exact' },
  );
  expect(answer.rows.map(({ plan }) => plan)).toEqual(user.map((number) => `plan ${number}`));
});

test('slots that move to another node while events come', async () => {
  const sent = installation.send(recentPayments(2_000));
  const bucket = bucketOf('many-1', CLUSTER_BUCKETS);
  await moveSlotOf(checkpointKey(bucket, installation.source.id), own.stack.redisNodes);
  await sent;
  await installation.settled(undefined, SETTLE_WITHIN_MS);
});

test('a node that is killed takes only its entities away, at once; when it is back, all is right by itself', async () => {
  const view = installation.view('by_account');
  const keys = installation.truth.keys(installation.project, view);
  const killed = own.stack.redisNodes[1] as LocalServer;
  const serving = installation.services.find(({ name }) => name === 'serving');
  const impatient = connect({ address: `127.0.0.1:${serving?.ports.grpc}`, attempts: 1 });
  await killed.kill9();
  const outcomes = async () => {
    const reads = keys.slice(0, 60).map(async (key) => {
      const startedMs = performance.now();
      const reason = await installation.read(view, [key], impatient).then(
        () => 'answered',
        (error: { reason: string }) => error.reason,
      );
      return { reason, tookMs: performance.now() - startedMs };
    });
    return Promise.all(reads);
  };
  const first = await outcomes();
  const reasons = new Set(first.map(({ reason }) => reason));
  expect(reasons).toEqual(new Set(['answered', 'unavailable']));
  for (const { reason, tookMs } of await outcomes())
    if (reason === 'unavailable') expect(tookMs).toBeLessThan(FAST_MS);
  await installation.send(recentPayments(500));
  await killed.restart();
  await waitFor(async () => (await outcomes()).every(({ reason }) => reason === 'answered'), {
    deadlineMs: 20_000,
    message: 'every entity is answered again',
  });
  await installation.settled(undefined, SETTLE_WITHIN_MS);
  impatient.close();
});

test('a node that comes back with nothing is filled again: from the topic, and by the next run', async () => {
  const emptied = own.stack.redisNodes[2] as LocalServer;
  const node = new Redis(emptied.port);
  const [, directory] = (await node.config('GET', 'dir')) as string[];
  node.disconnect();
  await emptied.kill9();
  rmSync(join(directory as string, 'appendonlydir'), { recursive: true });
  await emptied.restart();
  // the registry may have been there
  await waitFor(() => installation.apply(installation.declaration), {
    deadlineMs: 20_000,
    message: 'the definitions are applied again',
  });
  await installation.send(recentPayments(100));
  await installation.settled([installation.view('by_card')], SETTLE_WITHIN_MS);
  await installation.materialize('by_account');
  await installation.settled(undefined, SETTLE_WITHIN_MS);
});
