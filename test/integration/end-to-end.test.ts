/** The whole path on real servers: topic and history in, served values out, each compared with a plain recomputation. */
import { setTimeout as sleep } from 'node:timers/promises';
import { deadLetterTopic, type EventRecord } from '@forebay/event-log';
import { Kafka, logLevel } from 'kafkajs';
import { archiveFacts, Installation } from '../support/installation';
import {
  HISTORY_ENDS_MS,
  LATENESS_MS,
  type Payment,
  paymentsProject,
  randomPayments,
} from '../support/payments';
import { printedRandom } from '../support/seed';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';
import { describeWrong } from '../support/truth';

const MINUTE_MS = 60_000;
const HOUR_MS = 3_600_000;

let installation: Installation;
// Before the servers stop: hooks run in the order in which they stand.
afterAll(() => installation?.close());

const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const random = printedRandom('end to end');
const topic = uniqueName('payments');
const accounts = () => installation.view('by_account');
const cards = () => installation.view('by_card');
const historyEndsMs = Math.floor((Date.now() - HISTORY_ENDS_MS) / MINUTE_MS) * MINUTE_MS;
/** A record that no decoder takes, and one that lies too far in the future. */
let refused = 0;
/** Offsets of marks that end transactions, and of records that were aborted. */
let unseen = 0;

const payment = (more: Partial<Payment>): Payment => ({
  time: Date.now() - 1,
  account: 'account-1',
  card: 1,
  city: 'Oslo',
  amount: 1,
  units: 1,
  online: true,
  ...more,
});

async function deadLetters(count: number): Promise<EventRecord[]> {
  const letters: EventRecord[] = [];
  const log = await installation.servers.eventLog();
  const consumer = await log.consume({
    groupId: uniqueName('letters'),
    topics: [deadLetterTopic(topic)],
    handlers: {
      onAssigned: async (places) => places.map((place) => ({ ...place, offset: 'beginning' as const })),
      onRevoked: async () => {},
      onBatch: async ({ records }) => void letters.push(...records),
      onOutOfRange: async () => 'beginning',
      onError: () => {},
    },
  });
  await waitFor(() => letters.length >= count, { deadlineMs: 20_000, message: `${count} dead letters` });
  await consumer.stop();
  return letters;
}

beforeAll(async () => {
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  const { redisUrl, queueRedisUrl } = own.stack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    paymentsProject({ topic }),
  );
  await Promise.all([
    installation.start('serving'),
    installation.start('stream'),
    installation.start('batch'),
  ]);
});

test('a run with neither history nor events is refused with what to do', async () => {
  await expect(installation.materialize('by_account')).rejects.toThrow(
    /no history is loaded and the topic is empty; load history or produce events first/,
  );
});

test('history, stream and batch give what a recomputation gives, for every entity and feature', async () => {
  const now = Date.now();
  await installation.load(
    randomPayments(random, 2_000, historyEndsMs - 47 * HOUR_MS, historyEndsMs),
    historyEndsMs,
  );
  await installation.send(randomPayments(random, 3_000, now - LATENESS_MS + MINUTE_MS, now));
  await installation.materialize('by_account');
  await installation.settled();
});

test('a record that is no event becomes a dead letter with its own bytes and headers, and its partition moves on', async () => {
  const value = Buffer.from([0xff, 0x00, 0x7b]);
  const producer = await installation.producer();
  const [position] = await producer.send([
    { topic, partition: 1, key: 'poison', value, headers: { trace: 'abc' } },
  ]);
  refused++;
  await installation.send(Array.from({ length: 20 }, () => payment({ account: 'account-2' })));
  const [letter] = await deadLetters(1);
  expect(letter?.value).toEqual(value);
  expect(letter?.key?.toString()).toBe('poison');
  expect(
    Object.fromEntries(Object.entries(letter?.headers ?? {}).map(([name, text]) => [name, String(text)])),
  ).toMatchObject({
    trace: 'abc',
    '__forebay.errors.reason': 'not_json',
    '__forebay.errors.partition': '1',
    '__forebay.errors.offset': String(position?.offset),
  });
  await installation.settled();
});

test('an event in the future counts when its time has come; one beyond the allowed skew never, and is a dead letter', async () => {
  const soonMs = Date.now() + 1_500;
  await installation.send([payment({ account: 'soon', time: soonMs })]);
  await installation.sendUncounted([payment({ account: 'soon', time: Date.now() + 10 * MINUTE_MS })]);
  refused++;
  const letters = await deadLetters(2);
  expect(String(letters[1]?.headers['__forebay.errors.reason'])).toBe('future');
  const before = await installation.read(accounts(), [{ account: 'soon' }]);
  if (before.asOfMs <= soonMs) expect(before.rows[0]).toMatchObject({ payments_ever: 0 });
  await waitFor(() => Date.now() > soonMs, { deadlineMs: 5_000, message: 'the time of the event has come' });
  await installation.settled();
  expect((await installation.values(accounts(), { account: 'soon' })).values).toMatchObject({
    payments_1m: 1,
    payments_ever: 1,
  });
});

test('a late event counts at once, and once', async () => {
  await installation.send([payment({ account: 'late', time: Date.now() - LATENESS_MS + MINUTE_MS })]);
  await installation.settled();
  expect((await installation.values(accounts(), { account: 'late' })).values).toMatchObject({
    payments_1h: 1,
    payments_ever: 1,
  });
  await installation.materialize('by_account');
  await installation.settled();
});

test('an event from before the cut counts from the next run on', async () => {
  const { cut_ms: cutMs } = await installation.materialize('by_account');
  const tooLate = [payment({ account: 'too late', card: 7, time: Number(cutMs) - MINUTE_MS })];
  const positions = await installation.sendUncounted(tooLate);
  const isKnown = async () =>
    (await installation.values(cards(), { account: 'too late', card: 7 })).values.card_payments_20m === 1;
  await waitFor(isKnown, {
    deadlineMs: 20_000,
    message: 'the stream has counted the event where no batch value is',
  });
  expect((await installation.values(accounts(), { account: 'too late' })).statuses).toMatchObject({
    payments_ever: 'NOT_FOUND',
  });
  await installation.materialize('by_account');
  installation.count(tooLate, positions);
  await installation.settled();
});

test('values stay right, and never DEGRADED, while runs move the cut and events come', async () => {
  const key = { account: 'busy' };
  await installation.send([payment(key)]);
  await installation.settled();
  const others = installation.truth
    .keys(installation.project, accounts())
    .filter(({ account }) => account !== 'busy');
  let sent = 1;
  let running = true;
  const sending = (async () => {
    for (; running; await sleep(5)) {
      sent++;
      await installation.send([payment(key)]);
    }
  })();
  const counts: number[] = [];
  const reading = (async () => {
    while (running) {
      const answer = await installation.read(accounts(), [key, ...others]);
      expect(
        describeWrong(
          installation.truth
            .wrong(accounts(), [key, ...others], answer)
            .filter(({ entity }) => entity !== '["busy"]'),
        ),
      ).toMatch(/^0 /);
      expect(answer.statuses(0)).toMatchObject({
        payments_ever: 'PRESENT',
        payments_1h: 'PRESENT',
        paid_1d: 'PRESENT',
      });
      const count = Number(answer.rows[0]?.payments_ever);
      expect(count).toBeGreaterThanOrEqual(counts.at(-1) ?? 1);
      expect(count).toBeLessThanOrEqual(sent);
      counts.push(count);
    }
  })();
  for (let run = 0; run < 3; run++) await installation.materialize('by_account');
  running = false;
  await Promise.all([sending, reading]);
  expect(new Set(counts).size).toBeGreaterThan(3);
  await installation.settled();
});

test('records of transactions count when they are committed, and the marks between them stop nobody', async () => {
  const kafka = new Kafka({ brokers: sharedStack.kafkaBrokers.split(','), logLevel: logLevel.NOTHING });
  const producer = kafka.producer({
    transactionalId: uniqueName('transaction'),
    maxInFlightRequests: 1,
    idempotent: true,
  });
  await producer.connect();
  for (const isCommitted of [true, false, true]) {
    const transaction = await producer.transaction();
    const event = payment({ account: 'transaction' });
    const messages = [{ key: 'transaction', value: JSON.stringify(event), partition: 0 }];
    const [written] = await transaction.send({ topic, messages });
    if (!isCommitted) {
      await transaction.abort();
      continue;
    }
    await transaction.commit();
    installation.truth.sent(event, 0, Number(written?.baseOffset));
  }
  await producer.disconnect();
  unseen += 4;
  await installation.settled();
  await installation.materialize('by_account');
  await installation.settled();
});

test('a feature that does not exist is refused with the nearest name', async () => {
  const ask = installation.client.getOnlineFeatures({
    project: 'payments',
    features: [{ view: 'by_account', feature: 'payments_1n' }],
    keys: { account: ['a'] },
  });
  await expect(ask).rejects.toThrow(/payments_1n/);
});

test('a second apply changes nothing; a new version of a view runs beside the old one', async () => {
  expect(await installation.apply(paymentsProject({ topic }))).toMatchObject({
    changed: false,
    republished: false,
  });
  expect(await installation.apply(paymentsProject({ topic, withSecondVersion: true }))).toMatchObject({
    changed: true,
  });
  const stream = installation.services.find(({ name }) => name === 'stream');
  await waitFor(() => stream?.logged(/by_account@2/), {
    deadlineMs: 20_000,
    message: 'the stream service has the new version',
  });
  await installation.send([payment({ account: 'new' })]);
  await installation.settled([accounts(), cards()]);
  const second = installation.view('by_account', 2);
  const isCounted = async () =>
    (await installation.values(second, { account: 'new' })).values.payments_1h === 1;
  await waitFor(isCounted, { deadlineMs: 20_000, message: 'the new version counts' });
  // it goes back in the topic for what came before it; what was loaded before that is for a batch run
  const isCaughtUp = async () =>
    (await installation.values(second, { account: 'new' })).degraded[0]?.reason.startsWith('incomplete: ');
  await waitFor(isCaughtUp, { deadlineMs: 20_000, message: 'the new version has caught up' });
  await installation.materialize('by_account', 2);
  await installation.settled([second]);
});

test('the archive has each event once, without a gap', async () => {
  const size = await installation.topicSize();
  const isComplete = async () => (await archiveFacts(installation)).final === size - refused - unseen;
  await waitFor(isComplete, { deadlineMs: 20_000, message: 'the archive has every event' });
  expect(await archiveFacts(installation)).toEqual({
    merged: size - refused - unseen,
    final: size - refused - unseen,
    positions: size - refused - unseen,
  });
  await installation.materialize('by_account');
});

test('all services end with code 0 on SIGTERM', async () => {
  const running = installation.services.filter(({ isRunning }) => isRunning);
  expect(await Promise.all(running.map((service) => service.terminate()))).toEqual([0, 0, 0]);
});
