/** A topic that is not keyed by the entity: refused with many partitions, and re-keyed through an internal topic, exactly. */
import { EXIT, main } from '@forebay/cli';
import { deadLetterTopic, type NewRecord, readDeadLetterOrigin, readTopic } from '@forebay/event-log';
import { archiveFacts, Installation } from '../support/installation';
import {
  HISTORY_ENDS_MS,
  LATENESS_MS,
  type Payment,
  paymentsProject,
  randomPayments,
} from '../support/payments';
import { printedRandom } from '../support/seed';
import { sharedStack, uniqueName, waitFor } from '../support/stack';
import { describeWrong } from '../support/truth';

const MINUTE_MS = 60_000;
const PARTITIONS = 32;
const INTERNAL_PARTITIONS = 4;

async function* nothing() {}
const SILENT = { out: { write: () => true }, err: { write: () => true }, input: nothing() };

const random = printedRandom('rekeying');
let installation: Installation | null = null;
afterEach(async () => {
  await installation?.close();
  installation = null;
});

const payments = (n: number): Payment[] => {
  const now = Date.now();
  return randomPayments(random, n, now - LATENESS_MS + 4 * MINUTE_MS, now);
};

type Keying = NonNullable<Parameters<typeof paymentsProject>[0]['keying']>;

async function create(topic: string, keying: Keying): Promise<Installation> {
  installation = await Installation.create(
    sharedStack,
    paymentsProject({ topic, partitions: PARTITIONS, keying }),
  );
  return installation;
}

/** Each to any partition. */
async function sendAnywhere(to: Installation, events: readonly Payment[]): Promise<void> {
  const records = events.map((event) => ({
    topic: to.source.topic,
    key: null,
    partition: random.integer(PARTITIONS),
    value: JSON.stringify(event),
  }));
  to.count(events, await (await to.producer()).send(records));
}

async function archivedOnce(of: Installation, events: number): Promise<void> {
  let facts = {};
  await waitFor(
    async () => {
      facts = await archiveFacts(of);
      return JSON.stringify(facts) === JSON.stringify({ merged: events, final: events, positions: events });
    },
    { deadlineMs: 30_000, message: `the archive has each of ${events} events once` },
  ).catch((error: Error) => {
    throw new Error(`${error.message}: ${JSON.stringify(facts)}`);
  });
}

test('a topic of many partitions that is keyed by nothing, or by something else, is refused', async () => {
  const refused = (keying: Keying) => create(uniqueName('payments'), keying);
  await expect(refused({ keyedBy: [] })).rejects.toThrow(
    'view "by_account", source "payments": its events come from a topic of 32 partitions that is keyed by nothing, not by account: ' +
      'up to 16 partitions are read so; declare rekey: { by: ["account"] } on the source, or key the topic by the entity',
  );
  await expect(refused({ keyedBy: ['card'] })).rejects.toThrow('keyed by card, not by account');
});

test('members that die between copying and knowing it, come, go and wake up: every value is right, every event is archived once', async () => {
  const topic = uniqueName('payments');
  const it = await create(topic, {
    keyedBy: [],
    rekey: { by: ['account'], partitions: INTERNAL_PARTITIONS },
  });
  const small = { FOREBAY_STREAM_FLUSH_EVERY: '5ms' };
  await it.start('batch');
  const historyEndsMs = Math.floor((Date.now() - HISTORY_ENDS_MS) / MINUTE_MS) * MINUTE_MS;
  await it.load(randomPayments(random, 300, historyEndsMs - 60 * MINUTE_MS, historyEndsMs), historyEndsMs);
  // the other view needs history
  const cards = [it.view('by_card')];
  let sent = 4_000;
  await Promise.all([it.start('serving'), sendAnywhere(it, payments(sent))]);
  const more = async (n: number) => {
    await sendAnywhere(it, payments(n));
    sent += n;
  };
  for (const point of ['copies-stored', 'copies-stored:3', 'values-stored:2', 'copies-made:2']) {
    const dying = await it.start('stream', { ...small, FOREBAY_FAULT_POINT: point });
    await waitFor(
      async () => {
        if (dying.isRunning) await more(50);
        return !dying.isRunning;
      },
      { deadlineMs: 30_000, message: `a member dies at ${point}` },
    );
  }
  const sleeper = await it.start('stream', small);
  await more(500);
  await it.settled(cards, MINUTE_MS);
  sleeper.pause();
  const other = await it.start('stream', small);
  await more(1_000);
  await it.settled(cards, MINUTE_MS);
  sleeper.resume();
  await more(500);
  await it.settled(cards, MINUTE_MS);
  await archivedOnce(it, sent);
  const { admin } = await it.servers.eventLog();
  const internal = await admin.endOffsets(`${topic}.by-account`);
  const copies = [...internal.values()].reduce((sum, end) => sum + end, 0);
  // else there were no copies to tell
  expect(copies).toBeGreaterThan(sent);
  await more(300);
  await it.materialize('by_account');
  await it.settled(undefined, MINUTE_MS);
  await other.terminate();
  await more(200);
  await it.settled(undefined, MINUTE_MS);
  await archivedOnce(it, sent);
});

/** Kafka deletes the first `share` of what each partition has. */
async function deleteRecords(of: Installation, topic: string, share: number): Promise<void> {
  const { admin } = await of.servers.eventLog();
  const before = [...(await admin.watermarks(topic))].map(([partition, { low, high }]) => ({
    partition,
    offset: low + Math.floor((high - low) * share),
  }));
  await admin.deleteRecords(topic, before);
}

const REKEYED: Keying = {
  keyedBy: [],
  rekey: { by: ['account'], partitions: INTERNAL_PARTITIONS },
};

/** What a process that slept would write: copies that are there already, once more. */
async function copyAgain(of: Installation, internal: string): Promise<number> {
  const log = await of.servers.eventLog();
  const held = await log.admin.watermarks(internal);
  const range = new Map([...held].map(([partition, { low, high }]) => [partition, { from: low, to: high }]));
  const copies: NewRecord[] = [];
  await readTopic(log, internal, range, ({ partition, record: { key, value, headers } }) => {
    copies.push({ topic: internal, partition, key, value, headers });
  });
  await (await of.producer()).send(copies);
  return copies.length;
}

test('copies that come once more are known after a restart, in another process, and in a rebalance', async () => {
  const topic = uniqueName('payments');
  const it = await create(topic, REKEYED);
  const cards = [it.view('by_card')];
  await Promise.all([it.start('serving'), sendAnywhere(it, payments(1_500))]);
  const first = await it.start('stream');
  await it.settled(cards, MINUTE_MS);
  await archivedOnce(it, 1_500);
  await first.kill9();
  expect(await copyAgain(it, `${topic}.by-account`)).toBe(1_500);
  await sendAnywhere(it, payments(200));
  await it.start('stream');
  await it.settled(cards, MINUTE_MS);
  const second = await it.start('stream');
  await copyAgain(it, `${topic}.by-account`);
  await sendAnywhere(it, payments(200));
  await it.settled(cards, MINUTE_MS);
  await second.terminate();
  await copyAgain(it, `${topic}.by-account`);
  await sendAnywhere(it, payments(100));
  await it.settled(cards, MINUTE_MS);
  await archivedOnce(it, 2_000);
});

test('a view that is made anew takes from the archive what both topics have no more, each event once', async () => {
  const topic = uniqueName('payments');
  const it = await create(topic, REKEYED);
  const cards = [it.view('by_card')];
  await Promise.all([it.start('serving'), sendAnywhere(it, payments(3_000))]);
  for (const point of ['copies-stored:2', 'copies-stored:4']) {
    const dying = await it.start('stream', { FOREBAY_FAULT_POINT: point });
    await waitFor(() => !dying.isRunning, { deadlineMs: 30_000, message: `a member dies at ${point}` });
  }
  await it.start('stream');
  await it.settled(cards, MINUTE_MS);
  await archivedOnce(it, 3_000);
  await deleteRecords(it, topic, 1);
  await deleteRecords(it, `${topic}.by-account`, 0.6);
  const { client } = await it.servers.redis();
  await client.del(await client.keys(`f:{0}${it.view('by_card').id}.*`));
  const code = await main(['node', 'forebay', 'rebuild', 'by_card'], it.environment, SILENT);
  expect(code).toBe(EXIT.ok);
  await it.settled(cards, MINUTE_MS);
  await sendAnywhere(it, payments(500));
  await it.settled(cards, MINUTE_MS);
  await archivedOnce(it, 3_500);
});

test('a topic that has lost its first records before it was copied does not look whole', async () => {
  const topic = uniqueName('payments');
  const it = await create(topic, REKEYED);
  await Promise.all([it.start('serving'), sendAnywhere(it, payments(2_000))]);
  await deleteRecords(it, topic, 0.5);
  await it.start('stream');
  const { admin } = await it.servers.eventLog();
  const held = () => admin.watermarks(`${topic}.by-account`);
  await waitFor(
    async () =>
      [...(await held()).values()].reduce((sum, { low, high }) => sum + high - low, 0) >= 1_000 - PARTITIONS,
    { deadlineMs: 30_000, message: 'what is left is copied' },
  );
  expect([...(await held()).values()].map(({ low }) => low)).toEqual(
    Array.from({ length: INTERNAL_PARTITIONS }, () => 1),
  );
  await waitFor(async () => (await it.checkpointed()) >= 1_000 - PARTITIONS, {
    deadlineMs: 30_000,
    message: 'what is left is in the values',
  });
  const wrong = await it.wrong(it.view('by_card'));
  expect(describeWrong(wrong.filter(({ status }) => status !== 'DEGRADED'))).toMatch(/^0 /);
  expect(wrong.length).toBeGreaterThan(0);
});

test('a record that is no event is a dead letter of its own topic', async () => {
  const topic = uniqueName('payments');
  const it = await create(topic, {
    keyedBy: [],
    rekey: { by: ['account'], partitions: INTERNAL_PARTITIONS },
  });
  await it.start('stream');
  const producer = await it.producer();
  await producer.send([{ topic, key: 'x', partition: 7, value: JSON.stringify(payments(1)[0]) }]);
  const [position] = await producer.send([{ topic, key: 'x', partition: 7, value: 'no JSON' }]);
  const { admin } = await it.servers.eventLog();
  const letters = deadLetterTopic(topic);
  await waitFor(async () => ((await admin.endOffsets(letters)).get(0) ?? 0) > 0, {
    deadlineMs: 30_000,
    message: 'there is a dead letter',
  });
  const log = await it.servers.eventLog();
  const origins: unknown[] = [];
  await readTopic(log, letters, new Map([[0, { from: 0, to: 1 }]]), ({ record }) => {
    origins.push(readDeadLetterOrigin(record.headers));
  });
  expect(origins).toEqual([
    expect.objectContaining({ topic, partition: 7, offset: position?.offset, reason: 'not_json' }),
  ]);
});
