import { connectEventLog, type EventLog } from '@forebay/event-log';
import { sharedStack, uniqueName, waitFor } from '../support/stack';
import { quietLogger } from './event-log-recorder';

let log: EventLog;

beforeAll(async () => {
  log = await connectEventLog({
    brokers: [sharedStack.kafkaBrokers],
    clientId: 'test',
    logger: quietLogger(),
  });
});
afterAll(() => log?.close());

test('a topic is created once, and found again with its partitions', async () => {
  const topic = uniqueName('topic');
  expect(await log.admin.partitionCount(topic)).toBeNull();
  const options = { partitions: 3, config: { 'retention.ms': '600000' } };
  expect(await log.admin.ensureTopic(topic, options)).toEqual({ created: true, partitions: 3 });
  expect(await log.admin.ensureTopic(topic, options)).toEqual({ created: false, partitions: 3 });
  expect(await log.admin.partitionCount(topic)).toBe(3);
});

test('several that create a topic at once all succeed', async () => {
  const topic = uniqueName('topic');
  const results = await Promise.all([1, 2, 3, 4].map(() => log.admin.ensureTopic(topic, { partitions: 2 })));
  expect(results.every(({ partitions }) => partitions === 2)).toBe(true);
  expect(results.filter(({ created }) => created)).toHaveLength(1);
});

test('a topic with more partitions than wanted is fine; with fewer it is an error that says what to do', async () => {
  const topic = uniqueName('topic');
  await log.admin.ensureTopic(topic, { partitions: 2 });
  expect(await log.admin.ensureTopic(topic, { partitions: 1 })).toEqual({ created: false, partitions: 2 });
  await expect(log.admin.ensureTopic(topic, { partitions: 4 })).rejects.toMatchObject({
    reason: 'failed_precondition',
    message: expect.stringContaining(`topic "${topic}" has 2 partitions, fewer than the 4 that are wanted`),
  });
});

test('a wrong name, a wrong setting and a missing topic are told', async () => {
  await expect(log.admin.ensureTopic('no such name', { partitions: 1 })).rejects.toMatchObject({
    reason: 'invalid_request',
  });
  const topic = uniqueName('topic');
  const config = { 'retention.ms': 'soon' };
  await expect(log.admin.ensureTopic(topic, { partitions: 1, config })).rejects.toMatchObject({
    reason: 'invalid_request',
    message: expect.stringContaining(`creating topic "${topic}"`),
  });
  await expect(log.admin.endOffsets(topic)).rejects.toMatchObject({
    reason: 'not_found',
    message: expect.stringContaining(`reading the offsets of topic "${topic}"`),
  });
});

test('offsets: beginning, end, by time, and after records were deleted', async () => {
  const topic = uniqueName('topic');
  await log.admin.ensureTopic(topic, { partitions: 2 });
  const producer = await log.producer();
  const base = 1_700_000_000_000;
  await producer.send(
    [0, 1, 2, 3, 4].map((i) => ({
      topic,
      partition: 0,
      key: null,
      value: 'x',
      timestampMs: base + i * 1_000,
    })),
  );
  await producer.close();
  expect(await log.admin.endOffsets(topic)).toEqual(
    new Map([
      [0, 5],
      [1, 0],
    ]),
  );
  expect(await log.admin.offsetsAt(topic, base + 1_500)).toEqual(
    new Map([
      [0, 2],
      [1, 0],
    ]),
  );
  expect(await log.admin.offsetsAt(topic, base + 60_000)).toEqual(
    new Map([
      [0, 5],
      [1, 0],
    ]),
  );
  await log.admin.deleteRecords(topic, [{ partition: 0, offset: 3 }]);
  expect(await log.admin.beginningOffsets(topic)).toEqual(
    new Map([
      [0, 3],
      [1, 0],
    ]),
  );
  expect(await log.admin.watermarks(topic)).toEqual(
    new Map([
      [0, { low: 3, high: 5 }],
      [1, { low: 0, high: 0 }],
    ]),
  );
});

test('a topic that was deleted does not spoil questions about others', async () => {
  const [gone, stays] = [uniqueName('gone'), uniqueName('stays')];
  const other = await connectEventLog({
    brokers: [sharedStack.kafkaBrokers],
    clientId: 'x',
    logger: quietLogger(),
  });
  await log.admin.ensureTopic(gone, { partitions: 1 });
  await log.admin.ensureTopic(stays, { partitions: 1 });
  await log.admin.endOffsets(gone);
  await other.admin.deleteTopic(gone);
  await waitFor(async () => (await other.admin.partitionCount(gone)) === null, {
    deadlineMs: 5_000,
    message: 'the topic was not deleted',
  });
  await other.close();
  const fresh = uniqueName('fresh');
  await log.admin.ensureTopic(fresh, { partitions: 1 });
  expect(await log.admin.endOffsets(fresh)).toEqual(new Map([[0, 0]]));
  expect(await log.admin.endOffsets(stays)).toEqual(new Map([[0, 0]]));
  await expect(log.admin.endOffsets(gone)).rejects.toMatchObject({ reason: 'not_found' });
});

test('a broker that is not there is unavailable, after one short attempt', async () => {
  const startedAt = performance.now();
  const attempt = connectEventLog({ brokers: ['127.0.0.1:1'], clientId: 'test', logger: quietLogger() });
  await expect(attempt).rejects.toMatchObject({
    reason: 'unavailable',
    message: expect.stringContaining('connecting to Kafka: '),
  });
  expect(performance.now() - startedAt).toBeLessThan(10_000);
});

test('a topic that is made anew has another id; one that is not there has none', async () => {
  const topic = uniqueName('topic');
  expect(await log.topicId(topic)).toBeNull();
  await log.admin.ensureTopic(topic, { partitions: 1 });
  const first = await log.topicId(topic);
  expect(first).toMatch(/^[0-9a-f]{32}$/);
  expect(await log.topicId(topic)).toBe(first);
  await log.admin.deleteTopic(topic);
  await waitFor(async () => (await log.admin.partitionCount(topic)) === null, {
    deadlineMs: 10_000,
    message: 'the topic is gone',
  });
  await log.admin.ensureTopic(topic, { partitions: 1 });
  const second = await log.topicId(topic);
  expect(second).toMatch(/^[0-9a-f]{32}$/);
  expect(second).not.toBe(first);
});
