/** What breaks while a topic is read; afterwards every value is what a plain recomputation gives, and the archive has each event once. */
import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { archiveFacts, Installation } from '../support/installation';
import {
  HISTORY_ENDS_MS,
  LATENESS_MS,
  type Payment,
  paymentsProject,
  randomPayments,
} from '../support/payments';
import { printedRandom } from '../support/seed';
import { uniqueName, useOwnStack, waitFor } from '../support/stack';
import { describeWrong } from '../support/truth';

const MINUTE_MS = 60_000;
const EVENTS = 8_000;

let installation: Installation;
afterEach(() => installation.close());

const own = useOwnStack({ redisPersistence: 'aof' });
const random = printedRandom('faults');
const anywhere = () => 1 + random.integer(EVENTS - 1);

/** `n` payments of the last minutes, none of them late. */
function payments(n: number): Payment[] {
  const now = Date.now();
  return randomPayments(random, n, now - LATENESS_MS + 4 * MINUTE_MS, now);
}

/** Applied, `EVENTS` events in the topic, serving running, and nobody reading yet. */
async function begin(): Promise<void> {
  const { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl } = own.stack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    paymentsProject({ topic: uniqueName('payments') }),
  );
  await Promise.all([installation.start('serving'), installation.send(payments(EVENTS))]);
}

const cards = () => installation.view('by_card');

/** Small pieces, so that there is something to interrupt. */
const stream = () => installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms' });

/** Duplicates that a replay or a slow replica inserts have the same position, and merge. */
async function archivedOnce(): Promise<void> {
  const size = await installation.topicSize();
  let facts = {};
  const isOnce = async () => {
    facts = await archiveFacts(installation);
    return JSON.stringify(facts) === JSON.stringify({ merged: size, final: size, positions: size });
  };
  await waitFor(isOnce, { deadlineMs: 30_000, message: `the archive has each of ${size} events once` }).catch(
    (error: Error) => {
      throw new Error(`${error.message}: ${JSON.stringify(facts)}`);
    },
  );
}

/** Of its append-only log. */
async function redisDirectory(): Promise<string> {
  const [, directory] = (await (await installation.servers.redis()).client.config('GET', 'dir')) as string[];
  return join(directory as string, 'appendonlydir');
}

async function settled(): Promise<void> {
  await installation.settled([cards()]);
  await archivedOnce();
}

test('the stream service is killed again and again', async () => {
  await begin();
  for (const records of [anywhere(), anywhere()].sort((a, b) => a - b)) {
    const running = await stream();
    await installation.reached(records);
    await running.kill9();
  }
  await stream();
  await settled();
});

test('the stream service is killed while the archive lags behind', async () => {
  await begin();
  const first = await stream();
  await installation.reached(1);
  own.stack.servers.clickhouse?.pause();
  await installation.reached(anywhere());
  await first.kill9();
  own.stack.servers.clickhouse?.resume();
  await stream();
  await settled();
});

test('the stream service is told to stop in the middle, and is started again', async () => {
  await begin();
  const running = await stream();
  await installation.reached(anywhere());
  expect(await running.terminate()).toBe(0);
  await stream();
  await settled();
});

test('redis comes back empty', async () => {
  await begin();
  await stream();
  await installation.reached(anywhere());
  const directory = await redisDirectory();
  await own.stack.servers.redis?.kill9();
  rmSync(directory, { recursive: true });
  await own.stack.servers.redis?.restart();
  await waitFor(() => installation.apply(installation.declaration), {
    deadlineMs: 20_000,
    message: 'redis has the registry again',
  });
  await settled();
});

test.each(['idle', 'reading'])('redis is emptied under a stream that is %s', async (state) => {
  await begin();
  await installation.start('batch');
  const historyEndsMs = Math.floor((Date.now() - HISTORY_ENDS_MS) / MINUTE_MS) * MINUTE_MS;
  await installation.load(
    randomPayments(random, 500, historyEndsMs - 60 * MINUTE_MS, historyEndsMs),
    historyEndsMs,
  );
  await stream();
  if (state === 'idle') {
    await installation.materialize('by_account');
    await installation.settled();
  } else await installation.reached(anywhere());
  await (await installation.servers.redis()).client.flushall();
  // until all is well again, a value may be said not to be exact, but none is wrong
  const views = installation.project.aggregationViews;
  const watching = { on: state === 'idle', reads: 0 };
  const watch = (async () => {
    for (; watching.on; watching.reads++) {
      for (const view of views)
        expect(
          describeWrong((await installation.wrong(view)).filter(({ status }) => status !== 'DEGRADED')),
        ).toMatch(/^0 /);
    }
  })();
  expect(await installation.apply(installation.declaration)).toMatchObject({
    changed: false,
    republished: true,
  });
  await installation.settled([cards()]);
  await installation.materialize('by_account');
  await installation.settled();
  watching.on = false;
  await watch;
  await archivedOnce();
});

test('redis evicts values by itself: none is served as exact after that', async () => {
  await begin();
  await stream();
  await settled();
  const { client } = await installation.servers.redis();
  const usedBytes = Number(/used_memory:(\d+)/.exec(await client.info('memory'))?.[1]);
  await client.config('SET', 'maxmemory-policy', 'allkeys-random');
  await client.config('SET', 'maxmemory', String(Math.floor(0.9 * usedBytes)));
  await client.set('pressure', 'x'.repeat(1_000));
  await client.config('SET', 'maxmemory', '0');
  await client.config('SET', 'maxmemory-policy', 'noeviction');
  expect(Number(/evicted_keys:(\d+)/.exec(await client.info('stats'))?.[1])).toBeGreaterThan(0);
  await waitFor(
    async () => (await installation.wrong(cards())).every(({ status }) => status === 'DEGRADED'),
    { deadlineMs: 30_000, message: 'what was evicted is DEGRADED' },
  );
});

test('redis forgets its scripts', async () => {
  await begin();
  await stream();
  for (let reached = 0; reached < EVENTS; reached += 1_500) {
    await installation.reached(reached);
    await (await installation.servers.redis()).client.script('FLUSH');
  }
  await settled();
});

test('kafka is killed, and comes back', async () => {
  await begin();
  const running = await stream();
  await installation.reached(anywhere());
  await own.stack.servers.kafka?.kill9();
  await own.stack.servers.kafka?.restart();
  await installation.send(payments(500));
  await settled();
  expect(running.isRunning).toBe(true);
});

test('clickhouse is killed, and comes back', async () => {
  await begin();
  const running = await stream();
  await installation.reached(anywhere());
  await own.stack.servers.clickhouse?.kill9();
  await installation.send(payments(500));
  await installation.settled([cards()]);
  await own.stack.servers.clickhouse?.restart();
  await settled();
  expect(running.isRunning).toBe(true);
});
