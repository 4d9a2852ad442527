/** What a member of the stream service shows at /metrics, against events of which it is known what becomes of them. */
import {
  aggregationView,
  count,
  entity,
  eventSource,
  featureService,
  project,
  sum,
} from '@forebay/definitions';
import type { LocalServer } from '@forebay/local-stack';
import { readMemberStatuses, removeMemberStatus } from '@forebay/online-store';
import { Installation } from '../support/installation';
import type { Service } from '../support/service';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';

const MINUTE_MS = 60_000;
const PARTITIONS = 2;
const WITHIN_MS = 20_000;

let installation: Installation;
afterEach(() => installation.close());

const own = useOwnStack({ parts: ['redis', 'queueRedis'] });

async function begin(): Promise<void> {
  const shop = entity({ name: 'shop', joinKeys: { shop: 'string' } });
  const orders = eventSource({
    name: 'orders',
    topic: uniqueName('orders'),
    fields: { time: 'timestamp', id: 'string', shop: 'string', amount: 'double' },
    eventTime: 'time',
    eventId: 'id',
    allowedLateness: '10m',
    dedupe: '15m',
    maxClockSkew: '1m',
    partitions: PARTITIONS,
  });
  const view = (name: string, filter?: string) =>
    aggregationView({
      name,
      entity: shop,
      source: orders,
      batch: false,
      ...(filter === undefined ? {} : { filter }),
      features: { orders_20m: count({ window: '20m' }), sold_20m: sum('amount', { window: '20m' }) },
    });
  const views = [view('all'), view('large', 'amount > 100')];
  const { redisUrl, queueRedisUrl } = own.stack;
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    project({
      name: 'shops',
      entities: [shop],
      eventSources: [orders],
      aggregationViews: views,
      featureServices: [featureService({ name: 'shops', features: views })],
    }),
  );
}

const order = (fields: object) => ({ time: Date.now() - 1_000, id: 'a', shop: 's', amount: 5, ...fields });

async function send(values: readonly (object | string)[], partition = 0): Promise<void> {
  const records = values.map((value) => ({
    topic: installation.source.topic,
    key: null,
    partition,
    value: typeof value === 'string' ? value : JSON.stringify(value),
  }));
  await (await installation.producer()).send(records);
}

/** The series of a metric, each by its labels but project and source, as text; with their values. */
async function series(service: Service, name: string): Promise<Record<string, number>> {
  const lines = (await service.metrics()).split('\n').filter((line) => line.startsWith(`${name}{`));
  return Object.fromEntries(
    lines.map((line) => {
      const [, labels = '', value = ''] = /\{(.*)\} (\S+)/.exec(line) ?? [];
      expect(labels).toContain('project="shops"');
      const others = labels.split(',').filter((label) => !/^(project|source|topic|le)=/.test(label));
      return [others.join(), Number(value)];
    }),
  );
}

async function buckets(service: Service, name: string): Promise<[number, number][]> {
  const found = (await service.metrics()).matchAll(
    new RegExp(`^${name}_bucket\\{.*le="(.*)"\\} (\\d+)`, 'gm'),
  );
  return [...found].map(([, le, value]) => [Number(le === '+Inf' ? Infinity : le), Number(value)]);
}

const until = (isTrue: () => Promise<boolean>, message: string) =>
  waitFor(isTrue, { deadlineMs: WITHIN_MS, message });

const readAll = (service: Service, events: number) =>
  until(
    async () => (await series(service, 'forebay_stream_events_total'))[''] === events,
    `${events} events are read`,
  );

test('each event is counted as what it is, by source and view', async () => {
  await begin();
  const stream = await installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms' });
  await send([order({ id: 'first' })]);
  await readAll(stream, 1);
  // ids are held from when progress has passed the first event
  const firstMs = Date.now();
  await until(async () => Date.now() > firstMs + 2_000, 'two seconds');
  const now = Date.now();
  await send([
    order({ id: 'first', time: now }), // another time: another event
    ...['b', 'b', 'b'].map((id) => order({ id, time: now - 2_000, amount: 500 })), // one event and two copies
    order({ id: 'd', time: now - 2_000, amount: 500 }),
    order({ id: 'd', time: now - 2_000, amount: 501 }), // a copy that differs
    order({ id: 'late', time: now - 11 * MINUTE_MS }),
    order({ id: 'old', time: now - 17 * MINUTE_MS }), // late, and older than the ids
    order({ id: 'nobody', shop: null }),
    order({ id: 'huge', amount: 1 }),
    'no json',
    '[]',
    order({ id: 'future', time: now + 10 * MINUTE_MS }),
    order({ amount: 'much' }),
  ]);
  await readAll(stream, 11);
  const settled = { 'view="all@1"': 1, 'view="large@1"': 0 };
  await until(
    async () => (await series(stream, 'forebay_stream_beyond_dedupe_events_total'))['view="all@1"'] === 1,
    'they are stored',
  );
  const of = (name: string) => series(stream, `forebay_stream_${name}`);
  expect(await of('late_events_total')).toEqual({ '': 2 });
  expect(await of('beyond_dedupe_events_total')).toEqual(settled);
  expect(await of('duplicate_events_total')).toEqual({ 'view="all@1"': 3, 'view="large@1"': 3 });
  expect(await of('differing_duplicates_total')).toEqual({ 'view="all@1"': 1, 'view="large@1"': 1 });
  expect(await of('null_key_events_total')).toEqual({ 'view="all@1"': 1, 'view="large@1"': 0 });
  expect(await of('filtered_events_total')).toEqual({ 'view="all@1"': 0, 'view="large@1"': 6 });
  expect(await of('future_events_total')).toEqual({ '': 1 });
  expect(await of('too_late_events_total')).toEqual({ 'view="all@1"': 0, 'view="large@1"': 0 });
  const letters = await series(stream, 'forebay_dead_letters_total');
  expect(Object.values(letters).reduce((sum, value) => sum + value, 0)).toBe(4);
  expect(letters).toMatchObject({ 'reason="not_json"': 1, 'reason="future"': 1 });
});

test('delays, flushes, memory, freshness and lag are in their units, and move', async () => {
  await begin();
  const stream = await installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms' });
  await readAll(stream, 0);
  const now = Date.now();
  await send(
    Array.from({ length: 500 }, (_, i) => order({ id: `${i}`, shop: `s${i % 100}`, time: now - 30_000 })),
  );
  await readAll(stream, 500);
  const name = (what: string) => `forebay_stream_${what}`;
  await until(
    async () => (await buckets(stream, name('apply_delay_seconds'))).at(-1)?.[1] === 500,
    'each event is in the histogram',
  );
  const within = async (what: string, seconds: number) =>
    (await buckets(stream, name(what))).find(([le]) => le === seconds)?.[1];
  // they happened half a minute ago, and arrived a moment ago
  expect(await within('event_delay_seconds', 10)).toBe(0);
  expect(await within('event_delay_seconds', 60)).toBe(500);
  expect(await within('apply_delay_seconds', 5)).toBe(500);
  const sum = async (what: string) => (await series(stream, `${name(what)}_sum`))[''] as number;
  expect(await sum('event_delay_seconds')).toBeGreaterThan(500 * 30);
  expect(await sum('apply_delay_seconds')).toBeLessThan(500 * 5);
  expect(await sum('flush_events')).toBe(500);
  expect(await sum('flush_values')).toBeGreaterThanOrEqual(100);
  expect(await sum('flush_bytes')).toBeGreaterThan(100 * 50);
  expect(await series(stream, name('cached_entities'))).toEqual({ 'view="all@1"': 100, 'view="large@1"': 0 });
  expect((await series(stream, name('state_bytes')))['view="all@1"']).toBeGreaterThan(100 * 100);
  const isFresh = async () => {
    const [age = Infinity] = Object.values(await series(stream, name('freshness_seconds')));
    return age >= 0 && age < 2;
  };
  await until(isFresh, 'the source is fresh');
  const ofViews = await series(stream, 'forebay_freshness_seconds');
  expect(Object.keys(ofViews).sort()).toEqual(['view="all@1"', 'view="large@1"']);
  await until(
    async () =>
      JSON.stringify(await series(stream, name('lag_records'))) ===
      JSON.stringify({ 'partition="0"': 0, 'partition="1"': 0 }),
    'lag is told for each partition',
  );
  await until(async () => (await series(stream, 'forebay_archive_lag_records'))[''] === 0, 'all is archived');
});

test('records that cannot be stored are lag of their partition, and age', async () => {
  await begin();
  const stream = await installation.start('stream');
  await send([order({})]);
  await readAll(stream, 1);
  const isTold = async () =>
    Object.keys(await series(stream, 'forebay_stream_freshness_seconds')).length === 1;
  await until(isTold, 'readers are told how fresh the values are');
  const redis = own.stack.servers.redis as LocalServer;
  redis.pause();
  await send(
    Array.from({ length: 30 }, (_, i) => order({ id: `${i}` })),
    1,
  );
  const isBehind = async () => {
    const lag = (await series(stream, 'forebay_stream_lag_records'))['partition="1"'];
    const [age = 0] = Object.values(await series(stream, 'forebay_stream_freshness_seconds'));
    return lag === 30 && age > 1;
  };
  await until(isBehind, 'they are lag, and the values are old').finally(() => redis.resume());
  await until(
    async () => (await series(stream, 'forebay_stream_lag_records'))['partition="1"'] === 0,
    'there is none any more',
  );
});

test('two writers of the same entities conflict, and the values that were in conflict are counted', async () => {
  await begin();
  const members = await Promise.all([installation.start('stream'), installation.start('stream')]);
  const conflicts = async () => {
    const found = await Promise.all(
      members.map((member) => series(member, 'forebay_stream_cas_conflicts_total')),
    );
    return found.reduce((sum, each) => sum + (each[''] ?? 0), 0);
  };
  let sent = 0;
  await until(async () => {
    const events = Array.from({ length: 50 }, (_, i) => order({ id: `${sent++}`, shop: `s${i % 5}` }));
    await Promise.all([
      send(events, 0),
      send(
        events.map((event) => ({ ...event, id: `${event.id}'` })),
        1,
      ),
    ]);
    return (await conflicts()) > 0;
  }, 'they conflict');
  await installation.reached(await installation.topicSize());
});

test('a member tells what it reads and what has happened lately, until it has gone', async () => {
  await begin();
  const stream = await installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms' });
  const now = Date.now();
  await send(['no json', order({}), order({ id: 'b', time: now - 11 * MINUTE_MS })]);
  await readAll(stream, 2);
  const redis = await installation.servers.redis();
  const told = async () => [...(await readMemberStatuses(redis, installation.source.id)).values()];
  await until(async () => (await told())[0]?.recent?.events === 2, 'it tells of both');
  const [status] = await told();
  expect(status).toMatchObject({ project: 'shops', source: 'orders' });
  expect(status?.partitions.map(({ number, lag }) => [number, lag])).toEqual([
    [0, 0],
    [1, 0],
  ]);
  expect(status?.recent).toMatchObject({
    late: 1,
    too_late: 0,
    duplicates: 0,
    dead_letters: { not_json: 1 },
  });
  expect(status?.recent?.apply_delay_counts.reduce((sum, each) => sum + each, 0)).toBe(2);
  expect(status?.views.map(({ entities }) => entities)).toEqual([1, 0]);
  await stream.terminate();
  expect(await told()).toEqual([]);
  // of one that was killed the record expires
  const killed = await installation.start('stream');
  await until(async () => (await told()).length === 1, 'another tells');
  await killed.kill9();
  const [member] = (await redis.client.smembers(`s:{${installation.source.id}}`)) as [string];
  const ttlMs = await redis.client.pttl(`s:{${installation.source.id}}.${member}`);
  expect(ttlMs).toBeGreaterThan(0);
  expect(ttlMs).toBeLessThanOrEqual(20_000);
  await redis.client.del(`s:{${installation.source.id}}.${member}`);
  expect(await told()).toEqual([]);
  expect(await redis.client.smembers(`s:{${installation.source.id}}`)).toEqual([]);
  await removeMemberStatus(redis, { sourceId: installation.source.id, member });
});
