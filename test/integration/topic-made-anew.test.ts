/** A topic that is deleted and made anew: while nobody reads it, and while it is read. */
import { aggregationView, count, entity, eventSource, project } from '@forebay/definitions';
import { deadLetterTopic, readDeadLetterOrigin, readTopic } from '@forebay/event-log';
import { archiveFacts, Installation } from '../support/installation';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';

let installation: Installation;
// Before the servers stop: hooks run in the order in which they stand.
afterAll(() => installation?.close());

const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const topic = uniqueName('orders');

function shops() {
  const shop = entity({ name: 'shop', joinKeys: { shop: 'string' } });
  const orders = eventSource({
    name: 'orders',
    topic,
    fields: { time: 'timestamp', shop: 'string' },
    eventTime: 'time',
    maxClockSkew: '1s',
    partitions: 1,
  });
  const byShop = aggregationView({
    name: 'by_shop',
    entity: shop,
    source: orders,
    batch: false,
    features: { orders_1h: count({ window: '1h' }) },
  });
  return project({
    name: 'shops',
    entities: [shop],
    eventSources: [orders],
    aggregationViews: [byShop],
  });
}

const events = (n: number) => Array.from({ length: n }, () => ({ time: Date.now(), shop: 'a' }));

/** How many events the one shop has had within the hour; what is not exact is an error. */
async function counted(): Promise<number> {
  const { values, statuses, degraded } = await installation.values(installation.view('by_shop'), {
    shop: 'a',
  });
  expect([statuses, degraded]).toEqual([{ orders_1h: 'PRESENT' }, []]);
  return values.orders_1h as number;
}

async function counts(expected: number): Promise<void> {
  await waitFor(async () => (await counted()) === expected, {
    deadlineMs: 30_000,
    message: `${expected} events are counted`,
  }).catch((error: Error) => {
    throw new Error(
      [error.message, error.cause, ...installation.services.map(({ log }) => log)].join('\n\n'),
    );
  });
}

async function makeAnew(): Promise<void> {
  const { admin } = await installation.servers.eventLog();
  await admin.deleteTopic(topic);
  await waitFor(async () => (await admin.partitionCount(topic)) === null, {
    deadlineMs: 10_000,
    message: 'the topic is gone',
  });
  await installation.apply(installation.declaration);
}

/** Each event once, of every epoch. */
async function archivedEvents(expected: number): Promise<void> {
  let facts = {};
  await waitFor(
    async () => {
      facts = await archiveFacts(installation);
      return (
        JSON.stringify(facts) === JSON.stringify({ merged: expected, final: expected, positions: expected })
      );
    },
    { deadlineMs: 20_000, message: `the archive has each of ${expected} events once` },
  ).catch((error: Error) => {
    throw new Error(`${error.message}: ${JSON.stringify(facts)}`);
  });
}

test('events of the new topic count, and those of the old one stay, whoever was running meanwhile', async () => {
  const { redisUrl, queueRedisUrl } = own.stack;
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  installation = await Installation.create({ kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl }, shops());
  await installation.start('serving');
  await installation.sendUncounted(events(10));
  const first = await installation.start('stream');
  await counts(10);
  expect(await first.terminate()).toBe(0);

  // stopped and started without a change it goes on
  const again = await installation.start('stream');
  await installation.sendUncounted(events(5));
  await counts(15);
  expect(await again.terminate()).toBe(0);

  // while nobody reads, and it becomes longer than what was read
  await makeAnew();
  await installation.sendUncounted(events(40));
  const third = await installation.start('stream');
  await counts(55);
  await archivedEvents(55);

  // while it is read, and it stays shorter
  await makeAnew();
  await installation.sendUncounted(events(7));
  await counts(62);
  expect(third.isRunning).toBe(true);
  await archivedEvents(62);

  // what is made anew has the events of all of them
  await (await installation.servers.redis()).client.flushall();
  await installation.apply(installation.declaration);
  await counts(62);

  // a bad record of the new topic says where it stands there
  const producer = await installation.producer();
  const [sent] = await producer.send([{ topic, key: null, value: 'no event' }]);
  const log = await installation.servers.eventLog();
  let offset: number | null = null;
  await waitFor(
    async () => {
      const held = await log.admin.watermarks(deadLetterTopic(topic));
      const range = new Map(
        [...held].map(([partition, { low, high }]) => [partition, { from: low, to: high }]),
      );
      await readTopic(log, deadLetterTopic(topic), range, ({ record }) => {
        offset = readDeadLetterOrigin(record.headers)?.offset ?? null;
      });
      return offset !== null;
    },
    { deadlineMs: 20_000, message: 'there is a dead letter' },
  );
  expect(offset).toBe(sent?.offset);
});
