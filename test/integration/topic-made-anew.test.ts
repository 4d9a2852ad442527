/** A topic that was deleted and made anew while nobody read it, and is longer than what was read of the old one. */
import { setTimeout as sleep } from 'node:timers/promises';
import { aggregationView, count, entity, eventSource, project } from '@forebay/definitions';
import { Installation } from '../support/installation';
import { Service } from '../support/service';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';

const SKEW_MS = 1_000;

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

test('is noticed, and not read on from the checkpoint: the records before it would be lost without a word', async () => {
  const { redisUrl, queueRedisUrl } = own.stack;
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  installation = await Installation.create({ kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl }, shops());
  await installation.sendUncounted(events(10));
  const first = await installation.start('stream');
  await installation.reached(10);
  expect(await first.terminate()).toBe(0);

  // stopped and started without a change it goes on
  const again = await installation.start('stream');
  await installation.sendUncounted(events(5));
  await installation.reached(15);
  expect(await again.terminate()).toBe(0);

  await sleep(2 * SKEW_MS);
  const { admin } = await installation.servers.eventLog();
  await admin.deleteTopic(topic);
  await waitFor(async () => (await admin.partitionCount(topic)) === null, {
    deadlineMs: 10_000,
    message: 'the topic is gone',
  });
  await installation.apply(installation.declaration);
  await installation.sendUncounted(events(40));
  const refused = /nothing in it is as old as the first record that was archived/;
  const started = await Service.start('stream', installation.environment).catch((error: Error) => error);
  if (started instanceof Error) expect(started.message).toMatch(refused);
  else {
    await waitFor(() => !started.isRunning, { deadlineMs: 20_000, message: 'the service stops' });
    expect(started.logged(refused)).toBe(true);
  }
  expect(await installation.checkpointed()).toBe(15);
});
