/**
 * What a Redis Cluster costs beside one server, in CPU time of this process and of Redis: reads of requests for one entity, one after
 * the other, and for 1, 10 and 100 entities, four at a time; flushes of stream values of 8,000 entities. Rounds are interleaved.
 */
import { join } from 'node:path';
import { type LocalStack, startLocalStack } from '@forebay/local-stack';
import {
  BucketReaders,
  bucketOf,
  connectRedis,
  entityPartKey,
  PARTS,
  type RedisConnection,
  STREAM_TAIL_BYTES,
  type StreamWrite,
  StreamWriter,
  streamKeys,
} from '@forebay/online-store';
import { type BenchCase, reportBench } from './report';
import { processCpuUs } from './support/process-cpu';

const HOME_DIR = join(process.cwd(), '.forebay');
const VIEW = 1;
const ENTITIES = 8_000;
const VALUE_BYTES = 400;
const TAIL = Buffer.alloc(STREAM_TAIL_BYTES, 1);
const ROUNDS = 5;
/** Requests of a round, how many are under way, and entities of each. */
const READS = [
  { count: 4_000, atATime: 1, entities: 1, maxRatio: 1.6 },
  { count: 8_000, atATime: 4, entities: 1, maxRatio: null },
  { count: 2_000, atATime: 4, entities: 10, maxRatio: null },
  { count: 400, atATime: 4, entities: 100, maxRatio: null },
] as const;

const ENTITY_KEYS = Array.from({ length: ENTITIES }, (_, i) => `entity-${i}`);

interface Store {
  readonly stack: LocalStack;
  readonly reads: RedisConnection;
  readonly writes: RedisConnection;
  isFilled: boolean;
}

interface Cpu {
  readonly clientUs: number;
  readonly redisUs: number;
}

async function open(redisNodes: number): Promise<Store> {
  const stack = await startLocalStack({ homeDir: HOME_DIR, parts: ['redis'], redisNodes });
  const target = { url: stack.redisUrl, setting: 'redisUrl' };
  const reads = await connectRedis({ ...target, role: 'reads' });
  const writes = await connectRedis({ ...target, role: 'stream' });
  return { stack, reads, writes, isFilled: false };
}

async function close({ stack, reads, writes }: Store): Promise<void> {
  await reads.close();
  await writes.close();
  await stack.stop();
}

async function cpuOf({ stack }: Store, work: () => Promise<void>): Promise<Cpu> {
  const servers = [stack.servers.redis, ...stack.redisNodes].flatMap((server) =>
    server === null ? [] : [server.pid],
  );
  const redis = () => servers.reduce((sum, pid) => sum + processCpuUs(pid), 0);
  const before = { redisUs: redis(), client: process.cpuUsage() };
  await work();
  const { user, system } = process.cpuUsage(before.client);
  return { clientUs: user + system, redisUs: redis() - before.redisUs };
}

/** Whole values of all entities; each bucket is a flush of its own, as in the stream service. */
async function flush(store: Store): Promise<void> {
  const connection = store.writes;
  const writer = new StreamWriter(connection);
  const byBucket = new Map<number, StreamWrite[]>();
  for (const entityKey of ENTITY_KEYS) {
    const bucket = bucketOf(entityKey, connection.buckets);
    const writes = byBucket.get(bucket) ?? [];
    writes.push(streamValue(bucket, entityKey, store.isFilled));
    byBucket.set(bucket, writes);
  }
  await Promise.all([...byBucket.values()].map((writes) => writer.flush(writes)));
  store.isFilled = true;
}

function streamValue(bucket: number, entityKey: string, isThere: boolean): StreamWrite {
  const keys = streamKeys(bucket, VIEW, { hasVariableParts: false });
  const value = Buffer.alloc(VALUE_BYTES, 1);
  const expected = isThere ? TAIL : null;
  return { keys, entityKey, value, valueSize: VALUE_BYTES, expected, patchFrom: null, ttlMs: null };
}

async function read(readers: BucketReaders, entities: number, from: number): Promise<void> {
  const byBucket = new Map<number, string[]>();
  for (let i = 0; i < entities; i++) {
    const entityKey = ENTITY_KEYS[(from + i * 37) % ENTITIES] as string;
    const bucket = bucketOf(entityKey, readers.buckets);
    const keys = byBucket.get(bucket) ?? [];
    keys.push(entityPartKey(bucket, VIEW, PARTS.rows, entityKey));
    byBucket.set(bucket, keys);
  }
  await Promise.all([...byBucket].map(([bucket, keys]) => readers.of(bucket).mget(keys)));
}

type Requests = (typeof READS)[number];

async function requests({ reads }: Store, { entities, count, atATime }: Requests): Promise<void> {
  const readers = new BucketReaders(reads);
  for (let i = 0; i < count; i += atATime) {
    const started = Array.from({ length: atATime }, (_, j) => read(readers, entities, 101 * (i + j)));
    await Promise.all(started);
  }
}

const median = (numbers: readonly number[]) =>
  [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)] as number;

/** Cases of one kind of work, of which a round does `count`. */
async function measured(
  name: string,
  unit: string,
  count: number,
  stores: readonly [Store, Store],
  work: (store: Store) => Promise<void>,
  maxRatio: number | null = null,
): Promise<BenchCase[]> {
  const rounds: Cpu[][] = [[], []];
  for (const store of stores) await work(store);
  for (let round = 0; round < ROUNDS; round++)
    for (const [i, store] of stores.entries()) rounds[i]?.push(await cpuOf(store, () => work(store)));
  const of = (i: number, part: keyof Cpu) => median((rounds[i] ?? []).map((cpu) => cpu[part])) / count;
  const value = (where: string, i: number): BenchCase[] => [
    { case: `${name}, ${where}: client`, value: of(i, 'clientUs'), unit, target: null },
    { case: `${name}, ${where}: redis`, value: of(i, 'redisUs'), unit, target: null },
  ];
  const ratio = of(1, 'clientUs') / of(0, 'clientUs');
  const target = maxRatio === null ? null : { atMost: maxRatio };
  return [
    ...value('one server', 0),
    ...value('three nodes', 1),
    { case: `${name}: client, three nodes / one server`, ratio, unit: 'x', target },
  ];
}

async function main(): Promise<void> {
  const stores = [await open(1), await open(3)] as const;
  try {
    const cases = await measured('flush', 'µs/value', ENTITIES, stores, flush);
    for (const of of READS) {
      const { entities, count, atATime, maxRatio } = of;
      const name = `read of ${entities}, ${atATime} at a time`;
      const work = (store: Store) => requests(store, of);
      cases.push(...(await measured(name, 'µs/request', count, stores, work, maxRatio)));
    }
    reportBench('cluster', cases);
  } finally {
    for (const store of stores) await close(store);
  }
}

void main();
