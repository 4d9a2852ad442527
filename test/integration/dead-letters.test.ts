/** Dead letters, and how they come back: `forebay dlq` on real servers, beside a stream service that is killed on the way. */
import { connect, type FeatureClient } from '@forebay/client';
import {
  connectEventLog,
  type EventLog,
  type NewRecord,
  type RecordProducer,
  replayRecord,
  type TopicPartitionOffset,
} from '@forebay/event-log';
import { type OfflineStore, openOfflineStore } from '@forebay/offline-store';
import { Service } from '../support/service';
import { waitFor } from '../support/stack';
import { ordersDefinitions, uniqueName, useCli } from './cli-harness';

/** An event that lies so far ahead is refused, and is one of the present soon. */
const AHEAD_MS = 3_000;
const silent = { debug: () => {}, info: () => {}, warn: () => {}, error: () => {} };

interface ReasonCount {
  readonly reason: string;
  readonly waiting: number;
}

let log: EventLog;
let producer: RecordProducer;
let offline: OfflineStore;
let client: FeatureClient;
const services: Service[] = [];
// Before the servers stop: hooks run in the order in which they stand.
afterAll(async () => {
  client?.close();
  for (const service of services) if (service.isRunning) await service.kill9();
  await producer?.close();
  await log?.close();
  await offline?.close();
});

const cli = useCli({ own: ['redis', 'queueRedis'], services: true });
const topic = uniqueName('orders');

async function start(name: 'stream' | 'serving', more: Record<string, string> = {}): Promise<Service> {
  const group = { FOREBAY_STREAM_GROUP: topic, FOREBAY_STREAM_SESSION_TIMEOUT: '6s' };
  const service = await Service.start(name, { ...cli.environment, ...group, ...more });
  services.push(service);
  return service;
}

const running = (name: string) => services.find((one) => one.name === name && one.isRunning) as Service;

beforeAll(async () => {
  await cli.json(['apply', cli.file('orders.ts', ordersDefinitions({ topic, maxClockSkew: '1s' }))]);
  log = await connectEventLog({
    brokers: [cli.environment.FOREBAY_KAFKA_BROKERS!],
    clientId: 'test',
    logger: silent,
  });
  producer = await log.producer();
  offline = await openOfflineStore({
    url: cli.environment.FOREBAY_CLICKHOUSE_URL!,
    database: cli.environment.FOREBAY_CLICKHOUSE_DATABASE!,
  });
  const serving = await start('serving');
  client = connect({ address: `127.0.0.1:${serving.ports.grpc}` });
});

const order = (more: object = {}) => ({
  time: Date.now() - 60_000,
  customer: 'c1',
  shop: 7,
  price: 1,
  ...more,
});

const send = (value: object | Buffer) => {
  lastSentMs = Date.now();
  return producer.send([
    {
      topic,
      key: 'c1',
      value: Buffer.isBuffer(value) ? value : JSON.stringify(value),
      headers: { authorization: 'Bearer abc', trace: 't1' },
    },
  ]);
};
const ofTheFuture = () => ({ time: Date.now() + AHEAD_MS });
let lastSentMs = 0;
/** The events that were sent have happened. */
const isPast = () =>
  waitFor(() => Date.now() > lastSentMs + AHEAD_MS, {
    deadlineMs: 10_000,
    message: 'the events have happened',
  });

async function ordersOf(customer: string): Promise<number> {
  const { rows } = await client.getOnlineFeatures({
    project: 'shopping',
    featureService: 'checkout',
    keys: { customer: [customer] },
  });
  return Number(rows[0]?.orders_lifetime ?? 0);
}

const settled = (customer: string, count: number) =>
  waitFor(async () => (await ordersOf(customer)) === count, {
    deadlineMs: 30_000,
    message: `${count} orders of ${customer}`,
  });

async function archiveTable(): Promise<string> {
  const [table] = await offline.rows<{ name: string }>(
    "SELECT name FROM system.tables WHERE database = currentDatabase() AND name NOT LIKE '\\_forebay%'",
  );
  return `\`${table!.name}\``;
}

async function archived(customer: string): Promise<number> {
  const [row] = await offline.rows<{ events: number }>(
    `SELECT toFloat64(count()) AS events FROM ${await archiveTable()} FINAL WHERE customer = {customer:String}`,
    { customer },
  );
  return row!.events;
}

const dlq = (...args: string[]) => cli.json(['dlq', ...args]);
const reasons = async () => (await dlq('list')).sources[0].reasons;
const waitForReasons = (expected: object[]) =>
  waitFor(async () => JSON.stringify(await reasons()) === JSON.stringify(expected), {
    deadlineMs: 30_000,
    message: `dead letters ${JSON.stringify(expected)}`,
  });

test('letters are listed by reason, and one is shown without its secrets', async () => {
  await start('stream');
  await send(order());
  await send(Buffer.from([0xff, 0x00]));
  await send({ ...order({ shop: 'seven' }), password: 'pw' });
  for (let i = 0; i < 3; i++) await send(order(ofTheFuture()));
  await settled('c1', 1);
  await waitForReasons([
    { reason: 'future', waiting: 3, replayed: 0 },
    { reason: 'not_json', waiting: 1, replayed: 0 },
    { reason: 'wrong_type', waiting: 1, replayed: 0 },
  ]);
  const { letters } = (await dlq('list', '--reason', 'wrong_type')).sources[0];
  expect(letters).toMatchObject([
    {
      state: 'waiting',
      reason: 'wrong_type',
      message: 'field "shop" is "seven", not a value of type int32',
      attempt: 1,
      service: 'stream',
      original: { topic },
    },
  ]);
  const id = letters[0].id as string;
  const shown = await dlq('show', id, '--source', 'orders');
  expect(shown.headers).toMatchObject([
    { name: 'authorization', value: { text: '[hidden]' } },
    { name: 'trace', value: { text: 't1' } },
  ]);
  expect(shown.value.text).toContain('"password":"[hidden]"');
  expect(JSON.stringify(shown)).not.toContain('pw');
  const text = await cli.run(['dlq', 'show', id, '--source', 'orders', '--reveal']);
  expect(text.out).toContain('"password":"pw"');
  const binary = (await dlq('list', '--reason', 'not_json')).sources[0].letters[0].id;
  expect((await dlq('show', binary, '--source', 'orders')).value).toMatchObject({
    encoding: 'hex',
    text: 'ff00',
  });
  const list = await cli.run(['dlq', 'list']);
  expect(list.out).toContain('wrong_type');
  expect(list.code).toBe(0);
});

test('a replay says what it would do, and asks for a choice', async () => {
  const { code, err } = await cli.run(['dlq', 'replay', '--source', 'orders']);
  expect(code).toBe(1);
  expect(err).toContain('nothing is chosen: say which dead letters');
  expect(await dlq('replay', '--source', 'orders', '--all', '--dry-run')).toMatchObject({
    chosen: 5,
    sent: 0,
    dryRun: true,
    reasons: [
      { reason: 'future', letters: 3 },
      { reason: 'not_json', letters: 1 },
      { reason: 'wrong_type', letters: 1 },
    ],
  });
  expect((await reasons())[0]).toEqual({ reason: 'future', waiting: 3, replayed: 0 });
});

test('what failed for a passing reason counts after a replay, once, however often it is run', async () => {
  const replay = () => dlq('replay', '--source', 'orders', '--reason', 'future');
  await isPast();
  expect(await replay()).toMatchObject({ chosen: 3, sent: 3 });
  await settled('c1', 4);
  expect(await replay()).toMatchObject({ chosen: 0, sent: 0, alreadyReplayed: 3 });
  await waitForReasons([
    { reason: 'not_json', waiting: 1, replayed: 0 },
    { reason: 'wrong_type', waiting: 1, replayed: 0 },
    { reason: 'future', waiting: 0, replayed: 3 },
  ]);
  await waitFor(async () => (await archived('c1')) === 4, {
    deadlineMs: 20_000,
    message: 'the archive has 4',
  });
});

test('poison goes back to the dead letters with its original position and a count, and is left in the end', async () => {
  const replay = (...more: string[]) =>
    dlq('replay', '--source', 'orders', '--reason', 'wrong_type', ...more);
  const letterOf = async () => (await dlq('list', '--reason', 'wrong_type')).sources[0].letters;
  const [first] = await letterOf();
  for (const attempt of [2, 3]) {
    expect(await replay()).toMatchObject({ sent: 1 });
    await waitFor(async () => (await letterOf())[0].attempt === attempt, {
      deadlineMs: 20_000,
      message: `attempt ${attempt}`,
    });
  }
  expect(await letterOf()).toMatchObject([
    { id: first.id, original: first.original, arrivedAt: first.arrivedAt },
  ]);
  expect(await replay()).toMatchObject({ sent: 0, exhausted: 1 });
  expect(await replay('--max-attempts', '10', '--dry-run')).toMatchObject({ chosen: 1 });
});

/** What brings a record back, as the command makes it. */
function replayOf(
  original: TopicPartitionOffset,
  timestampMs: number,
  event: object,
): NewRecord & { partition: number } {
  const { partition, offset } = original;
  const about = { reason: 'future', message: '', source: 'orders', service: 'stream', timeMs: 0, attempt: 1 };
  const letter = { key: Buffer.from('c1'), value: Buffer.from(JSON.stringify(event)), headers: {} };
  const origin = { topic, partition, offset, timestampMs, ...about };
  return { ...replayRecord(letter, origin, { topic, partitions: 2 }), partition };
}

test('replays that were sent several times count once, though the stream is killed twice on the way', async () => {
  const [original] = await send(order({ customer: 'twice', ...ofTheFuture() }));
  const isThere = async () =>
    (await reasons()).some((one: ReasonCount) => one.reason === 'future' && one.waiting === 1);
  await waitFor(isThere, { deadlineMs: 20_000, message: 'a letter of the future' });
  await running('stream').terminate();
  const [letter] = (await dlq('list', '--reason', 'future')).sources[0].letters;
  const replayed = replayOf(original!, Date.parse(letter.arrivedAt), order({ customer: 'twice' }));
  await producer.send([replayed]);
  const dying = await start('stream', { FOREBAY_FAULT_POINT: 'chunk-applied' });
  await waitFor(() => !dying.isRunning, { deadlineMs: 30_000, message: 'the stream has killed itself' });
  await producer.send([replayed, replayed]);
  const again = await start('stream', { FOREBAY_FAULT_POINT: 'archive-inserted' });
  await waitFor(() => !again.isRunning, {
    deadlineMs: 30_000,
    message: 'the stream has killed itself again',
  });
  expect(await dlq('replay', '--source', 'orders', '--reason', 'future')).toMatchObject({
    sent: 0,
    alreadyReplayed: 4,
  });
  const { partition } = replayed;
  const last = JSON.stringify(order({ customer: 'last' }));
  await producer.send([replayed, { topic, key: 'last', value: last, partition }]);
  const stream = await start('stream');
  await settled('last', 1);
  expect(await ordersOf('twice')).toBe(1);
  const isArchived = async () => (await archived('last')) === 1;
  await waitFor(isArchived, { deadlineMs: 20_000, message: 'the archive has the last' });
  expect(await archived('twice')).toBe(1);
  expect(await stream.metrics()).toMatch(
    /forebay_replayed_records_total\{[^}]*outcome="refused"[^}]*\} [1-9]/,
  );
});

test('a replay of a record that the archive holds itself is refused', async () => {
  const event = order({ customer: 'held' });
  const [position] = await send(event);
  await settled('held', 1);
  const isArchived = async () => (await archived('held')) === 1;
  await waitFor(isArchived, { deadlineMs: 20_000, message: 'it is archived' });
  const [row] = await offline.rows<{ arrived: number }>(
    `SELECT toFloat64(toUnixTimestamp64Milli(_arrived_at)) AS arrived FROM ${await archiveTable()} WHERE customer = 'held'`,
  );
  const replayed = replayOf(position!, row!.arrived, event);
  const behind = JSON.stringify(order({ customer: 'behind' }));
  await producer.send([replayed, { topic, key: 'behind', value: behind, partition: replayed.partition }]);
  await settled('behind', 1);
  expect(await ordersOf('held')).toBe(1);
});
