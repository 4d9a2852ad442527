/** `PushEvents` and Feast's `POST /push` on real servers: Kafka, Redis, ClickHouse, the stream service. */
import { createServer, type Server } from 'node:net';
import { connect, type FeatureCallError, type FeatureClient } from '@forebay/client';
import {
  aggregationView,
  count,
  entity,
  eventSource,
  featureService,
  project,
  sum,
} from '@forebay/definitions';
import { Installation } from '../support/installation';
import type { Service } from '../support/service';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';

const LONG_MS = 20_000;

let installation: Installation;
let client: FeatureClient;
let serving: Service;
const clients: FeatureClient[] = [];
// Before the servers stop: hooks run in the order in which they stand.
afterAll(async () => {
  for (const one of clients) await one.close();
  await installation?.close();
});

const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const topic = uniqueName('orders');

function shopProject() {
  const customer = entity({ name: 'customer', joinKeys: { customer: 'string' } });
  const orders = eventSource({
    name: 'orders',
    topic,
    fields: { id: 'string', time: 'timestamp', customer: 'string', price: 'double', units: 'int64' },
    eventTime: 'time',
    eventId: 'id',
    dedupe: '2h',
    maxClockSkew: '1m',
    partitions: 3,
  });
  const clicks = eventSource({
    name: 'clicks',
    topic: `${topic}.clicks`,
    fields: { time: 'timestamp', customer: 'string' },
    eventTime: 'time',
    format: 'protobuf',
  });
  const spent = aggregationView({
    name: 'spent',
    entity: customer,
    source: orders,
    batch: false,
    features: {
      orders_1h: count({ window: '1h' }),
      spent_1h: sum('price', { window: '1h' }),
      units_1h: sum('units', { window: '1h' }),
    },
  });
  return project({
    name: 'shop',
    entities: [customer],
    eventSources: [orders, clicks],
    aggregationViews: [spent],
    featureServices: [featureService({ name: 'checkout', features: [spent] })],
  });
}

const clientOf = (service: Service): FeatureClient => {
  const made = connect({ address: `127.0.0.1:${service.ports.grpc}`, deadlineMs: LONG_MS });
  clients.push(made);
  return made;
};

beforeAll(async () => {
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  const { redisUrl, queueRedisUrl } = own.stack;
  const addresses = { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl };
  installation = await Installation.create(addresses, shopProject());
  await installation.start('stream');
  serving = await installation.start('serving', {
    FOREBAY_SERVING_PUSH_KAFKA_BROKERS: kafkaBrokers,
    FOREBAY_SERVING_FEAST_HTTP_PORT: '0',
    FOREBAY_SERVING_PUSH_MAX_EVENTS: '100',
  });
  client = clientOf(serving);
});

let ids = 0;
const order = (more: object = {}) => ({
  id: `o${ids++}`,
  time: Date.now() - 1_000,
  customer: 'c1',
  price: 2,
  units: 9_007_199_254_740_993n,
  ...more,
});

const push = (events: readonly object[], waitMs = LONG_MS / 2, by = client) =>
  by.pushEvents({ project: 'shop', source: 'orders', events, waitMs });

async function ordersOf(customer: string): Promise<number> {
  const answer = await client.getOnlineFeatures({
    project: 'shop',
    featureService: 'checkout',
    keys: { customer: [customer] },
  });
  return Number(answer.rows[0]?.orders_1h);
}

async function refusal(call: Promise<unknown>): Promise<FeatureCallError> {
  return call.then(
    () => {
      throw new Error('it was not refused');
    },
    (error: FeatureCallError) => error,
  );
}

const written = () => installation.topicSize();

test('what was waited for is read at once, by key and in order', async () => {
  for (let i = 1; i <= 20; i++) {
    const pushed = await push([order({ customer: 'reader' })]);
    expect(pushed).toMatchObject({ accepted: 1, applied: true, notAppliedReason: '', copiesCountOnce: true });
    expect(await ordersOf('reader')).toBe(i);
  }
  const { positions } = await push([order({ customer: 'reader' }), order({ customer: 'reader' })]);
  // as every producer of Kafka would place the key
  const producer = await installation.producer();
  const [placed] = await producer.send([
    {
      topic,
      key: 'reader',
      value: JSON.stringify({ id: 'direct', time: Date.now() - 1, customer: 'reader' }),
    },
  ]);
  expect(new Set([...positions.map(({ partition }) => partition), placed!.partition]).size).toBe(1);
  expect(positions[1]!.offset).toBe(positions[0]!.offset + 1);
});

test('events of many entities in one call are all there after the wait', async () => {
  const names = Array.from({ length: 100 }, (_, i) => `many-${i}`);
  expect(await push(names.map((customer) => order({ customer })))).toMatchObject({
    accepted: 100,
    applied: true,
  });
  const answer = await client.getOnlineFeatures({
    project: 'shop',
    featureService: 'checkout',
    keys: { customer: names },
  });
  expect(answer.rows.map((row) => row.orders_1h)).toEqual(names.map(() => 1));
});

test('the same event again counts once', async () => {
  const event = order({ customer: 'again' });
  await push([event]);
  await push([event, event]);
  expect(await ordersOf('again')).toBe(1);
});

test('events that are none are named, each, and nothing is written', async () => {
  const before = await written();
  const events = [
    { ...order(), price: 'two' },
    order(),
    { ...order(), id: null },
    { ...order(), time: Date.now() + 3_600_000 },
    { ...order(), time: 12 ** 15 },
  ];
  const error = await refusal(push(events));
  expect(error).toMatchObject({ reason: 'invalid_request', field: 'events[0]' });
  expect(error.message).toContain('4 of 5 events are none of source "orders", and nothing was written');
  expect(error.violations.map(({ field }) => field)).toEqual([
    'events[0]',
    'events[2]',
    'events[3]',
    'events[4]',
  ]);
  expect(error.violations[0]?.description).toBe('field "price" is "two", not a value of type double');
  expect(error.violations[1]?.description).toContain('field "id" is missing or null');
  expect(error.violations[2]?.description).toContain('in the future');
  expect(await written()).toBe(before);
});

test('many mistakes fit into the answer', async () => {
  const error = await refusal(
    push(Array.from({ length: 100 }, () => ({ ...order(), price: 'x'.repeat(500) }))),
  );
  expect(error.reason).toBe('invalid_request');
  expect(error.violations).toHaveLength(20);
});

test('limits, and names that are not there, are told', async () => {
  expect((await refusal(push([]))).message).toContain('there are no events');
  expect((await refusal(push(Array.from({ length: 101 }, () => order())))).message).toContain(
    'more than the 100 of one call (FOREBAY_SERVING_PUSH_MAX_EVENTS)',
  );
  expect(
    (await refusal(push([order({ customer: 'x'.repeat(900_000) })]))).violations[0]?.description,
  ).toMatch(/^it has \d+ bytes, more than 900000$/);
  const of = (projectName: string, source: string) =>
    refusal(client.pushEvents({ project: projectName, source, events: [order()] }));
  expect(await of('shop', 'order')).toMatchObject({ reason: 'not_found' });
  expect((await of('shop', 'order')).message).toContain('did you mean "orders"?');
  expect(await of('shopping', 'orders')).toMatchObject({ reason: 'not_found' });
  expect(await of('shop', 'clicks')).toMatchObject({
    reason: 'failed_precondition',
    message: expect.stringContaining('holds protobuf, and only JSON objects can be pushed'),
  });
});

test('a wait in vain says why, and the events count when the stream is back', async () => {
  const stream = installation.services.find(
    ({ name, isRunning }) => name === 'stream' && isRunning,
  ) as Service;
  await stream.terminate();
  const startedMs = performance.now();
  const pushed = await push([order({ customer: 'patient' })], 300);
  expect(performance.now() - startedMs).toBeLessThan(3_000);
  expect(pushed).toMatchObject({ accepted: 1, applied: false });
  expect(pushed.notAppliedReason).toMatch(
    /^the stream has applied partition \d up to offset \d+, and the event lies at \d+$/,
  );
  // the deadline of the call comes before the wait's end, and the answer before the deadline
  const short = await client.pushEvents(
    { project: 'shop', source: 'orders', events: [order({ customer: 'patient' })], waitMs: 60_000 },
    { deadlineMs: 1_500 },
  );
  expect(short).toMatchObject({ accepted: 1, applied: false });
  expect(await push([order({ customer: 'patient' })], 0)).toMatchObject({ accepted: 1, applied: null });
  await installation.start('stream');
  await waitFor(async () => (await ordersOf('patient')) === 3, {
    deadlineMs: LONG_MS,
    message: 'three orders',
  });
});

test('a service without Kafka says which setting it lacks', async () => {
  const without = clientOf(await installation.start('serving'));
  expect(await refusal(push([order()], 0, without))).toMatchObject({
    reason: 'failed_precondition',
    message: expect.stringContaining('set FOREBAY_SERVING_PUSH_KAFKA_BROKERS of the serving service'),
  });
});

describe('a Kafka that', () => {
  let silent: Server;
  beforeAll(async () => {
    silent = createServer(() => undefined).listen(0, '127.0.0.1');
    await new Promise((resolve) => silent.once('listening', resolve));
  });
  afterAll(() => silent.close());
  const servingOn = (brokers: string, more: Record<string, string> = {}) =>
    installation.start('serving', { FOREBAY_SERVING_PUSH_KAFKA_BROKERS: brokers, ...more });

  test('refuses connections: the call fails as one that may be tried again, and reads go on', async () => {
    const service = clientOf(await servingOn('127.0.0.1:1'));
    expect(await refusal(push([order()], 0, service))).toMatchObject({ reason: 'unavailable' });
    const read = { project: 'shop', featureService: 'checkout', keys: { customer: ['reader'] } };
    expect((await service.getOnlineFeatures(read)).rows[0]?.orders_1h).toBeGreaterThan(0);
  });

  test('does not answer: calls end by their deadlines, and more than there is room for is refused at once', async () => {
    const { port } = silent.address() as { port: number };
    const service = clientOf(
      await servingOn(`127.0.0.1:${port}`, { FOREBAY_SERVING_PUSH_MEMORY_BYTES: '1048576' }),
    );
    const large = () => order({ customer: 'x'.repeat(600_000) });
    const startedMs = performance.now();
    const first = refusal(
      service.pushEvents({ project: 'shop', source: 'orders', events: [large()] }, { deadlineMs: 700 }),
    );
    const isWaiting = async () => {
      const metrics = await (installation.services.at(-1) as Service).metrics();
      return /forebay_push_waiting_bytes\S* [1-9]/.test(metrics);
    };
    await waitFor(isWaiting, { deadlineMs: 5_000, message: 'events wait for Kafka' });
    const second = await refusal(push([large()], 0, service));
    expect(second).toMatchObject({ reason: 'overloaded' });
    expect(second.retryAfterMs).toBeGreaterThan(0);
    expect((await first).reason).toBe('deadline_exceeded');
    expect(performance.now() - startedMs).toBeLessThan(5_000);
  });
});

describe("Feast's POST /push", () => {
  const feastPush = async (body: object | string, path = '/push') => {
    const text = typeof body === 'string' ? body : JSON.stringify(body);
    const response = await fetch(`http://127.0.0.1:${serving.ports.feast}${path}`, {
      method: 'POST',
      body: text,
    });
    return { status: response.status, text: await response.text() };
  };
  const frame = (customer: string, more: object = {}) => ({
    id: [`f${ids++}`, `f${ids++}`],
    time: [new Date(Date.now() - 2_000).toISOString(), new Date(Date.now() - 1_000).toISOString()],
    customer: [customer, customer],
    price: [1.5, 2],
    created: ['2026-01-01 00:00:00', null],
    ...more,
  });
  const body = (df: object, more: object = {}) => ({
    push_source_name: 'orders',
    df,
    allow_registry_cache: true,
    to: 'online',
    ...more,
  });
  const counts = (customer: string, expected: number) =>
    waitFor(async () => (await ordersOf(customer)) === expected, {
      deadlineMs: LONG_MS,
      message: `${expected} orders of ${customer}`,
    });
  const classOf = ({ text }: { text: string }) =>
    JSON.parse(JSON.parse(text)) as { class: string; message: string };

  test('takes rows of a data frame, times as Python writes them, and large integers', async () => {
    expect(await feastPush(body(frame('feast')))).toEqual({ status: 200, text: '' });
    await counts('feast', 2);
    // str() of a naive datetime of Python's, which is UTC to Feast
    const naive = new Date(Date.now() - 1_000).toISOString().replace('T', ' ').replace('Z', '123');
    const text = `{"push_source_name":"orders","to":"online_and_offline","df":{"id":["n${ids++}"],"time":["${naive}"],"customer":["naive"],"units":[9007199254740993]}}`;
    expect((await feastPush(text, '/shop/push')).status).toBe(200);
    await counts('naive', 1);
    const sql = `SELECT count(), any(units) FROM ${installation.source.table} WHERE customer = 'naive'`;
    await waitFor(async () => (await installation.sql(sql)) === '1\t9007199254740993', {
      deadlineMs: LONG_MS,
      message: 'the archive has it, with all digits',
    });
  });

  test('answers mistakes as Feast does', async () => {
    const unknown = await feastPush(body(frame('x'), { push_source_name: 'order' }));
    expect([unknown.status, classOf(unknown).class]).toEqual([404, 'PushSourceNotFoundException']);
    const offline = await feastPush(body(frame('x'), { to: 'offline' }));
    expect([offline.status, classOf(offline).message]).toEqual([
      400,
      expect.stringContaining('to "offline" alone'),
    ]);
    const wrongType = await feastPush(body(frame('x', { price: [1, 'two'] })));
    expect([wrongType.status, classOf(wrongType).message]).toEqual([
      400,
      expect.stringContaining('events[1]: field "price" is "two", not a value of type double'),
    ]);
    const seconds = await feastPush(body(frame('x', { time: [1_700_000_000, null] })));
    expect([seconds.status, classOf(seconds).message]).toEqual([
      400,
      expect.stringContaining('column "time", row 0: a time has to be a text of ISO 8601'),
    ]);
    for (const [mistake, loc] of [
      [body(frame('x', { price: [1] })), ['body', 'df', 'price']],
      [body(frame('x'), { to: 'everywhere' }), ['body', 'to']],
      [{ df: {} }, ['body', 'push_source_name']],
      [{ push_source_name: 'orders' }, ['body', 'df']],
    ] as const) {
      const { status, text } = await feastPush(mistake);
      expect([status, JSON.parse(text).detail[0].loc]).toEqual([422, loc]);
    }
    expect((await feastPush('{')).status).toBe(422);
    expect((await feastPush(body({}))).status).toBe(200);
  });
});

test('metrics tell what was pushed, refused and waited for', async () => {
  const metrics = await serving.metrics();
  for (const name of [
    'forebay_pushed_events_total{[^}]*source="orders"',
    'forebay_push_refused_events_total{[^}]*reason="invalid_request"',
    'forebay_push_apply_seconds_count{[^}]*outcome="applied"',
    'forebay_push_apply_seconds_count{[^}]*outcome="not_applied"',
    'forebay_push_confirm_seconds_count{',
  ])
    expect(metrics).toMatch(new RegExp(`${name.replaceAll('{', '\\{')}[^}]*\\} [1-9]`));
});
