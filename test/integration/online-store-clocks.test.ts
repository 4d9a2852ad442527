import {
  advanceCheckpoint,
  advanceProgress,
  connectRedis,
  decodeProgress,
  progressKey,
  type RedisConnection,
  raiseStreamMarker,
  readCheckpoint,
  readProgress,
  readStreamMarker,
  smallestProgress,
  startStreamMarker,
} from '@forebay/online-store';
import { Redis } from 'ioredis';
import { useOwnRedis } from '../support/stack';

const BUCKET = 0;
const VIEW = 12;

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
  connection = await connectRedis({ url: server.url, role: 'stream', setting: 'REDIS_URL' });
});

beforeEach(async () => {
  await raw.flushall();
});

describe('checkpoint', () => {
  const advance = (
    epoch: number,
    partitions: number,
    ...moves: [partition: number, expected: number, next: number][]
  ) =>
    advanceCheckpoint(connection, BUCKET, 5, {
      epoch,
      partitions,
      moves: moves.map(([partition, expected, next]) => ({ partition, expected, next })),
    });

  test('moves forward from what was last written, and grows with the topic', async () => {
    expect(await readCheckpoint(connection, BUCKET, 5)).toBeNull();
    expect((await advance(1, 2, [0, -1, 10])).applied).toBe(true);
    const grown = await advance(1, 4, [0, 10, 12], [3, -1, 7]);
    expect(grown).toEqual({ applied: true, stored: { epoch: 1, offsets: Float64Array.of(12, -1, -1, 7) } });
    expect(await readCheckpoint(connection, BUCKET, 5)).toEqual(grown.stored);
    // A writer that still thinks there are two partitions does not shrink it.
    expect((await advance(1, 2, [1, -1, 3])).stored?.offsets).toEqual(Float64Array.of(12, 3, -1, 7));
  });

  test('a conflict in one partition moves none', async () => {
    await advance(1, 2, [0, -1, 10], [1, -1, 20]);
    const conflict = await advance(1, 2, [0, 10, 11], [1, 19, 21]);
    expect(conflict).toEqual({ applied: false, stored: { epoch: 1, offsets: Float64Array.of(10, 20) } });
  });

  test('an emptied server is a conflict for a writer that had written', async () => {
    expect(await advance(1, 1, [0, 10, 11])).toEqual({ applied: false, stored: null });
    expect(await readCheckpoint(connection, BUCKET, 5)).toBeNull();
  });

  test('a newer epoch starts over, an older one conflicts', async () => {
    await advance(1, 2, [0, -1, 1_000], [1, -1, 1_000]);
    expect((await advance(2, 2, [0, 1_000, 1_001])).applied).toBe(false);
    expect((await advance(2, 2, [0, -1, 5])).stored).toEqual({ epoch: 2, offsets: Float64Array.of(5, -1) });
    expect((await advance(1, 2, [1, 1_000, 1_001])).applied).toBe(false);
  });

  test('going back is refused before it is sent', async () => {
    await expect(advance(1, 1, [0, 10, 9])).rejects.toThrow('would go back from 10 to 9');
  });

  test('of two writers of one partition, one wins each step', async () => {
    const other = await connectRedis({ url: server.url, role: 'stream', setting: 'REDIS_URL' });
    let wins = 0;
    for (let round = 0; round < 50; round++) {
      const move = { epoch: 1, partitions: 1, moves: [{ partition: 0, expected: round - 1, next: round }] };
      const outcomes = await Promise.all(
        [connection, other].map((each) => advanceCheckpoint(each, BUCKET, 5, move)),
      );
      wins += outcomes.filter((outcome) => outcome.applied).length;
    }
    expect(wins).toBe(50);
    expect((await readCheckpoint(connection, BUCKET, 5))?.offsets).toEqual(Float64Array.of(49));
    await other.close();
  });
});

describe('progress', () => {
  const reach = (epoch: number, partitions: number, ...reached: [partition: number, instantMs: number][]) =>
    advanceProgress(connection, BUCKET, 5, {
      epoch,
      partitions,
      reached: reached.map(([partition, instantMs]) => ({ partition, instantMs })),
    });

  test('only rises, grows with the topic, and its smallest is that of every partition', async () => {
    expect(await readProgress(connection, BUCKET, 5)).toBeNull();
    expect(await reach(1, 2, [0, 500])).toBe(true);
    expect(smallestProgress((await raw.getBuffer(progressKey(BUCKET, 5))) as Buffer)).toBe(0);
    await reach(1, 2, [0, 400], [1, 300]);
    const bytes = (await raw.getBuffer(progressKey(BUCKET, 5))) as Buffer;
    expect(decodeProgress(bytes)).toEqual({ epoch: 1, instantsMs: Float64Array.of(500, 300) });
    expect(smallestProgress(bytes)).toBe(300);
    await reach(1, 3, [2, 900]);
    expect((await readProgress(connection, BUCKET, 5))?.instantsMs).toEqual(Float64Array.of(500, 300, 900));
  });

  test('a newer epoch starts over, an older one is refused', async () => {
    await reach(3, 1, [0, 500]);
    expect(await reach(2, 1, [0, 600])).toBe(false);
    expect(await reach(4, 2, [1, 100])).toBe(true);
    expect(await readProgress(connection, BUCKET, 5)).toEqual({
      epoch: 4,
      instantsMs: Float64Array.of(0, 100),
    });
  });

  test('writers that run at once leave the furthest', async () => {
    await Promise.all(Array.from({ length: 100 }, (_, i) => reach(1, 2, [i % 2, (i * 37) % 100])));
    const expected = [0, 1].map((p) =>
      Math.max(...Array.from({ length: 100 }, (_, i) => (i % 2 === p ? (i * 37) % 100 : 0))),
    );
    expect([...((await readProgress(connection, BUCKET, 5))?.instantsMs ?? [])]).toEqual(expected);
  });
});

describe('stream marker', () => {
  const since = (completeSinceMs: number) => ({ completeSinceMs });

  test('is set once, and rises only', async () => {
    expect(await readStreamMarker(connection, BUCKET, VIEW)).toBeNull();
    expect(await startStreamMarker(connection, BUCKET, VIEW, since(Number.NEGATIVE_INFINITY))).toBe(true);
    expect(await startStreamMarker(connection, BUCKET, VIEW, since(5))).toBe(false);
    expect(await readStreamMarker(connection, BUCKET, VIEW)).toEqual(since(Number.NEGATIVE_INFINITY));
    expect(await raiseStreamMarker(connection, BUCKET, VIEW, since(1_000))).toBe(true);
    expect(await raiseStreamMarker(connection, BUCKET, VIEW, since(999))).toBe(false);
    expect(await readStreamMarker(connection, BUCKET, VIEW)).toEqual(since(1_000));
  });

  test('raising sets it where there is none', async () => {
    expect(await raiseStreamMarker(connection, BUCKET, VIEW + 1, since(7))).toBe(true);
    expect(await readStreamMarker(connection, BUCKET, VIEW + 1)).toEqual(since(7));
  });
});
