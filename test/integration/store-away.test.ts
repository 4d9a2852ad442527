/** Redis or ClickHouse stand still for longer than a session lasts: the group goes on, memory stays as it is, and every event counts once. */
import { readFileSync } from 'node:fs';
import type { LocalServer } from '@forebay/local-stack';
import { ARCHIVE_BLOCK_BYTES, MAX_WAITING_BYTES } from '@forebay/service-stream';
import { Kafka, logLevel } from 'kafkajs';
import { archiveFacts, Installation } from '../support/installation';
import { LATENESS_MS, type Payment, paymentsProject, randomPayments } from '../support/payments';
import { printedRandom } from '../support/seed';
import type { Service } from '../support/service';
import { uniqueName, useOwnStack, waitFor } from '../support/stack';

const MINUTE_MS = 60_000;
/** Long enough for a busy machine: members must not be missed but when they are killed. */
const SESSION_MS = 6_000;
/** What a group needs to be made anew: nobody waits for the store meanwhile, but for some seconds at most. */
const REBALANCED_WITHIN_MS = 15_000;
/** What is fetched and not taken, and what a garbage collector leaves. */
const MAX_GROWTH_MEGABYTES = 64;
/** In the topic; were it taken into memory, it would be more there. */
const BACKLOG_EVENTS = 40_000;
const BACKLOG_MEGABYTES = 112;
/** What may be decoded when the archiver has become full: the events that are applied at once. */
const ONE_PIECE_BYTES = 8_000 * ((BACKLOG_MEGABYTES * 1_048_576) / BACKLOG_EVENTS + 100);
/** Reading that has not moved for so long waits for something. */
const STANDSTILL_MS = 8_000;
const READS = /reading from the checkpoint/;
const STANDS = /reading stands, as redis/;
const GOES_ON = /reading goes on/;

const own = useOwnStack({ redisPersistence: 'aof' });
const random = printedRandom('store-away');

/** How to wake what a test put to sleep. */
const asleep: (() => void)[] = [];
function pause(server: LocalServer): void {
  server.pause();
  asleep.push(() => server.resume());
}
function resumeAll(): void {
  for (const resume of asleep.splice(0)) resume();
}

let isRedisAway = false;
let installation: Installation;
afterEach(async () => {
  resumeAll();
  isRedisAway = false;
  await installation.close();
});

const payments = (n: number): Payment[] => {
  const now = Date.now();
  return randomPayments(random, n, now - LATENESS_MS + 4 * MINUTE_MS, now);
};
const stream = () =>
  installation.start('stream', {
    FOREBAY_STREAM_FLUSH_EVERY: '5ms',
    FOREBAY_STREAM_SESSION_TIMEOUT: `${SESSION_MS}ms`,
  });
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

/** Once the group is settled with so many. */
async function membersAre(count: number): Promise<string[]> {
  let members: string[] = [];
  const isSettled = async () => {
    members = await groupMembers();
    return members.length === count;
  };
  await waitFor(isSettled, {
    deadlineMs: SESSION_MS + REBALANCED_WITHIN_MS,
    message: `the group has ${count} members`,
  });
  return members;
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
  const before = await membersAre(2);
  await waitFor(() => members.every((member) => member.logged(READS)), {
    deadlineMs: 30_000,
    message: 'both members know where to begin',
  });
  pause(own.stack.servers.redis as LocalServer);
  const pausedAt = performance.now();
  await installation.send(payments(4_000));
  // the first of them still go into memory, where the entities are known
  await waitFor(
    async () => {
      await installation.send(payments(200));
      return members.every((member) => member.logged(STANDS));
    },
    { deadlineMs: 30_000, message: 'reading stands' },
  );
  await waitFor(() => performance.now() - pausedAt > 2 * SESSION_MS, {
    deadlineMs: 4 * SESSION_MS,
    message: 'two sessions have passed',
  });
  expect(await membersAre(2)).toEqual(before);
  // one of them is gone for good: the others are given its partitions while the store is still away
  await members[1]?.kill9();
  const killedAt = performance.now();
  await membersAre(1);
  expect(performance.now() - killedAt).toBeLessThan(SESSION_MS + REBALANCED_WITHIN_MS);
  resumeAll();
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
  await membersAre(2);
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

/** Samples something until the member has not moved for a while; resolves with the largest. */
async function mostUntilStandstill(sample: () => number | Promise<number>): Promise<number> {
  let most = 0;
  let values = -1;
  let movedAt = performance.now();
  await waitFor(
    async () => {
      most = Math.max(most, await sample());
      const now = isRedisAway ? 0 : await installation.checkpointed();
      if (now !== values) movedAt = performance.now();
      values = now;
      return performance.now() - movedAt > STANDSTILL_MS;
    },
    { deadlineMs: 2 * MINUTE_MS, message: 'reading has come to a standstill' },
  );
  expect(values).toBeLessThan(BACKLOG_EVENTS);
  return most;
}

async function allRead(): Promise<void> {
  resumeAll();
  isRedisAway = false;
  const size = await installation.topicSize();
  await waitFor(async () => (await installation.checkpointed()) >= size, {
    deadlineMs: 2 * MINUTE_MS,
    message: 'all is in the values',
  });
}

test('what comes while redis is away stays in the topic: memory does not grow with it', async () => {
  await begin(4);
  const member = await stream();
  await installation.settled([cards()], MINUTE_MS);
  pause(own.stack.servers.redis as LocalServer);
  isRedisAway = true;
  const before = residentMegabytes(member);
  await sendBacklog();
  await standing([member]);
  expect((await mostUntilStandstill(() => residentMegabytes(member))) - before).toBeLessThan(
    MAX_GROWTH_MEGABYTES,
  );
  await allRead();
});

test('what comes while clickhouse is away stays in the topic once two blocks are full', async () => {
  await begin(4);
  const member = await stream();
  await installation.settled([cards()], MINUTE_MS);
  pause(own.stack.servers.clickhouse as LocalServer);
  await sendBacklog();
  const most = await mostUntilStandstill(async () =>
    Number(/^forebay_archive_waiting_bytes\{[^}]*\} ([\d.e+]+)/m.exec(await member.metrics())?.[1] ?? 0),
  );
  expect(most).toBeGreaterThan(ARCHIVE_BLOCK_BYTES);
  expect(most).toBeLessThan(MAX_WAITING_BYTES + ONE_PIECE_BYTES);
  await allRead();
});
