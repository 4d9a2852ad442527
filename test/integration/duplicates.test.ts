/** Copies of events by their id: in any partition, before and after a restart, they count once. */
import {
  aggregationView,
  count,
  distinctCount,
  entity,
  eventSource,
  featureService,
  project,
  sum,
} from '@forebay/definitions';
import { Installation } from '../support/installation';
import { printedRandom } from '../support/seed';
import type { Service } from '../support/service';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';
import type { Fields } from '../support/truth';

const MINUTE_MS = 60_000;
const PARTITIONS = 3;
const EVENTS = 4_000;
const SHOPS = Array.from({ length: 12 }, (_, i) => `shop-${i}`);

let installation: Installation;
afterEach(() => installation.close());

const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const random = printedRandom('duplicates');

const shop = entity({ name: 'shop', joinKeys: { shop: 'string' } });

async function begin(): Promise<void> {
  const orders = eventSource({
    name: 'orders',
    topic: uniqueName('orders'),
    fields: { time: 'timestamp', id: 'string', shop: 'string', amount: 'int64' },
    eventTime: 'time',
    eventId: 'id',
    allowedLateness: '10m',
    dedupe: '15m',
    maxClockSkew: '1m',
    partitions: PARTITIONS,
  });
  const byShop = aggregationView({
    name: 'by_shop',
    entity: shop,
    source: orders,
    batch: false,
    features: {
      orders_20m: count({ window: '20m' }),
      sold_20m: sum('amount', { window: '20m' }),
      ids_20m: distinctCount('id', { window: '20m', exact: 64 }),
    },
  });
  const declared = project({
    name: 'shops',
    entities: [shop],
    eventSources: [orders],
    aggregationViews: [byShop],
    featureServices: [featureService({ name: 'shops', features: [byShop] })],
  });
  const { redisUrl, queueRedisUrl } = own.stack;
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    declared,
  );
  await installation.start('serving');
}

/** Orders of the last minutes, none of them late; ids come again at other times, which makes them other events. */
function orders(n: number): Fields[] {
  const now = Date.now();
  return Array.from({ length: n }, () => ({
    time: now - random.integer(6 * MINUTE_MS),
    id: String(random.integer(n / 4)),
    shop: random.pick(SHOPS),
    amount: random.integer(1_000),
  }));
}

/** Of several of one shop with equal id and time: the first. */
function distinct(events: readonly Fields[]): Fields[] {
  const known = new Map(
    events.toReversed().map((event) => [`${event.shop} ${event.time} ${event.id}`, event]),
  );
  return [...known.values()];
}

/** Sends events, and some of them several times, to partitions as it comes. */
async function send(events: readonly Fields[], copies: readonly Fields[] = []): Promise<void> {
  const again = events.filter(() => random.chance(0.4));
  const records = [...events, ...again, ...copies].map((event) => ({
    topic: installation.source.topic,
    key: null,
    partition: random.integer(PARTITIONS),
    value: JSON.stringify(event),
  }));
  await (await installation.producer()).send(records);
}

/** Two events of a shop are the same exactly when time and id are: the id stands for the position. */
function truly(events: readonly Fields[]): void {
  for (const event of events) installation.truth.sent(event, 0, Number(event.id));
}

/** Everything that is in the topic is in the values, and they are right. */
async function settled(): Promise<void> {
  await installation.reached(await installation.topicSize());
  await installation.settled();
}

async function metric(service: Service, name: string): Promise<number> {
  const response = await fetch(`http://127.0.0.1:${service.ports.metrics}/metrics`);
  const line = (await response.text()).split('\n').find((each) => each.startsWith(`${name}{`));
  return Number(line?.split(' ').at(-1) ?? 0);
}

test('copies before and after the service is killed count once, in whatever partition they come', async () => {
  await begin();
  const all = distinct(orders(2 * EVENTS));
  const [first, second] = [all.slice(0, EVENTS), all.slice(EVENTS)];
  truly([...first, ...second]);
  await send(first);
  let running = await installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms' });
  await installation.reached(1 + random.integer(EVENTS));
  await running.kill9();
  await send(second, first);
  running = await installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms' });
  await installation.reached(EVENTS + random.integer(EVENTS));
  await running.kill9();
  await installation.start('stream');
  await settled();
  await send([], [...first, ...second]);
  await settled();
});

test('copies in partitions of two replicas count once', async () => {
  await begin();
  await Promise.all([installation.start('stream'), installation.start('stream')]);
  const all = distinct(orders(EVENTS));
  truly(all);
  const quarter = Math.ceil(all.length / 4);
  for (let begin = 0; begin < all.length; begin += quarter)
    await send(all.slice(begin, begin + quarter), all.slice(0, begin));
  await settled();
});

test('copies that differ do not count, and are metered; so is an event that is older than the ids', async () => {
  await begin();
  const now = Date.now();
  const order = { time: now - MINUTE_MS, id: '1', shop: 'shop-1', amount: 5 };
  truly([order]);
  const running = await installation.start('stream');
  await send([order]);
  await settled();
  // the stream's progress passes the end of the topic
  await waitFor(async () => Date.now() > now + 2_000, { deadlineMs: 10_000, message: 'two seconds' });
  const tooOld = { ...order, id: '2', time: now - 17 * MINUTE_MS };
  await (await installation.producer()).send(
    [{ ...order, amount: 6 }, order, tooOld].map((event) => ({
      topic: installation.source.topic,
      key: null,
      partition: 0,
      value: JSON.stringify(event),
    })),
  );
  await settled();
  expect(await metric(running, 'forebay_stream_differing_duplicates_total')).toBe(1);
  expect(await metric(running, 'forebay_stream_duplicate_events_total')).toBeGreaterThanOrEqual(2);
  expect(await metric(running, 'forebay_stream_beyond_dedupe_events_total')).toBe(1);
});
