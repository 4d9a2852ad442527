/** Redis or ClickHouse stand still for longer than a session lasts: the group goes on, memory stays as it is, and every event counts once. */
import { readFileSync } from 'node:fs';
import type { LocalServer } from '@forebay/local-stack';
import { Kafka, logLevel } from 'kafkajs';
import { archiveFacts, Installation } from '../support/installation';
import { LATENESS_MS, type Payment, paymentsProject, randomPayments } from '../support/payments';
import { printedRandom } from '../support/seed';
import type { Service } from '../support/service';
import { uniqueName, useOwnStack, waitFor } from '../support/stack';

const MINUTE_MS = 60_000;
/** As the installation sets it. */
const SESSION_MS = 6_000;
/** What a group needs to be made anew: nobody waits for the store meanwhile, but for some seconds at most. */
const REBALANCED_WITHIN_MS = 15_000;
/** What is fetched and not taken, twice over (what a fetch brings, and its decoded records), and what a garbage collector leaves. */
const MAX_GROWTH_MEGABYTES = 96;
/** More than that in the topic, if it were all taken into memory. */
const BACKLOG_EVENTS = 120_000;
const BACKLOG_MEGABYTES = 240;
/** Reading that has not moved for so long waits for something. */
const STANDSTILL_MS = 8_000;
const STANDS = /reading stands, as redis/;
const GOES_ON = /reading goes on/;

const own = useOwnStack({ redisPersistence: 'aof' });
const random = printedRandom('store-away');

let installation: Installation;
afterEach(async () => {
  for (const server of [own.stack.servers.redis, own.stack.servers.clickhouse]) server?.resume();
  await installation.close();
});

const payments = (n: number): Payment[] => {
  const now = Date.now();
  return randomPayments(random, n, now - LATENESS_MS + 4 * MINUTE_MS, now);
};
const stream = () => installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms' });
const cards = () => installation.view('by_card');

async function begin(partitions: number): Promise<void> {
  const { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl } = own.stack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    paymentsProject({ topic: uniqueName('payments'), partitions }),
  );
  await Promise.all([installation.start('serving'), installation.send(payments(2_000))]);
}

/** The members of the group, once it is not being made anew. */
async function groupMembers(): Promise<string[]> {
  const kafka = new Kafka({ brokers: own.stack.kafkaBrokers.split(','), logLevel: logLevel.NOTHING });
  const admin = kafka.admin();
  await admin.connect();
  try {
    const group = `${installation.environment.FOREBAY_STREAM_GROUP}.${installation.source.topic}`;
    const { groups } = await admin.describeGroups([group]);
    const { state, members } = groups[0] as (typeof groups)[number];
    return state === 'Stable' ? members.map(({ memberId }) => memberId).sort() : [];
  } finally {
    await admin.disconnect();
  }
}

async function settled(): Promise<void> {
  await installation.settled([cards()], MINUTE_MS);
  const size = await installation.topicSize();
  let facts = {};
  await waitFor(
    async () => {
      facts = await archiveFacts(installation);
      return JSON.stringify(facts) === JSON.stringify({ merged: size, final: size, positions: size });
    },
    { deadlineMs: 30_000, message: `the archive has each of ${size} events once` },
  ).catch((error: Error) => {
    throw new Error(`${error.message}: ${JSON.stringify(facts)}`);
  });
}

const standing = (members: readonly Service[]) =>
  waitFor(() => members.every((member) => member.logged(STANDS)), {
    deadlineMs: 30_000,
    message: 'reading stands',
  });

test('redis stands still for longer than a session: members stay, a rebalance goes through without it, and all is right after', async () => {
  await begin(4);
  const members = [await stream(), await stream()];
  await settled();
  const before = await groupMembers();
  expect(before).toHaveLength(2);
  own.stack.servers.redis?.pause();
  const pausedAt = performance.now();
  await installation.send(payments(4_000));
  await standing(members);
  await waitFor(() => performance.now() - pausedAt > 2 * SESSION_MS, {
    deadlineMs: 4 * SESSION_MS,
    message: 'two sessions have passed',
  });
  expect(await groupMembers()).toEqual(before);
  // one of them is gone for good: the others are given its partitions while the store is still away
  await members[1]?.kill9();
  const killedAt = performance.now();
  await waitFor(async () => (await groupMembers()).length === 1, {
    deadlineMs: SESSION_MS + REBALANCED_WITHIN_MS,
    message: 'the group has been made anew',
  });
  expect(performance.now() - killedAt).toBeLessThan(SESSION_MS + REBALANCED_WITHIN_MS);
  own.stack.servers.redis?.resume();
  await installation.send(payments(500));
  await settled();
  expect(members[0]?.isRunning).toBe(true);
  expect(members[0]?.logged(GOES_ON)).toBe(true);
});

test('redis is killed under load, stays away for longer than a session, and is started again', async () => {
  await begin(4);
  const members = [await stream(), await stream()];
  await installation.reached(1_000);
  await own.stack.servers.redis?.kill9();
  const killedAt = performance.now();
  await installation.send(payments(4_000));
  await waitFor(() => performance.now() - killedAt > SESSION_MS + 3_000, {
    deadlineMs: 4 * SESSION_MS,
    message: 'a session has passed',
  });
  expect(await groupMembers()).toHaveLength(2);
  await own.stack.servers.redis?.restart();
  await installation.send(payments(500));
  await settled();
  expect(members.every(({ isRunning }) => isRunning)).toBe(true);
});

const residentMegabytes = (service: Service): number =>
  Number(/^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${service.child.pid}/status`, 'utf8'))?.[1]) / 1_024;

/** Events with a long text, which are not part of the truth: nobody compares them. */
async function sendBacklog(): Promise<void> {
  const city = 'x'.repeat((BACKLOG_MEGABYTES * 1_048_576) / BACKLOG_EVENTS);
  for (let sent = 0; sent < BACKLOG_EVENTS; sent += 10_000)
    await installation.sendUncounted(payments(10_000).map((payment) => ({ ...payment, city })));
}

test.each([
  { store: 'redis', says: STANDS, growsBy: MAX_GROWTH_MEGABYTES },
  // two blocks of the archive may wait, of 32 MiB each, and half as much again while one is being made
  { store: 'clickhouse', says: null, growsBy: MAX_GROWTH_MEGABYTES + 96 },
] as const)(
  'a backlog of $store is left in the topic: memory is bounded',
  async ({ store, says, growsBy }) => {
    await begin(4);
    const member = await stream();
    await installation.settled([cards()], MINUTE_MS);
    const server = own.stack.servers[store] as LocalServer;
    server.pause();
    const before = residentMegabytes(member);
    await sendBacklog();
    if (says !== null) await standing([member]);
    let most = 0;
    let checkpoint = -1;
    let movedAt = performance.now();
    await waitFor(
      async () => {
        most = Math.max(most, residentMegabytes(member));
        const now = store === 'redis' ? 0 : await installation.checkpointed();
        if (now !== checkpoint) movedAt = performance.now();
        checkpoint = now;
        return performance.now() - movedAt > STANDSTILL_MS;
      },
      { deadlineMs: 2 * MINUTE_MS, message: 'reading has come to a standstill' },
    );
    expect(checkpoint).toBeLessThan(BACKLOG_EVENTS);
    expect(most - before).toBeLessThan(growsBy);
    console.log(`${store} away: ${Math.round(before)} MB resident before, ${Math.round(most)} MB at most`);
    server.resume();
    const size = await installation.topicSize();
    await waitFor(async () => (await installation.checkpointed()) >= size, {
      deadlineMs: 2 * MINUTE_MS,
      message: 'all is in the values',
    });
  },
);
