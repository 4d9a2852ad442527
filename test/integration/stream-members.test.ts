/** Stream services that share a source: they come and go under load, and partitions are added; values stay exact. */
import { readProgress } from '@forebay/online-store';
import { archiveFacts, Installation } from '../support/installation';
import { LATENESS_MS, paymentsProject, randomPayments } from '../support/payments';
import { printedRandom } from '../support/seed';
import { sharedStack, uniqueName, useOwnStack, waitFor } from '../support/stack';

const MINUTE_MS = 60_000;
const PARTITIONS = 6;

let installation: Installation;
afterEach(() => installation.close());

const own = useOwnStack({ parts: ['redis', 'queueRedis'] });
const random = printedRandom('members');

async function begin(): Promise<void> {
  const { redisUrl, queueRedisUrl } = own.stack;
  const { kafkaBrokers, clickhouseUrl } = sharedStack;
  installation = await Installation.create(
    { kafkaBrokers, clickhouseUrl, redisUrl, queueRedisUrl },
    paymentsProject({ topic: uniqueName('payments'), partitions: PARTITIONS }),
  );
  await installation.start('serving');
}

const cards = () => installation.view('by_card');
const stream = () => installation.start('stream', { FOREBAY_STREAM_FLUSH_EVERY: '5ms' });

function payments(n: number) {
  const now = Date.now();
  return randomPayments(random, n, now - LATENESS_MS + 4 * MINUTE_MS, now);
}

/** Sends small pieces without a pause until it is stopped. */
function load() {
  let isOn = true;
  const sending = (async () => {
    while (isOn) await installation.send(payments(200));
  })();
  return async () => {
    isOn = false;
    await sending;
  };
}

async function settled(): Promise<void> {
  await installation.settled([cards()]);
  const size = await installation.topicSize();
  await waitFor(
    async () => {
      const { merged, final, positions } = await archiveFacts(installation);
      return merged === size && final === size && positions === size;
    },
    { deadlineMs: 30_000, message: `the archive has each of ${size} events once` },
  );
}

const applied = async (services: readonly { metrics(): Promise<string> }[]) => {
  const texts = await Promise.all(services.map((service) => service.metrics()));
  return texts.reduce(
    (sum, text) => sum + Number(/^forebay_stream_events_total\{[^}]*\} (\d+)/m.exec(text)?.[1] ?? 0),
    0,
  );
};

test('members go from 1 to 3 to 2 under load: values stay exact, and what stays with a member is not read again', async () => {
  await begin();
  const first = await stream();
  const stop = load();
  await installation.reached(2_000);
  const second = await stream();
  await installation.reached((await installation.topicSize()) + 1_000);
  const third = await stream();
  await installation.reached((await installation.topicSize()) + 1_000);
  const beforeEnd = await applied([first, second, third]);
  expect(await second.terminate()).toBe(0);
  await installation.reached((await installation.topicSize()) + 1_000);
  await stop();
  await settled();
  expect(beforeEnd).toBeGreaterThan(0);
  // none began anew with what it kept: it says so whenever it begins at the checkpoint, and with which partitions
  const begun = (service: typeof first) =>
    service.lines(/reading from the checkpoint/).map((line) => Object.keys(JSON.parse(line).partitions));
  expect(begun(first)[0]).toHaveLength(PARTITIONS);
  const [ofFirst, ofThird] = [begun(first).slice(1).flat(), begun(third).flat()];
  // with three members each has two; the two of the one that leaves go to the others
  expect(ofFirst.length).toBeLessThanOrEqual(2);
  expect(ofThird.length).toBeLessThanOrEqual(3);
  expect(begun(second).flat()).toHaveLength(3);
});

test('partitions that are added are read from their beginning, and progress speaks of them', async () => {
  await begin();
  const running = await stream();
  await installation.send(payments(1_000));
  await installation.settled([cards()]);
  const { admin } = await installation.servers.eventLog();
  await admin.addPartitions(installation.source.topic, PARTITIONS + 2);
  const sent = payments(1_000).map((event, i) => ({ event, partition: PARTITIONS + (i % 2) }));
  const positions = await (await installation.producer()).send(
    sent.map(({ event, partition }) => ({
      topic: installation.source.topic,
      key: null,
      value: JSON.stringify(event),
      partition,
    })),
  );
  installation.count(
    sent.map(({ event }) => event),
    positions,
  );
  // no value is called exact any more, long before a member has noticed them
  const redis = await installation.servers.redis();
  await waitFor(
    async () => (await readProgress(redis, 0, installation.source.id))?.instantsMs.length === PARTITIONS + 2,
    {
      deadlineMs: 3_000,
      message: 'progress speaks of them',
    },
  );
  await settled();
  expect(running.isRunning).toBe(true);
});
