import { connectEventLog, type EventLog, ProgressProber } from '@forebay/event-log';
import { uniqueName, useOwnKafka, waitFor } from '../support/stack';
import { quietLogger, Recorder } from './event-log-recorder';

/** The broker of the tests allows shorter ones than brokers usually do. */
const SESSION_MS = 3_000;

const kafka = useOwnKafka();
const logger = quietLogger();
let log: EventLog;

beforeAll(async () => {
  log = await connectEventLog({ brokers: [kafka.url], clientId: 'test', logger });
});
const cleanUps: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0)) await cleanUp().catch(() => {});
});
afterAll(() => log?.close());

function recorder(name: string): Recorder {
  const made = new Recorder(name);
  cleanUps.push(() => made.running.stop());
  return made;
}

async function newTopic(): Promise<string> {
  const topic = uniqueName('topic');
  await log.admin.ensureTopic(topic, { partitions: 2 });
  return topic;
}

test('the broker is killed and comes back: the consumer says so, joins again, and goes on where it was', async () => {
  const topic = await newTopic();
  const producer = await log.producer();
  cleanUps.push(() => producer.close());
  const write = (from: number, count: number) =>
    producer.send(
      Array.from({ length: count }, (_, i) => ({
        topic,
        partition: (from + i) % 2,
        key: null,
        value: `${from + i}`,
      })),
    );
  const seen = recorder('one');
  const prober = new ProgressProber({
    probe: async (clockMs) => ({ clockMs, ends: await log.admin.endOffsets(topic) }),
    topic,
    intervalMs: 200,
    logger,
  });
  cleanUps.push(() => prober.stop());
  await seen.start(log, topic, uniqueName('group'), { sessionTimeoutMs: SESSION_MS });
  await write(0, 100);
  await seen.until(() => seen.delivered.length === 100, 'no start');
  await kafka.server.kill9();
  await seen.until(
    () => seen.steps.some((step) => step.kind === 'error'),
    'the loss of the broker was not reported',
  );
  expect(seen.steps.filter((step) => step.kind === 'error').every((step) => !step.fatal)).toBe(true);
  // What is sent now is written when the broker is back.
  const sending = write(100, 100);
  const lostAt = Date.now();
  await kafka.server.restart();
  await sending;
  await seen.until(() => seen.delivered.length >= 200, 'reading did not go on', 60_000);
  const values = seen.delivered.map(({ value }) => Number(value)).sort((a, b) => a - b);
  expect(values).toEqual(Array.from({ length: 200 }, (_, i) => i));
  expect(seen.steps.filter((step) => step.kind === 'revoked').at(0)).toMatchObject({
    reason: 'interruption',
  });
  const progress = () => prober.observe(0, seen.running.position(topic, 0) ?? 0) ?? 0;
  await waitFor(() => progress() > lostAt, { deadlineMs: 30_000, message: 'progress stands still' });
  const startedAt = performance.now();
  await seen.running.stop();
  expect(performance.now() - startedAt).toBeLessThan(2_000);
});

test('a stop while the broker is away is quick, and the consumer does not come back to life', async () => {
  const topic = await newTopic();
  const seen = recorder('one');
  await seen.start(log, topic, uniqueName('group'));
  await seen.until(() => seen.ownedPartitions.length === 2, 'not joined');
  await kafka.server.kill9();
  await seen.until(() => seen.steps.some((step) => step.kind === 'error'), 'the loss was not reported');
  const startedAt = performance.now();
  await seen.running.stop();
  expect(performance.now() - startedAt).toBeLessThan(6_000);
  const steps = seen.steps.length;
  await kafka.server.restart();
  const other = recorder('two');
  await waitFor(() => other.start(log, topic, uniqueName('group')), {
    deadlineMs: 60_000,
    message: 'no second consumer',
  });
  await other.until(() => other.ownedPartitions.length === 2, 'the second did not join', 30_000);
  await other.running.stop();
  expect(seen.steps).toHaveLength(steps);
});

test('a broker that does not answer at all (stopped, not gone) is noticed, and the consumer goes on afterwards', async () => {
  const topic = await newTopic();
  const producer = await log.producer();
  cleanUps.push(() => producer.close());
  const seen = recorder('one');
  await seen.start(log, topic, uniqueName('group'), { sessionTimeoutMs: SESSION_MS });
  await seen.until(() => seen.ownedPartitions.length === 2, 'not joined');
  kafka.server.pause();
  const until = performance.now() + 1.5 * SESSION_MS;
  await waitFor(() => performance.now() > until, { deadlineMs: 12_000, message: 'time stands still' });
  kafka.server.resume();
  await producer.send([0, 1].map((partition) => ({ topic, partition, key: null, value: 'x' })));
  await seen.until(() => seen.delivered.length === 2, 'reading did not go on', 60_000);
  await seen.running.stop();
});
