import {
  advanceBatchMarker,
  type BatchMarker,
  BatchWriter,
  connectRedis,
  entityPartKey,
  PARTS,
  type RedisConnection,
  readBatchMarker,
  readBatchReceipt,
  removeViewMarkers,
  writeBatchReceipt,
} from '@forebay/online-store';
import { Redis } from 'ioredis';
import { useOwnRedis, waitFor } from '../support/stack';

const BUCKET = 0;
const VIEW = 9;
const HOUR_MS = 3_600_000;

let raw: Redis;
let connection: RedisConnection;

// Before the server stops: hooks run in the order in which they stand.
afterAll(async () => {
  await connection.close();
  raw.disconnect();
});

const server = useOwnRedis();

beforeAll(async () => {
  raw = new Redis(server.url);
  raw.on('error', () => undefined);
  connection = await connectRedis({ url: server.url, role: 'batch', setting: 'REDIS_URL' });
});

beforeEach(async () => {
  await raw.flushall();
});

/** A batch value with its header's cut and clock; `content` tells values of one run apart. */
function batchValue(cutMs: number, clockMs: number, content = 'rows'): Buffer {
  const header = Buffer.alloc(40);
  header[0] = 1;
  header.writeDoubleLE(cutMs, 8);
  header.writeDoubleLE(clockMs, 16);
  return Buffer.concat([header, Buffer.from(content)]);
}

const inOneHour = () => Date.now() + HOUR_MS;
const writerUntil = (expiresAtMs: number) => new BatchWriter(connection, { viewId: VIEW, expiresAtMs });
const key = (entity: string) => entityPartKey(BUCKET, VIEW, PARTS.batch, entity);
const content = async (entity: string) => (await raw.getBuffer(key(entity)))?.subarray(40).toString();

async function writeAll(values: Record<string, Buffer>) {
  const writer = writerUntil(inOneHour());
  for (const [entity, value] of Object.entries(values)) await writer.write(entity, value);
  return writer.finish();
}

describe('values', () => {
  test('replace those of an older or the same run, never those of a newer one', async () => {
    await writeAll({
      A: batchValue(100, 150, 'old'),
      B: batchValue(100, 150, 'old'),
      C: batchValue(200, 250, 'new'),
    });
    const stats = await writeAll({
      A: batchValue(100, 151, 'later clock'),
      B: batchValue(100, 150, 'same run'),
      C: batchValue(100, 900, 'older cut'),
      D: batchValue(-100, -50, 'none before'),
    });
    expect(stats).toMatchObject({ values: 4, older: 1 });
    expect(await Promise.all(['A', 'B', 'C', 'D'].map(content))).toEqual([
      'later clock',
      'same run',
      'new',
      'none before',
    ]);
  });

  test('a value too short to hold its run is replaced', async () => {
    await raw.set(key('A'), 'broken');
    expect((await writeAll({ A: batchValue(1, 2, 'whole') })).older).toBe(0);
    expect(await content('A')).toBe('whole');
  });

  test('expire at the given instant', async () => {
    const expiresAtMs = inOneHour();
    const writer = writerUntil(expiresAtMs);
    void writer.write(Buffer.from('Zürich'), batchValue(1, 2));
    await writer.finish();
    expect(await raw.call('PEXPIRETIME', key('Zürich'))).toBe(expiresAtMs);
  });

  test('many go in bounded calls, and the caller may reuse its memory', async () => {
    const writer = writerUntil(inOneHour());
    const entity = Buffer.alloc(6);
    const value = batchValue(1, 2, 'x'.repeat(500));
    let waits = 0;
    for (let i = 0; i < 20_000; i++) {
      entity.write(String(i).padStart(6, '0'));
      value.write(String(i).padStart(6, '0'), 40);
      const wait = writer.write(entity, value);
      if (wait === null) continue;
      waits++;
      await wait;
    }
    const stats = await writer.finish();
    expect(stats).toMatchObject({ values: 20_000, older: 0 });
    expect(stats.bytes).toBeGreaterThan(20_000 * 540);
    expect(waits).toBeGreaterThan(5);
    expect(await raw.dbsize()).toBe(20_000);
    expect((await content('012345'))?.slice(0, 6)).toBe('012345');
  });

  test('writing to a server that goes away fails, and stays failed', async () => {
    const writer = writerUntil(inOneHour());
    void writer.write('A', batchValue(1, 2));
    await server.server.kill9();
    await expect(writer.finish()).rejects.toMatchObject({ reason: 'unavailable' });
    expect(() => writer.write('B', batchValue(1, 2))).toThrow(/write-batch-values on redis/);
    await server.server.restart();
    await waitFor(() => connection.isConnected && raw.status === 'ready', {
      deadlineMs: 30_000,
      message: 'the connections are back',
    });
    expect((await writeAll({ A: batchValue(1, 2) })).values).toBe(1);
  });

  test('a value without a header is refused', () => {
    expect(() => writerUntil(inOneHour()).write('A', Buffer.alloc(39))).toThrow(
      'the batch value of "A" has only 39 bytes',
    );
  });
});

describe('marker', () => {
  const run = (cutMs: number, runClockMs: number): BatchMarker => ({
    cutMs,
    runClockMs,
    coverageFromMs: Number.NEGATIVE_INFINITY,
  });
  const finish = (name: string, chunks: number, marker: BatchMarker) =>
    advanceBatchMarker(connection, BUCKET, VIEW, { name, chunks, marker });
  const receipt = (name: string, chunk: number) =>
    writeBatchReceipt(connection, { bucket: BUCKET, viewId: VIEW, run: name, chunk, values: 7 }, HOUR_MS);

  test('moves when every chunk has its receipt, and names those that have none', async () => {
    await receipt('r1', 1);
    expect(await finish('r1', 4, run(100, 150))).toEqual({ outcome: 'missing', missing: [0, 2, 3] });
    expect(await readBatchMarker(connection, BUCKET, VIEW)).toBeNull();
    for (const chunk of [0, 2, 3]) await receipt('r1', chunk);
    expect(await finish('r1', 4, run(100, 150))).toEqual({ outcome: 'moved' });
    expect(await readBatchMarker(connection, BUCKET, VIEW)).toEqual(run(100, 150));
  });

  test('never goes back, in cut or clock', async () => {
    await finish('r1', 0, run(100, 150));
    expect(await finish('r2', 0, run(100, 149))).toEqual({ outcome: 'older' });
    expect(await finish('r2', 0, run(99, 999))).toEqual({ outcome: 'older' });
    expect(await finish('r2', 0, run(100, 150))).toEqual({ outcome: 'moved' });
    expect(await finish('r2', 0, run(101, 140))).toEqual({ outcome: 'moved' });
    expect(await readBatchMarker(connection, BUCKET, VIEW)).toEqual(run(101, 140));
    await removeViewMarkers(connection, BUCKET, VIEW);
    expect(await readBatchMarker(connection, BUCKET, VIEW)).toBeNull();
  });

  test('a receipt tells the count of its values, and expires', async () => {
    await receipt('r1', 3);
    const id = { bucket: BUCKET, viewId: VIEW, run: 'r1' };
    expect(await readBatchReceipt(connection, { ...id, chunk: 3 })).toBe(7);
    expect(await readBatchReceipt(connection, { ...id, chunk: 4 })).toBeNull();
    const ttl = await raw.pttl('r:{0}9.r1.3');
    expect(ttl).toBeGreaterThan(HOUR_MS - 60_000);
    await expect(
      writeBatchReceipt(connection, { ...id, run: 'a.b', chunk: 0, values: 1 }, HOUR_MS),
    ).rejects.toThrow('"a.b" does not name a batch run');
  });
});
