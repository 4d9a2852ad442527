import {
  advanceTableMarker,
  connectRedis,
  entityPartKey,
  PARTS,
  type RedisConnection,
  readTableMarker,
  removeViewMarkers,
  type TableMarker,
  TableWriter,
  type TableWriterOptions,
  writeBatchReceipt,
} from '@forebay/online-store';
import { Redis } from 'ioredis';
import { useOwnRedis } from '../support/stack';

const BUCKET = 0;
const VIEW = 9;
const HOUR_MS = 3_600_000;

let raw: Redis;
let connection: RedisConnection;

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

/** A value whose newest row has those times; `content` tells values apart. */
function tableValue(fromMs: number, eventMs: number, knownMs: number, content: string): Buffer {
  const head = Buffer.alloc(40);
  head[0] = 1;
  head.writeDoubleLE(fromMs, 8);
  head.writeDoubleLE(eventMs, 16);
  head.writeDoubleLE(knownMs, 24);
  return Buffer.concat([head, Buffer.from(content)]);
}

const key = (entity: string) => entityPartKey(BUCKET, VIEW, PARTS.table, entity);
const content = async (entity: string) => (await raw.getBuffer(key(entity)))?.subarray(40).toString();

async function writeAll(values: Record<string, Buffer>, more: Partial<TableWriterOptions> = {}) {
  const options = { viewId: VIEW, keepMs: null, replacesUpToMs: null, ...more };
  const writer = new TableWriter(connection, options);
  for (const [entity, value] of Object.entries(values)) await writer.write(entity, value);
  return writer.finish();
}

describe('values', () => {
  test('of a later row stay, by event time and then by when they became known', async () => {
    await writeAll({
      A: tableValue(60, 50, 50, 'before'),
      B: tableValue(60, 50, 50, 'before'),
      C: tableValue(60, 50, 50, 'before'),
      D: tableValue(60, 50, 50, 'before'),
    });
    const stats = await writeAll({
      A: tableValue(120, 49, 99, 'older event, known later'),
      B: tableValue(60, 50, 49, 'same event, known earlier'),
      C: tableValue(60, 50, 50, 'the same times'),
      D: tableValue(120, 50, 51, 'a correction'),
      E: tableValue(120, -1, -1, 'none before'),
    });
    expect(stats).toMatchObject({ values: 5, older: 2 });
    expect(await Promise.all([...'ABCDE'].map(content))).toEqual([
      'before',
      'before',
      'the same times',
      'a correction',
      'none before',
    ]);
  });

  test('of a later tick stay when a full run writes, and all others are what the table says', async () => {
    await writeAll({ A: tableValue(60, 50, 50, 'taken out'), B: tableValue(120, 70, 70, 'of a later tick') });
    const older = { A: tableValue(0, 0, 0, 'left'), B: tableValue(0, 0, 0, 'left') };
    expect(await writeAll(older, { replacesUpToMs: 60 })).toMatchObject({ values: 2, older: 1 });
    expect(await Promise.all([...'AB'].map(content))).toEqual(['left', 'of a later tick']);
  });

  test('live so long after the event time of their newest row, or for ever', async () => {
    const now = Date.now();
    await writeAll({ A: tableValue(0, now - HOUR_MS, 0, 'a') }, { keepMs: 3 * HOUR_MS });
    const left = await raw.pttl(key('A'));
    expect(left).toBeGreaterThan(2 * HOUR_MS - 60_000);
    expect(left).toBeLessThanOrEqual(2 * HOUR_MS);
    await writeAll({ A: tableValue(0, now, now, 'a') });
    expect(await raw.pttl(key('A'))).toBe(-1);
    await writeAll(
      { B: tableValue(0, 1, 1, 'long over'), C: tableValue(0, -HOUR_MS, 0, 'x') },
      { keepMs: 1 },
    );
    expect(await raw.exists(key('B'), key('C'))).toBe(0);
  });

  test('of another codec, or too short to be one, are replaced', async () => {
    const other = tableValue(60, 50, 50, 'other');
    other[0] = 9;
    await raw.set(key('A'), other);
    await raw.set(key('B'), 'short');
    await writeAll({ A: tableValue(0, 0, 0, 'new'), B: tableValue(0, 0, 0, 'new') });
    expect(await Promise.all([...'AB'].map(content))).toEqual(['new', 'new']);
  });

  test('many of them go in many calls', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 1_000 }, (_, i) => [`e${i}`, tableValue(0, i, i, 'x'.repeat(3_072))]),
    );
    expect(await writeAll(many)).toMatchObject({ values: 1_000, older: 0 });
    expect(await raw.dbsize()).toBe(1_000);
  });
});

describe('the marker', () => {
  const marker = (tickMs: number, runClockMs = tickMs + 5): TableMarker => ({
    tickMs,
    runClockMs,
    digest: { rows: 3, hash: 18_446_744_073_709_551_615n },
  });
  const advance = (of: TableMarker, baseMs: number | null = null, chunks = 0) =>
    advanceTableMarker(connection, BUCKET, VIEW, { name: 'run', chunks, marker: of, baseMs });

  test('is what the last finished run left, and never moves back', async () => {
    expect(await readTableMarker(connection, BUCKET, VIEW)).toBeNull();
    expect(await advance(marker(100))).toEqual({ outcome: 'moved' });
    expect(await advance(marker(100, 104))).toEqual({ outcome: 'older' });
    expect(await advance(marker(40))).toEqual({ outcome: 'older' });
    expect(await advance(marker(100, 106), 100)).toEqual({ outcome: 'moved' });
    expect(await readTableMarker(connection, BUCKET, VIEW)).toEqual(marker(100, 106));
    await removeViewMarkers(connection, BUCKET, VIEW);
    expect(await readTableMarker(connection, BUCKET, VIEW)).toBeNull();
  });

  test('moves only when every chunk has left its receipt', async () => {
    await writeBatchReceipt(
      connection,
      { bucket: BUCKET, viewId: VIEW, run: 'run', chunk: 1, values: 1 },
      HOUR_MS,
    );
    expect(await advance(marker(100), null, 3)).toEqual({ outcome: 'missing', missing: [0, 2] });
    expect(await readTableMarker(connection, BUCKET, VIEW)).toBeNull();
  });

  test('does not move to an incremental run whose base is not there any more', async () => {
    expect(await advance(marker(100), 40)).toEqual({ outcome: 'base_lost' });
    await advance(marker(20));
    expect(await advance(marker(100), 40)).toEqual({ outcome: 'base_lost' });
    expect(await advance(marker(100), 20)).toEqual({ outcome: 'moved' });
  });
});
