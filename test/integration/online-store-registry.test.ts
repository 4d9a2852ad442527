import {
  connectRedis,
  loadRegistry,
  publishRegistry,
  REGISTRY_KEY,
  type RedisConnection,
  RegistryChannel,
  type StoredRegistry,
} from '@forebay/online-store';
import { Redis } from 'ioredis';
import { useOwnRedis, waitFor } from '../support/stack';

const NEVER_MS = 3_600_000;

let raw: Redis;
let connection: RedisConnection;

// Before the server stops: hooks run in the order in which they stand.
afterAll(async () => {
  await connection.close();
  raw.disconnect();
});

const server = useOwnRedis();

beforeAll(async () => {
  raw = new Redis(server.url, { retryStrategy: () => 50 });
  raw.on('error', () => undefined);
  connection = await connectRedis({ url: server.url, role: 'registry', setting: 'REDIS_URL' });
});

beforeEach(async () => {
  await raw.flushall();
});

const registry = (version: number, text = `snapshot ${version}`): StoredRegistry => ({
  version,
  snapshot: Buffer.from(text),
});
const publish = (version: number, expected: number) =>
  publishRegistry(connection, registry(version), expected);

async function follow(pollIntervalMs = NEVER_MS) {
  const seen: StoredRegistry[] = [];
  const errors: unknown[] = [];
  const channel = await RegistryChannel.open(connection, {
    pollIntervalMs,
    onChange: (change) => seen.push(change),
    onError: (error) => errors.push(error),
  });
  return { channel, seen, errors, versions: () => seen.map((change) => change.version) };
}

const arrives = (versions: () => number[], version: number) =>
  waitFor(() => versions().includes(version), { deadlineMs: 20_000, message: `version ${version} arrives` });

test('is published only over the version that the publisher had read', async () => {
  expect(await loadRegistry(connection)).toBeNull();
  expect(await publish(1, 3)).toEqual({ published: false, storedVersion: 0 });
  expect(await publish(1, 0)).toEqual({ published: true });
  expect(await publish(2, 0)).toEqual({ published: false, storedVersion: 1 });
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => publish(2, 1)));
  expect(outcomes.filter((outcome) => outcome.published)).toHaveLength(1);
  const stored = await loadRegistry(connection);
  expect(stored?.version).toBe(2);
  expect(Buffer.from(stored?.snapshot ?? []).toString()).toBe('snapshot 2');
});

test('an empty snapshot is one, too', async () => {
  await publishRegistry(connection, { version: 1, snapshot: new Uint8Array(0) }, 0);
  expect((await loadRegistry(connection))?.snapshot).toHaveLength(0);
});

test('followers get what is there, then each announced change', async () => {
  await publish(1, 0);
  const { channel, seen, versions } = await follow();
  expect(versions()).toEqual([1]);
  await publish(2, 1);
  await arrives(versions, 2);
  expect(channel.version).toBe(2);
  expect(Buffer.from(seen[1]?.snapshot ?? []).toString()).toBe('snapshot 2');
  await channel.close();
  const clients = await raw.client('LIST');
  expect(clients).not.toMatch(/forebay-subscriber/);
});

test('a change that was not announced is found by the poll', async () => {
  const { channel, versions } = await follow(30);
  expect(versions()).toEqual([]);
  await publish(1, 0);
  const bytes = (await raw.getBuffer(REGISTRY_KEY)) as Buffer;
  bytes.writeDoubleLE(5, 8);
  await raw.set(REGISTRY_KEY, bytes);
  await arrives(versions, 5);
  await channel.close();
});

test('a change while the subscription was broken is found when it is back', async () => {
  const { channel, versions } = await follow();
  await raw.call('CLIENT', 'KILL', 'TYPE', 'pubsub');
  await publish(1, 0);
  await arrives(versions, 1);
  await waitFor(async () => /forebay-subscriber.* sub=1/.test(String(await raw.client('LIST'))), {
    deadlineMs: 20_000,
    message: 'the subscription is back',
  });
  await publish(2, 1);
  await arrives(versions, 2);
  await channel.close();
});

test('a server that came back empty takes nothing away', async () => {
  await publish(3, 0);
  const { channel, versions, errors } = await follow(30);
  await raw.flushall();
  await publish(2, 0);
  await channel.refresh();
  expect(versions()).toEqual([3]);
  expect(channel.version).toBe(3);
  expect(errors).toEqual([]);
  await channel.close();
});

test('a registry of an unknown format is an error, not a change', async () => {
  const { channel, versions, errors } = await follow();
  await raw.set(REGISTRY_KEY, Buffer.alloc(32, 9));
  await channel.refresh();
  expect(versions()).toEqual([]);
  expect(errors).toMatchObject([{ reason: 'corrupt_data', message: expect.stringContaining('codec 9') }]);
  await channel.close();
});
