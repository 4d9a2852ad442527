import {
  connectEventLog,
  DEAD_LETTER_HEADERS,
  DeadLetters,
  deadLetterTopic,
  type EventLog,
  type EventRecord,
  originalHeaders,
  ProgressProber,
  type RecordProducer,
  readDeadLetterOrigin,
} from '@forebay/event-log';
import { sharedStack, uniqueName } from '../support/stack';
import { quietLogger, Recorder } from './event-log-recorder';

let log: EventLog;
let producer: RecordProducer;
const logger = quietLogger();

beforeAll(async () => {
  log = await connectEventLog({ brokers: [sharedStack.kafkaBrokers], clientId: 'test', logger });
  producer = await log.producer();
});
afterAll(async () => {
  await producer?.close();
  await log?.close();
});

async function newTopic(partitions: number, name = uniqueName('topic')): Promise<string> {
  await log.admin.ensureTopic(name, { partitions });
  return name;
}

interface PlacedRecord extends EventRecord {
  readonly partition: number;
}

async function readAll(topic: string, count: number): Promise<PlacedRecord[]> {
  const records: PlacedRecord[] = [];
  const reader = new Recorder('reader');
  reader.onBatch = async (batch) => {
    const { partition } = batch;
    for (const { key, value, headers, offset, timestampMs } of batch.records)
      records.push({ key, value, headers, offset, timestampMs, partition });
  };
  await reader.start(log, topic, uniqueName('group'));
  await reader.until(() => records.length >= count, `not ${count} records`);
  await reader.running.stop();
  return records;
}

test('records for a partition that was added after the producer had begun are written, and one that there is not is told', async () => {
  const topic = await newTopic(1);
  await producer.send([{ topic, key: null, value: 'before' }]);
  await log.admin.addPartitions(topic, 2);
  const records = ['a', 'b', 'c'].map((value, i) => ({ topic, key: null, value, partition: i % 2 }));
  expect(await producer.send(records)).toEqual([
    { topic, partition: 0, offset: 1 },
    { topic, partition: 1, offset: 0 },
    { topic, partition: 0, offset: 2 },
  ]);
  await expect(producer.send([{ topic, key: null, value: 'd', partition: 7 }])).rejects.toMatchObject({
    reason: 'not_found',
    message: expect.stringContaining(`topic "${topic}" has no partition 7`),
  });
});

test('each record is where its position says, in the order of the calls, and a key stays in its partition', async () => {
  const topic = await newTopic(4);
  const calls = Array.from({ length: 50 }, (_, call) =>
    Array.from({ length: 7 }, (_, i) => ({ topic, key: `k${(call + i) % 9}`, value: `${call}.${i}` })),
  );
  // Not awaited one by one: they wait for each other, and share requests.
  const positions = await Promise.all(calls.map((records) => producer.send(records)));
  const read = await readAll(topic, 350);
  expect(read).toHaveLength(350);
  const valueAt = new Map(
    read.map((record) => [`${record.partition}/${record.offset}`, String(record.value)]),
  );
  positions.forEach((list, call) => {
    list.forEach(({ partition, offset }, i) => {
      expect(valueAt.get(`${partition}/${offset}`)).toBe(`${call}.${i}`);
    });
  });
  const partitionsOfKey = new Map<string, Set<number>>();
  for (const { key, partition } of read) {
    const name = String(key);
    partitionsOfKey.set(name, (partitionsOfKey.get(name) ?? new Set()).add(partition));
  }
  expect([...partitionsOfKey.values()].every((partitions) => partitions.size === 1)).toBe(true);
});

test('the partition of a key is the one that other Kafka clients choose', async () => {
  const topic = await newTopic(12);
  // murmur2 of Kafka's Java client, positive, mod 12.
  const positions = await producer.send(
    ['21', 'foobar', 'a-little-bit-long-string'].map((key) => ({ topic, key, value: 'x' })),
  );
  const murmur2 = [-973932308, -790332482, -985981536];
  expect(positions.map(({ partition }) => partition)).toEqual(
    murmur2.map((hash) => (hash & 0x7fffffff) % 12),
  );
});

test('more than fits into one request is written all the same', async () => {
  const topic = await newTopic(1);
  const value = Buffer.alloc(2_000, 'x');
  const positions = await producer.send(Array.from({ length: 3_000 }, () => ({ topic, key: null, value })));
  expect(positions.map(({ offset }) => offset)).toEqual(Array.from({ length: 3_000 }, (_, i) => i));
  expect(await log.admin.endOffsets(topic)).toEqual(new Map([[0, 3_000]]));
});

test('a record that is too large, and a topic that is missing, are told; the next call works', async () => {
  const topic = await newTopic(1);
  const missing = uniqueName('missing');
  await expect(producer.send([{ topic, key: null, value: Buffer.alloc(2_000_000) }])).rejects.toMatchObject({
    reason: 'invalid_record',
  });
  await expect(producer.send([{ topic: missing, key: null, value: 'x' }])).rejects.toMatchObject({
    reason: 'not_found',
  });
  expect(await producer.send([{ topic, key: null, value: 'x' }])).toEqual([
    { topic, partition: 0, offset: 0 },
  ]);
  expect(await producer.send([])).toEqual([]);
});

test('a closed producer sends what it was given, and refuses more', async () => {
  const topic = await newTopic(1);
  const own = await log.producer();
  const last = own.send([{ topic, key: null, value: 'x' }]);
  await own.close();
  expect(await last).toHaveLength(1);
  await expect(own.send([{ topic, key: null, value: 'x' }])).rejects.toThrow('the producer is closed');
});

test('a dead letter has the bytes and headers of the original, and where it came from and why', async () => {
  const topic = await newTopic(2);
  await newTopic(1, deadLetterTopic(topic));
  const value = Buffer.from([0x7b, 0xff, 0x00]);
  const headers = { trace: 'abc', list: ['a', 'b'] };
  await producer.send([{ topic, partition: 1, key: 'k', value, headers, timestampMs: 1_700_000_000_123 }]);
  const [original] = await readAll(topic, 1);
  const letters = new DeadLetters(producer, 'stream', () => 1_700_000_000_500);
  const message = 'not JSON: Unexpected token at position 1';
  await letters.send([
    { topic, partition: 1, record: original as EventRecord, reason: 'not_json', message, source: 'flights' },
  ]);
  const [letter] = await readAll(deadLetterTopic(topic), 1);
  expect(letter?.key).toEqual(Buffer.from('k'));
  expect(letter?.value).toEqual(value);
  expect(letter?.headers[DEAD_LETTER_HEADERS.reason]).toEqual(Buffer.from('not_json'));
  expect(readDeadLetterOrigin(letter?.headers ?? {})).toEqual({
    topic,
    partition: 1,
    offset: 0,
    timestampMs: 1_700_000_000_123,
    reason: 'not_json',
    message,
    source: 'flights',
    service: 'stream',
    timeMs: 1_700_000_000_500,
    attempt: 1,
  });
  expect(originalHeaders(letter?.headers ?? {})).toEqual(original?.headers);
});

test('progress: what had arrived before a probe is applied once its end offset is', async () => {
  const topic = await newTopic(2);
  let clockMs = 1_000;
  const probe = async (clock: number) => ({ clockMs: clock, ends: await log.admin.endOffsets(topic) });
  const options = { probe, topic, intervalMs: 3_600_000, now: () => clockMs, logger };
  const prober = new ProgressProber(options);
  expect(prober.observe(0, 0)).toBeNull();
  await prober.probe();
  expect([prober.observe(0, 0), prober.observe(1, 0), prober.observe(2, 0)]).toEqual([1_000, 1_000, null]);
  await producer.send([0, 1, 2].map(() => ({ topic, partition: 0, key: null, value: 'x' })));
  clockMs = 2_000;
  await prober.probe();
  expect([prober.observe(0, 2), prober.observe(1, 0)]).toEqual([1_000, 2_000]);
  expect(prober.observe(0, 3)).toBe(2_000);
  await prober.stop();
});
