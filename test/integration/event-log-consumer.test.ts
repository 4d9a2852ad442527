import { ForebayError } from '@forebay/contract';
import { connectEventLog, type EventLog, type RecordProducer, type StartOffset } from '@forebay/event-log';
import { sharedStack, uniqueName, waitFor } from '../support/stack';
import { quietLogger, Recorder } from './event-log-recorder';

/** The broker of the tests allows shorter ones than brokers usually do. */
const SESSION_MS = 3_000;

let log: EventLog;
let producer: RecordProducer;
const logger = quietLogger();
const recorders: Recorder[] = [];

beforeAll(async () => {
  log = await connectEventLog({ brokers: sharedStack.kafkaBrokers.split(','), clientId: 'test', logger });
  producer = await log.producer();
});
afterEach(async () => {
  for (const recorder of recorders.splice(0)) await recorder.running.stop().catch(() => {});
});
afterAll(async () => {
  await producer?.close();
  await log?.close();
});

function recorder(...args: ConstructorParameters<typeof Recorder>): Recorder {
  const made = new Recorder(...args);
  recorders.push(made);
  return made;
}

async function newTopic(partitions: number): Promise<string> {
  const topic = uniqueName('events');
  await log.admin.ensureTopic(topic, { partitions });
  return topic;
}

/** Writes `count` records into a partition, 50 to a batch of the log; the values are `from`, `from + 1`, … */
async function fill(topic: string, partition: number, count: number, from = 0): Promise<void> {
  for (let i = 0; i < count; i += 50) {
    const values = range(from + i, from + Math.min(count, i + 50));
    await producer.send(values.map((value) => ({ topic, partition, key: null, value: String(value) })));
  }
}

const offsetsOf = (r: Recorder, partition = 0) =>
  r.delivered.filter((d) => d.partition === partition).map((d) => d.offset);
const range = (from: number, to: number) => Array.from({ length: to - from }, (_, i) => from + i);

test('reading begins at the given offsets, whatever the group has committed, and not one record before', async () => {
  const topic = await newTopic(3);
  for (const partition of [0, 1, 2]) await fill(topic, partition, 100);
  const groupId = uniqueName('group');
  const first = recorder(
    'first',
    new Map<number, StartOffset>([
      [0, 'end'],
      [1, 'end'],
      [2, 'end'],
    ]),
  );
  await first.start(log, topic, groupId);
  await first.until(() => first.running.position(topic, 2) === 100, 'no position at the end');
  first.running.commit([{ topic, partition: 0, offset: 100 }]);
  await first.running.stop();
  expect(first.delivered).toEqual([]);
  await waitFor(async () => (await log.admin.committedOffsets(groupId, topic)).get(0) === 100, {
    deadlineMs: 5_000,
    message: 'the commit is not shown',
  });

  const second = recorder(
    'second',
    new Map<number, StartOffset>([
      [0, 40],
      [1, 'beginning'],
      [2, 99],
    ]),
  );
  await second.start(log, topic, groupId);
  await second.until(() => second.delivered.length === 161, 'not all records came');
  expect(offsetsOf(second, 0)).toEqual(range(40, 100));
  expect(offsetsOf(second, 1)).toEqual(range(0, 100));
  expect(offsetsOf(second, 2)).toEqual([99]);
  expect(second.running.position(topic, 0)).toBe(100);
});

test('a record has its key, value, headers, offset and timestamp as they were written', async () => {
  const topic = await newTopic(1);
  const value = Buffer.from([0, 255, 1]);
  const headers = { a: 'x', b: [Buffer.from([255]), Buffer.from('z')] };
  await producer.send([
    { topic, key: 'k', value, headers, timestampMs: 1_234_567_890_123 },
    { topic, key: null, value: null },
  ]);
  const seen = recorder('one');
  const records: unknown[] = [];
  seen.onBatch = async (batch) => {
    for (const { key, value, headers, offset, timestampMs } of batch.records)
      records.push({ key, value, headers, offset, timestampMs });
  };
  await seen.start(log, topic, uniqueName('group'));
  await seen.until(() => records.length === 2, 'no records');
  expect(records[0]).toEqual({
    key: Buffer.from('k'),
    value,
    headers: { a: Buffer.from('x'), b: [Buffer.from([255]), Buffer.from('z')] },
    offset: 0,
    timestampMs: 1_234_567_890_123,
  });
  expect(records[1]).toMatchObject({ key: null, value: null, headers: {}, offset: 1 });
});

test('a seek while a batch is being handled rewinds: nothing that was fetched before is delivered', async () => {
  const topic = await newTopic(2);
  await fill(topic, 0, 500);
  await fill(topic, 1, 500);
  const seen = recorder('one');
  let rewound = false;
  seen.onBatch = async ({ partition, nextOffset }) => {
    if (rewound || partition !== 0 || nextOffset < 300) return;
    rewound = true;
    expect(seen.running.seek(topic, 0, 100)).toBe(true);
    expect(seen.running.position(topic, 0)).toBe(100);
  };
  // Small fetches: several batches are under way when the seek comes.
  await seen.start(log, topic, uniqueName('group'), { maxBytesPerPartition: 2_000 });
  await seen.until(
    () => seen.running.position(topic, 0) === 500 && seen.running.position(topic, 1) === 500,
    'no end',
  );
  const zero = offsetsOf(seen, 0);
  const turn = zero.findIndex((offset, i) => i > 0 && offset < (zero[i - 1] as number));
  expect(zero[turn]).toBe(100);
  expect(zero.slice(0, turn)).toEqual(range(0, turn));
  expect(zero.slice(turn)).toEqual(range(100, 500));
  expect(offsetsOf(seen, 1)).toEqual(range(0, 500));
});

test('a batch that was fetched before a seek, and waits for its turn, is not delivered', async () => {
  const topic = await newTopic(2);
  await fill(topic, 0, 500);
  await fill(topic, 1, 500);
  const seen = recorder('one');
  const targets = [300, 100, 250, 40];
  let expected = 0;
  const wrong: string[] = [];
  seen.onBatch = async ({ partition, records, nextOffset }) => {
    if (partition === 1) {
      if (records[0]?.offset !== expected) wrong.push(`${records[0]?.offset} instead of ${expected}`);
      expected = nextOffset;
      return;
    }
    // Each fetch brings both partitions: while the batch of 0 is handled, the one of 1 lies waiting.
    const target = targets[0];
    if (target === undefined || !seen.running.seek(topic, 1, target)) return;
    targets.shift();
    expected = target;
  };
  await seen.start(log, topic, uniqueName('group'), { maxBytesPerPartition: 2_000 });
  await seen.until(
    () => seen.running.position(topic, 0) === 500 && seen.running.position(topic, 1) === 500,
    'no end',
  );
  expect(wrong).toEqual([]);
  expect(targets).toEqual([]);
});

test('seeks from outside, many of them, each go on exactly where they say', async () => {
  const topic = await newTopic(2);
  await fill(topic, 0, 2_000);
  await fill(topic, 1, 2_000);
  const seen = recorder('one');
  await seen.start(log, topic, uniqueName('group'), { maxBytesPerPartition: 3_000, maxWaitMs: 5 });
  const batches = () =>
    seen.steps.flatMap((step) => (step.kind === 'batch' && step.partition === 0 ? [step] : []));
  await seen.until(() => batches().length > 0, 'no start');
  for (let i = 0; i < 30; i++) {
    const target = (i * 613) % 1_900;
    // A batch that was handed over already is written down already: the next one comes after the seek.
    const before = batches().length;
    seen.running.seek(topic, 0, target);
    await seen.until(() => batches().length > before + (i % 3), `no batch after the seek to ${target}`);
    expect(batches()[before]?.first).toBe(target);
  }
  await seen.until(() => seen.running.position(topic, 0) === 2_000, 'no end');
  // Where no seek was, there is no gap and no repetition.
  const targets = new Set(range(0, 30).map((i) => (i * 613) % 1_900));
  batches().forEach((batch, i) => {
    const previous = batches()[i - 1];
    if (previous !== undefined && batch.first !== previous.last + 1) expect(targets).toContain(batch.first);
  });
});

test('a paused partition delivers nothing while others go on, and resumes where it was', async () => {
  const topic = await newTopic(2);
  await fill(topic, 0, 50);
  const seen = recorder('one');
  await seen.start(log, topic, uniqueName('group'));
  await seen.until(() => seen.running.position(topic, 0) === 50, 'no start');
  seen.running.pause(topic, 0);
  await fill(topic, 0, 50, 50);
  await fill(topic, 1, 50);
  await seen.until(() => seen.running.position(topic, 1) === 50, 'the other partition stands still');
  expect(seen.running.position(topic, 0)).toBe(50);
  seen.running.resume(topic, 0);
  await seen.until(() => seen.running.position(topic, 0) === 100, 'it did not resume');
  expect(offsetsOf(seen, 0)).toEqual(range(0, 100));
});

test('a stop is quick, lets the batch end, revokes, and leaves the group', async () => {
  const topic = await newTopic(1);
  await fill(topic, 0, 10);
  const seen = recorder('one');
  let release = () => {};
  seen.onBatch = () => new Promise<void>((resolve) => (release = resolve));
  await seen.start(log, topic, uniqueName('group'), { maxWaitMs: 500 });
  await seen.until(() => seen.steps.some((step) => step.kind === 'batch'), 'no batch');
  const stopping = seen.running.stop();
  expect(seen.steps.some((step) => step.kind === 'revoked')).toBe(false);
  release();
  const startedAt = performance.now();
  await stopping;
  expect(performance.now() - startedAt).toBeLessThan(2_000);
  expect(seen.steps.at(-1)).toEqual({ kind: 'revoked', partitions: [0], reason: 'stop' });
  expect(seen.delivered).toHaveLength(10);

  // The group is free at once: nobody waits for a session to end.
  const next = recorder('two');
  const joinedAt = performance.now();
  await next.start(log, topic, uniqueName('group'));
  await next.until(() => next.delivered.length === 10, 'no records');
  expect(performance.now() - joinedAt).toBeLessThan(5_000);
});

test('members come and go (1, 2, 3, 1): nothing is lost, and nothing comes to a member that has given a partition up', async () => {
  const topic = await newTopic(6);
  const groupId = uniqueName('group');
  const checkpoint = new Map<number, number>();
  const members = ['a', 'b', 'c'].map((name) => recorder(name, checkpoint));
  const [a, b, c] = members as [Recorder, Recorder, Recorder];
  let written = 0;
  let writing = true;
  const writer = (async () => {
    while (writing) {
      const values = range(written, written + 60);
      await producer.send(values.map((i) => ({ topic, partition: i % 6, key: null, value: String(i) })));
      written += 60;
    }
  })();
  const seenBy = (...names: string[]) =>
    members.flatMap((m) => (names.includes(m.member) ? m.ownedPartitions : [])).sort((x, y) => x - y);
  await a.start(log, topic, groupId);
  await a.until(() => a.delivered.length > 1_000, 'a reads nothing');
  await b.start(log, topic, groupId);
  await b.until(
    () => seenBy('a', 'b').join() === '0,1,2,3,4,5' && b.delivered.length > 1_000,
    'no share for b',
  );
  expect(a.ownedPartitions).toHaveLength(3);
  await c.start(log, topic, groupId);
  await c.until(
    () => seenBy('a', 'b', 'c').join() === '0,1,2,3,4,5' && c.delivered.length > 500,
    'no share for c',
  );
  await b.running.stop();
  await a.running.stop();
  await c.until(() => c.ownedPartitions.length === 6, 'c did not get all partitions');
  writing = false;
  await writer;
  const all = () => new Set(members.flatMap((m) => m.delivered.map((d) => d.value)));
  await c.until(() => all().size === written, 'records are missing');
  // Where a new owner begins before the old one's last batch is written down, records come twice; never too few.
  for (const member of members) {
    for (const partition of range(0, 6)) {
      const steps = member.steps.filter((step) => step.kind !== 'batch' || step.partition === partition);
      let next: number | null = null;
      for (const step of steps) {
        if (step.kind !== 'batch') next = null;
        else {
          if (next !== null) expect(step.first).toBe(next);
          next = step.last + 1;
        }
      }
    }
  }
  expect(members.flatMap((m) => m.steps).filter((step) => step.kind === 'error')).toEqual([]);
});

test('what stays with a member through rebalances is not revoked, and goes on where it was', async () => {
  const topic = await newTopic(6);
  for (const partition of range(0, 6)) await fill(topic, partition, 50);
  const groupId = uniqueName('group');
  const checkpoint = new Map<number, number>();
  const [a, b, c] = ['a', 'b', 'c'].map((name) => recorder(name, checkpoint)) as [
    Recorder,
    Recorder,
    Recorder,
  ];
  const shares = (...sizes: number[]) =>
    [a, b, c].map((m) => m.ownedPartitions.length).join() === sizes.join();
  await a.start(log, topic, groupId);
  await a.until(() => a.delivered.length === 300, 'a reads nothing');
  await b.start(log, topic, groupId);
  await b.until(() => shares(3, 3, 0), 'no share for b');
  const ofB = b.ownedPartitions;
  await c.start(log, topic, groupId);
  await c.until(() => shares(2, 2, 2), 'no share for c');
  const [keptByA, keptByB] = [a.ownedPartitions, b.ownedPartitions];
  expect(ofB).toEqual(expect.arrayContaining([...keptByB]));
  await c.running.stop();
  await a.until(() => a.ownedPartitions.length + b.ownedPartitions.length === 6, 'nobody has what c had');
  expect(a.ownedPartitions).toEqual(expect.arrayContaining([...keptByA]));
  expect(b.ownedPartitions).toEqual(expect.arrayContaining([...keptByB]));
  const revokedOf = (m: Recorder) => m.steps.flatMap((s) => (s.kind === 'revoked' ? s.partitions : []));
  expect(revokedOf(a).filter((partition) => keptByA.includes(partition))).toEqual([]);
  expect(revokedOf(b).filter((partition) => keptByB.includes(partition))).toEqual([]);
  for (const partition of range(0, 6)) await fill(topic, partition, 10, 50);
  await a.until(() => a.delivered.length + b.delivered.length === 360, 'not all came');
  const delivered = [a, b, c].flatMap((m) => m.delivered.map((d) => `${d.partition}/${d.offset}`));
  expect(new Set(delivered).size).toBe(delivered.length);
});

test('a member that slept while others had its partitions keeps none of them', async () => {
  const topic = await newTopic(2);
  const groupId = uniqueName('group');
  const checkpoint = new Map<number, number>();
  const [a, b] = ['a', 'b'].map((name) => recorder(name, checkpoint)) as [Recorder, Recorder];
  await a.start(log, topic, groupId);
  await a.until(() => a.ownedPartitions.length === 2, 'no assignment');
  await b.start(log, topic, groupId);
  await b.until(() => a.ownedPartitions.length === 1 && b.ownedPartitions.length === 1, 'no shares');
  // b leaves and comes back: it is another member, whose claims nobody knows
  const [ofB] = b.ownedPartitions;
  await b.running.stop();
  await a.until(() => a.ownedPartitions.length === 2, 'a did not get the other partition');
  const last = a.steps.filter((step) => step.kind === 'assigned').at(-1);
  expect(last).toEqual({ kind: 'assigned', partitions: [0, 1] });
  expect(
    a.steps.filter((step) => step.kind === 'revoked').map((s) => s.kind === 'revoked' && s.partitions),
  ).toEqual([[ofB]]);
});

test('partitions that are added are noticed, shared out and read from the beginning', async () => {
  const topic = await newTopic(1);
  await fill(topic, 0, 10);
  const seen = recorder('one');
  await seen.start(log, topic, uniqueName('group'));
  await seen.until(() => seen.delivered.length === 10, 'no records');
  await log.admin.addPartitions(topic, 3);
  await fill(topic, 2, 10);
  expect([...(await log.admin.endOffsets(topic)).keys()].sort()).toEqual([0, 1, 2]);
  await seen.until(() => seen.delivered.length === 20, 'the new partition is not read');
  expect(offsetsOf(seen, 2)).toEqual(range(0, 10));
  expect(seen.steps.filter((step) => step.kind === 'revoked' && step.partitions.includes(0))).toEqual([]);
});

test('a batch that takes longer than the session keeps its partition: heartbeats go on', async () => {
  const topic = await newTopic(1);
  await fill(topic, 0, 5);
  const seen = recorder('one');
  let release = () => {};
  seen.onBatch = () => new Promise<void>((resolve) => (release = resolve));
  await seen.start(log, topic, uniqueName('group'), { sessionTimeoutMs: SESSION_MS });
  await seen.until(() => seen.steps.some((step) => step.kind === 'batch'), 'no batch');
  const until = performance.now() + 1.5 * SESSION_MS;
  await waitFor(() => performance.now() > until, { deadlineMs: 15_000, message: 'time stands still' });
  seen.onBatch = async () => {};
  release();
  await fill(topic, 0, 5, 5);
  await seen.until(() => seen.delivered.length === 10, 'not all came');
  expect(seen.steps.map((step) => step.kind)).toEqual(['assigned', 'batch', 'batch']);
});

test('a rebalance during a long batch waits for it, and the batch is not repeated', async () => {
  const topic = await newTopic(2);
  await fill(topic, 0, 5);
  await fill(topic, 1, 5);
  const groupId = uniqueName('group');
  const checkpoint = new Map<number, number>();
  const a = recorder('a', checkpoint);
  const b = recorder('b', checkpoint);
  let release = () => {};
  let held = false;
  a.onBatch = () => {
    if (held) return Promise.resolve();
    held = true;
    return new Promise<void>((resolve) => (release = resolve));
  };
  await a.start(log, topic, groupId, { sessionTimeoutMs: SESSION_MS });
  await a.until(() => held, 'no batch');
  const joining = b.start(log, topic, groupId, { sessionTimeoutMs: SESSION_MS });
  const until = performance.now() + SESSION_MS / 2;
  await waitFor(() => performance.now() > until, { deadlineMs: 10_000, message: 'time stands still' });
  expect(a.steps.some((step) => step.kind === 'revoked')).toBe(false);
  release();
  await joining;
  await b.until(() => a.ownedPartitions.length === 1 && b.ownedPartitions.length === 1, 'no shares');
  await b.until(() => a.delivered.length + b.delivered.length === 10, 'not all came once');
});

test('a start before what is kept asks the owner, and goes nowhere by itself', async () => {
  const topic = await newTopic(2);
  await fill(topic, 0, 100);
  await fill(topic, 1, 10);
  await log.admin.deleteRecords(topic, [{ partition: 0, offset: 60 }]);
  const left = recorder('left', new Map([[0, 50]]));
  await left.start(log, topic, uniqueName('group'));
  await left.until(() => left.delivered.length === 10, 'the other partition is not read');
  expect(left.steps).toContainEqual({
    kind: 'out of range',
    place: { topic, partition: 0, offset: 50, held: { low: 60, high: 100 } },
  });
  expect(left.running.position(topic, 0)).toBeNull();
  expect(offsetsOf(left, 0)).toEqual([]);

  const moved = recorder('moved', new Map([[0, 101]]));
  moved.outOfRange = async () => 'beginning';
  await moved.start(log, topic, uniqueName('group'));
  await moved.until(() => moved.delivered.length === 50, 'not all came');
  expect(offsetsOf(moved, 0)).toEqual(range(60, 100));
});

test('what an owner throws on an offset out of range stops the consumer with that message', async () => {
  const topic = await newTopic(1);
  await fill(topic, 0, 10);
  const seen = recorder('one', new Map([[0, 11]]));
  seen.outOfRange = async () => {
    throw new ForebayError('failed_precondition', 'the checkpoint is behind the end of the topic: rebuild');
  };
  await seen.start(log, topic, uniqueName('group'));
  await seen.until(() => seen.steps.some((step) => step.kind === 'error'), 'no error');
  expect(seen.steps.slice(-2)).toEqual([
    { kind: 'revoked', partitions: [0], reason: 'failure' },
    {
      kind: 'error',
      message: 'failed_precondition: the checkpoint is behind the end of the topic: rebuild',
      fatal: true,
    },
  ]);
  await seen.running.stop();
});

test('a position that retention passes while it is paused is noticed, and nothing is skipped silently', async () => {
  const topic = await newTopic(1);
  await fill(topic, 0, 10);
  const seen = recorder('one');
  await seen.start(log, topic, uniqueName('group'));
  await seen.until(() => seen.running.position(topic, 0) === 10, 'no start');
  seen.running.pause(topic, 0);
  await fill(topic, 0, 90, 10);
  await log.admin.deleteRecords(topic, [{ partition: 0, offset: 70 }]);
  seen.running.resume(topic, 0);
  await seen.until(() => seen.steps.some((step) => step.kind === 'out of range'), 'it was not noticed');
  expect(seen.steps.at(-1)).toEqual({
    kind: 'out of range',
    place: { topic, partition: 0, offset: 10, held: { low: 70, high: 100 } },
  });
  expect(offsetsOf(seen)).toEqual(range(0, 10));
  expect(seen.running.position(topic, 0)).toBeNull();
});

test('a batch handler that fails for good stops the consumer and says so, instead of hanging', async () => {
  const topic = await newTopic(1);
  await fill(topic, 0, 10);
  const seen = recorder('one');
  seen.onBatch = async () => {
    throw new TypeError('cannot read properties of undefined');
  };
  await seen.start(log, topic, uniqueName('group'));
  await seen.until(() => seen.steps.some((step) => step.kind === 'error'), 'no error', 5_000);
  expect(seen.steps.map((step) => step.kind)).toEqual(['assigned', 'batch', 'revoked', 'error']);
  expect(seen.steps.at(-1)).toMatchObject({
    message: 'internal: cannot read properties of undefined',
    fatal: true,
  });
});

test('a batch handler that fails for now is asked again from its checkpoint', async () => {
  const topic = await newTopic(1);
  await fill(topic, 0, 10);
  const seen = recorder('one');
  let failures = 0;
  seen.onBatch = async () => {
    if (failures++ < 2) throw new ForebayError('unavailable', 'redis is away');
  };
  await seen.start(log, topic, uniqueName('group'));
  await seen.until(() => seen.delivered.length === 10, 'no records');
  expect(offsetsOf(seen)).toEqual(range(0, 10));
  const errors = seen.steps.filter((step) => step.kind === 'error');
  expect(errors).toEqual(
    range(0, 2).map(() => ({ kind: 'error', message: 'unavailable: redis is away', fatal: false })),
  );
  expect(seen.steps.filter((step) => step.kind === 'assigned')).toHaveLength(3);
});

test('control records of transactions are passed over, and do not keep the position back', async () => {
  const topic = await newTopic(1);
  await writeTransactions(topic);
  const seen = recorder('one');
  await seen.start(log, topic, uniqueName('group'));
  const end = (await log.admin.endOffsets(topic)).get(0) as number;
  await seen.until(
    () => seen.running.position(topic, 0) === end,
    'the position stays behind the control record',
  );
  expect(seen.delivered.map((d) => d.value)).toEqual(['committed 1', 'committed 2']);
  // A position that points at a control record.
  const again = recorder('again', new Map([[0, end - 1]]));
  await again.start(log, topic, uniqueName('group'));
  await again.until(() => again.running.position(topic, 0) === end, 'stuck at a control record');
  await fill(topic, 0, 1, 77);
  await again.until(() => again.delivered.length === 1, 'stuck behind a control record');
  expect(again.delivered[0]?.value).toBe('77');
});

test('a topic that does not exist is told before anything is joined', async () => {
  const missing = uniqueName('missing');
  const seen = new Recorder('one');
  await expect(seen.start(log, missing, uniqueName('group'))).rejects.toMatchObject({
    reason: 'not_found',
    message: expect.stringContaining(`topic "${missing}" does not exist at ${sharedStack.kafkaBrokers}`),
  });
});

async function writeTransactions(topic: string): Promise<void> {
  const { Kafka, logLevel } = await import('kafkajs');
  const kafka = new Kafka({ brokers: sharedStack.kafkaBrokers.split(','), logLevel: logLevel.NOTHING });
  const writer = kafka.producer({
    idempotent: true,
    maxInFlightRequests: 1,
    transactionalId: uniqueName('tx'),
  });
  await writer.connect();
  for (const [value, commit] of [
    ['committed 1', true],
    ['aborted', false],
    ['committed 2', true],
  ] as const) {
    const transaction = await writer.transaction();
    await transaction.send({ topic, messages: [{ value, partition: 0 }] });
    await (commit ? transaction.commit() : transaction.abort());
  }
  await writer.disconnect();
  // The markers are written after the reply.
  await waitFor(async () => (await log.admin.endOffsets(topic)).get(0) === 6, {
    deadlineMs: 5_000,
    message: 'no markers',
  });
}
