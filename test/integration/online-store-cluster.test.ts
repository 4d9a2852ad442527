/** Commands that a client of a cluster has to bring to the right node. */
import type { LocalServer } from '@forebay/local-stack';
import {
  BatchWriter,
  bucketOf,
  CLUSTER_BUCKETS,
  connectRedis,
  entityPartKey,
  inEveryBucket,
  loadRegistry,
  OnlineReader,
  PARTS,
  publishRegistry,
  type RedisConnection,
  RegistryChannel,
  raiseStreamMarker,
  readStreamMarker,
} from '@forebay/online-store';
import { Redis } from 'ioredis';
import { moveSlotOf } from '../support/redis-slots';
import { useOwnRedisCluster, waitFor } from '../support/stack';

const VIEW = 9;
const SETTING = 'FOREBAY_REDIS_URL';

let reads: RedisConnection;
let batch: RedisConnection;

// before the servers stop: hooks run in the order in which they stand
afterAll(async () => {
  await reads.close();
  await batch.close();
});

const cluster = useOwnRedisCluster();

beforeAll(async () => {
  reads = await connectRedis({ url: cluster.url, role: 'reads', setting: SETTING });
  batch = await connectRedis({ url: cluster.url, role: 'batch', setting: SETTING });
});

test('a node alone is refused, with the URL to write', async () => {
  const { port } = cluster.nodes[0] as { readonly port: number };
  const alone = connectRedis({ url: `redis://127.0.0.1:${port}`, role: 'reads', setting: SETTING });
  await expect(alone).rejects.toMatchObject({
    reason: 'invalid_configuration',
    message: expect.stringContaining(`write redis-cluster://127.0.0.1:${port} in ${SETTING}`),
  });
});

test('one node that evicts is refused', async () => {
  const evicting = new Redis((cluster.nodes[1] as { readonly port: number }).port);
  await evicting.config('SET', 'maxmemory-policy', 'allkeys-lru');
  const refused = connectRedis({ url: cluster.url, role: 'reads', setting: SETTING });
  await expect(refused).rejects.toThrow(/maxmemory-policy is allkeys-lru/);
  await evicting.config('SET', 'maxmemory-policy', 'noeviction');
  evicting.disconnect();
});

test('values lie on all nodes, and each is read through the bucket of its entity', async () => {
  const entities = Array.from({ length: 300 }, (_, i) => `entity-${i}`);
  const writer = new BatchWriter(batch, { viewId: VIEW, expiresAtMs: Date.now() + 60_000 });
  for (const entity of entities) await writer.write(entity, Buffer.from(entity.padEnd(60)));
  expect((await writer.finish()).values).toBe(300);
  const readers = new Map<number, OnlineReader>();
  const read = async (entity: string) => {
    const bucket = bucketOf(entity, CLUSTER_BUCKETS);
    const reader = readers.get(bucket) ?? new OnlineReader(reads, bucket);
    readers.set(bucket, reader);
    const [value] = await reader.mget([entityPartKey(bucket, VIEW, PARTS.batch, entity)]);
    return String(value).trim();
  };
  expect(await Promise.all(entities.map(read))).toEqual(entities);
  const sizes = await Promise.all(
    cluster.nodes.map(async ({ port }) => {
      const node = new Redis(port);
      const size = await node.dbsize();
      node.disconnect();
      return size;
    }),
  );
  expect(Math.min(...sizes)).toBeGreaterThan(50);
});

test('a script runs in every bucket, on nodes that did not know it', async () => {
  const marker = { completeSinceMs: 5 };
  const raised = await inEveryBucket(batch, (bucket) => raiseStreamMarker(batch, bucket, VIEW, marker));
  expect(raised).toEqual(new Array(CLUSTER_BUCKETS).fill(true));
  expect(await readStreamMarker(reads, 1_000, VIEW)).toEqual(marker);
});

test('the registry is published to whoever follows it, whatever node they listen to', async () => {
  const followed: number[] = [];
  const channel = await RegistryChannel.open(reads, {
    pollIntervalMs: 60_000,
    onChange: ({ version }) => followed.push(version),
    onError: () => undefined,
  });
  await publishRegistry(batch, { version: 1, snapshot: Buffer.from('one') }, 0);
  await waitFor(() => followed.includes(1), { deadlineMs: 10_000, message: 'the change is heard of' });
  expect((await loadRegistry(reads))?.version).toBe(1);
  await channel.close();
});

test('a slot that moves is followed by readers; a writer hears of it, and goes on when it knows', async () => {
  const bucket = bucketOf('moving', CLUSTER_BUCKETS);
  const key = entityPartKey(bucket, VIEW, PARTS.batch, 'moving');
  const write = async () => {
    const writer = new BatchWriter(batch, { viewId: VIEW, expiresAtMs: Date.now() + 60_000 });
    await writer.write('moving', Buffer.alloc(60, 1));
    return writer.finish();
  };
  await write();
  let breaks = 0;
  const unwatch = batch.onReconnect(() => breaks++);
  await moveSlotOf(key, cluster.nodes);
  expect(await new OnlineReader(reads, bucket).mget([key])).toEqual([Buffer.alloc(60, 1)]);
  await expect(write()).rejects.toMatchObject({ reason: 'unavailable' });
  await waitFor(() => breaks > 0, { deadlineMs: 10_000, message: 'the writer is told' });
  await waitFor(() => write().then(() => true), { deadlineMs: 10_000, message: 'writes go on' });
  unwatch();
});

test('who asks a node that does not answer hears of it at once, whatever bucket; the others answer', async () => {
  const entities = Array.from({ length: 60 }, (_, i) => `entity-${i}`);
  const read = (entity: string, timeoutMs: number) => {
    const bucket = bucketOf(entity, CLUSTER_BUCKETS);
    const key = entityPartKey(bucket, VIEW, PARTS.batch, entity);
    return new OnlineReader(reads, bucket).mget([key], timeoutMs).then(
      () => 'answered',
      (error: { reason: string }) => error.reason,
    );
  };
  const all = (timeoutMs: number) => Promise.all(entities.map((entity) => read(entity, timeoutMs)));
  const paused = cluster.nodes[2] as LocalServer;
  paused.pause();
  try {
    expect(new Set(await all(700))).toEqual(new Set(['answered', 'deadline_exceeded']));
    // the first reads after that give the node a moment more
    await waitFor(async () => !(await all(200)).includes('deadline_exceeded'), {
      deadlineMs: 5_000,
      message: 'no read waits for the node any more',
    });
    const startedMs = performance.now();
    expect(new Set(await all(5_000))).toEqual(new Set(['answered', 'unavailable']));
    expect(performance.now() - startedMs).toBeLessThan(2_000);
  } finally {
    paused.resume();
  }
  await waitFor(async () => new Set(await all(2_000)).size === 1, {
    deadlineMs: 20_000,
    message: 'all nodes answer again',
  });
});
