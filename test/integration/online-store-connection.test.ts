import {
  connectRedis,
  FLUSH_APPLIED,
  type RedisConnection,
  type StreamWrite,
  StreamWriter,
  streamKeys,
  watchEvictions,
} from '@forebay/online-store';
import { Redis } from 'ioredis';
import { useOwnRedis, waitFor } from '../support/stack';

let raw: Redis;

// Before the server stops: hooks run in the order in which they stand.
afterAll(() => {
  raw.disconnect();
});

const server = useOwnRedis();

beforeAll(() => {
  raw = new Redis(server.url, { retryStrategy: () => 50 });
  raw.on('error', () => undefined);
});

const address = () => new URL(server.url).host;
const connect = (
  url = server.url,
  more: { connectWithinMs?: number; onWarning?: (message: string) => void } = {},
) => connectRedis({ url, role: 'stream', setting: 'FOREBAY_REDIS_URL', ...more });

function write(entityKey: string): StreamWrite {
  const value = Buffer.alloc(30, 1);
  const whole = { expected: null, patchFrom: null, ttlMs: null, valueSize: value.length };
  return { keys: streamKeys(0, 1, { hasVariableParts: false }), entityKey, value, ...whole };
}

describe('connecting', () => {
  test('to nobody: after the deadline, an error names server, setting and remedy, and no password', async () => {
    const failed = connect('redis://user:secret@127.0.0.1:1', { connectWithinMs: 300 });
    await expect(failed).rejects.toMatchObject({
      reason: 'unavailable',
      message:
        'redis 127.0.0.1:1: no connection within 300 ms (connect ECONNREFUSED 127.0.0.1:1); start the server, or correct FOREBAY_REDIS_URL',
    });
  });

  test('waits for a server that is still starting', async () => {
    await server.server.kill9();
    const connecting = connect();
    await server.server.restart();
    await (await connecting).close();
  });

  test('with a wrong password fails at once', async () => {
    await waitFor(() => raw.status === 'ready', { deadlineMs: 20_000, message: 'the connection is back' });
    await raw.call('ACL', 'SETUSER', 'someone', 'on', '>right', '~*', '&*', '+@all');
    const url = `redis://someone:wrong@${address()}`;
    await expect(connect(url)).rejects.toMatchObject({
      reason: 'invalid_configuration',
      message: expect.stringMatching(/refuses the user or password: WRONGPASS.*correct FOREBAY_REDIS_URL/),
    });
    await expect(connect(url)).rejects.not.toThrow(/wrong@/);
    await (await connect(`redis://someone:right@${address()}`)).close();
  });

  test('to a server that evicts is refused', async () => {
    await raw.config('SET', 'maxmemory-policy', 'allkeys-lru');
    try {
      await expect(connect()).rejects.toMatchObject({
        reason: 'invalid_configuration',
        message: expect.stringMatching(/maxmemory-policy is allkeys-lru.*set it to noeviction/),
      });
    } finally {
      await raw.config('SET', 'maxmemory-policy', 'noeviction');
    }
  });

  test('as a user who may not see the policy warns', async () => {
    await raw.call('ACL', 'SETUSER', 'blind', 'on', '>pw', '~*', '&*', '+@all', '-info', '-config');
    const silence = jest.spyOn(console, 'warn').mockImplementation();
    const warnings: string[] = [];
    const connection = await connect(`redis://blind:pw@${address()}`, {
      onWarning: (text) => warnings.push(text),
    });
    expect(warnings).toEqual([expect.stringMatching(/neither INFO nor CONFIG is allowed/)]);
    await connection.close();
    silence.mockRestore();
  });
});

describe('a lost connection', () => {
  let connection: RedisConnection;
  let writer: StreamWriter;

  beforeEach(async () => {
    connection = await connect();
    writer = new StreamWriter(connection);
    await waitFor(() => raw.status === 'ready', { deadlineMs: 20_000, message: 'the connection is back' });
  });

  afterEach(() => connection.close());

  test('a flush that was under way is unknown, and is not sent again', async () => {
    expect([...(await writer.flush([write('known')]))]).toEqual([FLUSH_APPLIED]);
    let reconnects = 0;
    connection.onReconnect(() => reconnects++);
    server.server.pause();
    const flush = writer.flush([write('unknown')]);
    const settled = flush.catch((error: unknown) => error);
    await server.server.kill9();
    expect(await settled).toMatchObject({
      reason: 'unavailable',
      message: expect.stringMatching(/the outcome of a flush is unknown: flush-stream-values on redis/),
    });
    await expect(writer.flush([write('refused')])).rejects.toMatchObject({ reason: 'unavailable' });
    await server.server.restart();
    await waitFor(() => reconnects === 1, { deadlineMs: 20_000, message: 'the writer reconnects' });
    await waitFor(() => raw.status === 'ready', { deadlineMs: 20_000, message: 'the connection is back' });
    expect(await raw.dbsize()).toBe(0);
    // The new server does not know the script.
    expect([...(await writer.flush([write('after')]))]).toEqual([FLUSH_APPLIED]);
  });

  test('a connection that the server closes while idle comes back by itself', async () => {
    let reconnects = 0;
    const stop = connection.onReconnect(() => reconnects++);
    await raw.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await waitFor(() => reconnects === 1, { deadlineMs: 20_000, message: 'the writer reconnects' });
    stop();
    expect([...(await writer.flush([write('again')]))]).toEqual([FLUSH_APPLIED]);
    await raw.call('CLIENT', 'KILL', 'TYPE', 'normal', 'SKIPME', 'yes');
    await waitFor(() => connection.isConnected, { deadlineMs: 20_000, message: 'the writer reconnects' });
    expect(reconnects).toBe(1);
  });

  test('evictions are told, and a policy that changed', async () => {
    const evicted: number[] = [];
    const policies: string[] = [];
    const stop = watchEvictions(connection, {
      intervalMs: 20,
      onEvicted: (keys) => evicted.push(keys),
      onPolicy: (policy) => policies.push(policy),
    });
    try {
      await raw.config('SET', 'maxmemory-policy', 'allkeys-lru');
      await raw.config('SET', 'maxmemory', '4mb');
      for (let i = 0; i < 200; i++) await raw.set(`big:${i}`, Buffer.alloc(100_000));
      await waitFor(() => evicted.length > 0, { deadlineMs: 20_000, message: 'evictions are told' });
      await waitFor(() => policies.includes('allkeys-lru'), {
        deadlineMs: 20_000,
        message: 'the policy is told',
      });
    } finally {
      stop();
      await raw.config('SET', 'maxmemory', '0');
      await raw.config('SET', 'maxmemory-policy', 'noeviction');
    }
  });
});
