import {
  connectRedis,
  MAX_KEYS_PER_MGET,
  type MgetBatch,
  OnlineReader,
  type ReadJob,
  type RedisConnection,
  type SharedKeys,
  StoredValues,
} from '@forebay/online-store';
import fc from 'fast-check';
import { Redis } from 'ioredis';
import { useOwnRedis, waitFor } from '../support/stack';

const STALL_MS = 1_000;

let raw: Redis;
let connection: RedisConnection;
let reader: OnlineReader;

// Before the server stops: hooks run in the order in which they stand.
afterAll(async () => {
  await connection.close();
  raw.disconnect();
});

const server = useOwnRedis();

beforeAll(async () => {
  raw = new Redis(server.url, { retryStrategy: () => 50 });
  raw.on('error', () => undefined);
  connection = await connectRedis({
    url: server.url,
    role: 'reads',
    setting: 'REDIS_URL',
    stallTimeoutMs: STALL_MS,
  });
  reader = new OnlineReader(connection);
});

afterEach(async () => {
  await waitFor(() => connection.isConnected && raw.status === 'ready', {
    deadlineMs: 30_000,
    message: 'the connections are back for the next test',
  });
});

const textOf = (bytes: Uint8Array | null | undefined) =>
  bytes === null || bytes === undefined ? 'null' : Buffer.from(bytes).toString();

async function mgetCalls(): Promise<number> {
  return Number(/cmdstat_mget:calls=(\d+)/.exec(await raw.info('commandstats'))?.[1] ?? 0);
}

test('the reads of one turn travel in one command, and each gets its own answers', async () => {
  await raw.mset('a', '1', 'b', '22', 'Zürich', 'ü');
  const before = await mgetCalls();
  const answers = await Promise.all([
    reader.mget(['a', 'missing']),
    reader.mget([Buffer.from('b')]),
    reader.mget([]),
    reader.mget(['Zürich', 'a', 'b']),
  ]);
  expect(answers.map((values) => values.map((value) => value?.toString() ?? null))).toEqual([
    ['1', null],
    ['22'],
    [],
    ['ü', '1', '22'],
  ]);
  expect(await mgetCalls()).toBe(before + 1);
});

test('a command has at most its number of keys, but never a part of a read', async () => {
  const keys = Array.from({ length: 1_000 }, (_, i) => `many:${i}`);
  await raw.mset(keys.flatMap((key, i) => [key, String(i)]));
  let before = await mgetCalls();
  const reads = Array.from({ length: 5 }, (_, i) => keys.slice(150 * i, 150 * (i + 1)));
  const answers = await Promise.all(reads.map((read) => reader.mget(read)));
  expect(answers.flat().map(String)).toEqual(Array.from({ length: 750 }, (_, i) => String(i)));
  expect(MAX_KEYS_PER_MGET).toBe(400);
  expect(await mgetCalls()).toBe(before + 3);

  before = await mgetCalls();
  expect((await reader.mget(keys)).map(String)).toEqual(keys.map((_, i) => String(i)));
  expect(await mgetCalls()).toBe(before + 1);
});

test('keys of prefix and rest are read in place, with no array of their own', async () => {
  await raw.mset('f:{0}1.s.ORD', 'rows', 'f:{0}1.b.ORD', 'batch');
  const rows = Buffer.from('f:{0}1.s.');
  const batch = Buffer.from('f:{0}1.b.');
  const read = (entity: string) =>
    new Promise<string[]>((resolve, reject) => {
      const job: ReadJob = {
        shared: null,
        keyCount: 2,
        keepsValues: false,
        writeKeys(sink) {
          sink.key(rows, entity);
          sink.key(batch, Buffer.from(entity));
        },
        onValues: (values, from) => resolve([textOf(values.at(from)), textOf(values.at(from + 1))]),
        onError: reject,
      };
      reader.read(job);
    });
  expect(await Promise.all([read('LAX'), read('ORD')])).toEqual([
    ['null', 'null'],
    ['rows', 'batch'],
  ]);
});

test('keys that reads share are asked for once in a command, and again in the next one', async () => {
  await raw.mset('m:{0}1.b', 'marker', 'f:{0}1.b.ORD', 'batch');
  const marker = Buffer.from('m:{0}1.b');
  const prefix = Buffer.from('f:{0}1.b.');
  const forget = jest.fn();
  const shared: SharedKeys = { keyCount: 1, writeKeys: (sink) => sink.key(marker, ''), forget };
  /** Of each command, by its first read. */
  const counts: number[] = [];
  const read = (entity: string) =>
    new Promise<string[]>((resolve, reject) => {
      reader.read({
        shared,
        keyCount: 1,
        keepsValues: false,
        writeKeys: (sink) => sink.key(prefix, entity),
        onValues: (values, from, sharedFrom) => {
          if (sharedFrom === 0 && from === 1) counts.push(values.length);
          resolve([textOf(values.at(sharedFrom)), textOf(values.at(from))]);
        },
        onError: reject,
      });
    });
  const answers = await Promise.all(Array.from({ length: MAX_KEYS_PER_MGET }, () => read('ORD')));
  expect(answers.every(([first, second]) => first === 'marker' && second === 'batch')).toBe(true);
  expect([counts.length, counts.reduce((sum, count) => sum + count, 0)]).toEqual([2, MAX_KEYS_PER_MGET + 2]);
  expect(forget).toHaveBeenCalledTimes(2);
});

test('an empty read is answered without a key', async () => {
  expect(await reader.mget([])).toEqual([]);
});

/** A batch through the client's ordinary command. */
class PlainMgetBatch implements MgetBatch {
  #keys: Buffer[] = [];

  constructor(private readonly connection: RedisConnection) {}

  get keyCount(): number {
    return this.#keys.length;
  }

  key(prefix: Uint8Array, rest: string | Uint8Array): void {
    this.#keys.push(Buffer.concat([prefix, typeof rest === 'string' ? Buffer.from(rest) : rest]));
  }

  integerKey(prefix: Uint8Array, rest: number | bigint): void {
    this.key(prefix, String(rest));
  }

  send(onValues: (values: StoredValues) => void, onError: (error: Error) => void): void {
    this.connection.client
      .mgetBuffer(this.#keys)
      .then((values) => onValues(StoredValues.of(values)), onError);
  }

  clear(): void {
    this.#keys = [];
  }
}

test('equals the ordinary command, for any keys and values', async () => {
  const plain = new OnlineReader(connection, 0, () => new PlainMgetBatch(connection));
  const key = fc.string({ minLength: 1, maxLength: 40, unit: 'grapheme' });
  await fc.assert(
    fc.asyncProperty(
      fc.dictionary(key, fc.uint8Array({ maxLength: 5_000 }), { maxKeys: 20 }),
      fc.array(fc.array(key, { maxLength: 8 }), { maxLength: 8 }),
      async (stored, asked) => {
        const entries = Object.entries(stored);
        const reads = [...asked, entries.map(([name]) => name)];
        if (entries.length > 0)
          await raw.mset(entries.flatMap(([name, value]) => [name, Buffer.from(value)]));
        const [fast, oracle] = await Promise.all(
          [reader, plain].map((each) => Promise.all(reads.map((keys) => each.mget(keys)))),
        );
        expect(fast).toEqual(oracle);
        expect(fast?.at(-1)?.map((value) => Uint8Array.from(value ?? []))).toEqual(
          entries.map(([, value]) => value),
        );
      },
    ),
    { numRuns: 60 },
  );
});

test('a server that does not answer: each read ends at its own deadline, and later ones are right', async () => {
  await raw.set('slow', 'value');
  server.server.pause();
  const startedMs = performance.now();
  const late = Promise.allSettled([reader.mget(['slow'], 50), reader.mget(['slow'], 250)]);
  const patient = reader.mget(['slow'], 20_000);
  const [first, second] = await late;
  expect(performance.now() - startedMs).toBeGreaterThanOrEqual(245);
  for (const outcome of [first, second]) {
    expect(outcome).toMatchObject({
      status: 'rejected',
      reason: { reason: 'deadline_exceeded', message: `redis ${address()} did not answer in time` },
    });
  }
  server.server.resume();
  expect(String((await patient)[0])).toBe('value');
  expect(String((await reader.mget(['slow']))[0])).toBe('value');
});

test('a server that does not answer for long: the connection is given up, and opened again', async () => {
  let reconnects = 0;
  const stop = connection.onReconnect(() => reconnects++);
  server.server.pause();
  await expect(reader.mget(['slow'], 60_000)).rejects.toMatchObject({ reason: 'unavailable' });
  server.server.resume();
  await waitFor(() => reconnects > 0, { deadlineMs: 20_000, message: 'the reader reconnects' });
  stop();
  expect(await reader.mget(['nothing'])).toEqual([null]);
});

test('too many unanswered keys are refused', async () => {
  server.server.pause();
  const keys = Array.from({ length: 30_000 }, (_, i) => `k${i}`);
  const outcomes = await Promise.allSettled([keys, keys, keys, keys].map((each) => reader.mget(each, 200)));
  expect(outcomes.map((outcome) => (outcome as PromiseRejectedResult).reason.reason)).toEqual([
    'deadline_exceeded',
    'deadline_exceeded',
    'deadline_exceeded',
    'overloaded',
  ]);
  server.server.resume();
  await waitFor(async () => (await reader.mget(['nothing'])).length === 1, {
    deadlineMs: 20_000,
    message: 'reads are answered again',
  });
});

test('a server that is away: reads fail at once and say so, until it is back', async () => {
  let reconnects = 0;
  const stop = connection.onReconnect(() => reconnects++);
  await server.server.kill9();
  await waitFor(() => !connection.isConnected, { deadlineMs: 10_000, message: 'the reader sees the loss' });
  const startedMs = performance.now();
  await expect(reader.mget(['a'], 5_000)).rejects.toMatchObject({
    reason: 'unavailable',
    message: expect.stringContaining(address()),
  });
  expect(performance.now() - startedMs).toBeLessThan(2_000);
  await server.server.restart();
  await waitFor(() => reconnects === 1, { deadlineMs: 20_000, message: 'the reader reconnects' });
  stop();
  expect(await reader.mget(['a'])).toEqual([null]);
});

function address(): string {
  return new URL(server.url).host;
}
