import {
  advanceCheckpoint,
  advanceProgress,
  beginRebuild,
  connectRedis,
  decodeProgress,
  joinView,
  progressKey,
  type RedisConnection,
  raiseStreamMarker,
  readCheckpoint,
  readProgress,
  readStreamMarker,
  readViewStanding,
  smallestProgress,
  startCatchUp,
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
    expect((await advance(0, 2, [0, -1, 10])).applied).toBe(true);
    const grown = await advance(0, 4, [0, 10, 12], [3, -1, 7]);
    expect(grown).toEqual({ applied: true, stored: { epoch: 0, offsets: Float64Array.of(12, -1, -1, 7) } });
    expect(await readCheckpoint(connection, BUCKET, 5)).toEqual(grown.stored);
    // A writer that still thinks there are two partitions does not shrink it.
    expect((await advance(0, 2, [1, -1, 3])).stored?.offsets).toEqual(Float64Array.of(12, 3, -1, 7));
  });

  test('a conflict in one partition moves none', async () => {
    await advance(0, 2, [0, -1, 10], [1, -1, 20]);
    const conflict = await advance(0, 2, [0, 10, 11], [1, 19, 21]);
    expect(conflict).toEqual({ applied: false, stored: { epoch: 0, offsets: Float64Array.of(10, 20) } });
  });

  test('an emptied server is a conflict for a writer that had written', async () => {
    expect(await advance(0, 1, [0, 10, 11])).toEqual({ applied: false, stored: null });
    expect(await readCheckpoint(connection, BUCKET, 5)).toBeNull();
  });

  test('another epoch than the stored one conflicts, and so does any but 0 where none is stored', async () => {
    expect((await advance(1, 1, [0, -1, 5])).applied).toBe(false);
    await advance(0, 2, [0, -1, 1_000], [1, -1, 1_000]);
    expect((await advance(1, 2, [0, 1_000, 1_001])).applied).toBe(false);
    expect((await readCheckpoint(connection, BUCKET, 5))?.offsets).toEqual(Float64Array.of(1_000, 1_000));
  });

  test('going back is refused before it is sent', async () => {
    await expect(advance(0, 1, [0, 10, 9])).rejects.toThrow('would go back from 10 to 9');
  });

  test('of two writers of one partition, one wins each step', async () => {
    const other = await connectRedis({ url: server.url, role: 'stream', setting: 'REDIS_URL' });
    let wins = 0;
    for (let round = 0; round < 50; round++) {
      const move = { epoch: 0, partitions: 1, moves: [{ partition: 0, expected: round - 1, next: round }] };
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

  test('numbers that no partition has say nothing, until one has them', async () => {
    const reachTwo = (added: number, ...reached: { partition: number; instantMs: number }[]) =>
      advanceProgress(connection, BUCKET, 5, {
        epoch: 0,
        partitions: 6,
        reached,
        absent: [{ from: 2 + added, to: 4 }],
      });
    const smallest = async () => smallestProgress((await raw.getBuffer(progressKey(BUCKET, 5))) as Buffer);
    const all = [0, 1, 4, 5].map((partition) => ({ partition, instantMs: 500 + partition }));
    await reachTwo(0, ...all.slice(1));
    expect(await smallest()).toBe(0);
    await reachTwo(0, ...all);
    expect(await smallest()).toBe(500);
    // one was added: nothing is known of it, also where another writer still says that there is none
    await reachTwo(1, ...all);
    expect(await smallest()).toBe(0);
    await reachTwo(0, ...all);
    expect(await smallest()).toBe(0);
    await reachTwo(1, { partition: 2, instantMs: 400 });
    expect(await smallest()).toBe(400);
    expect((await readProgress(connection, BUCKET, 5))?.instantsMs).toEqual(
      Float64Array.of(500, 501, 400, Number.POSITIVE_INFINITY, 504, 505),
    );
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

test('a view joins unless the progress of its source has passed an instant, in any partition that there is', async () => {
  const view = { sourceId: 5, viewId: VIEW };
  await advanceCheckpoint(connection, BUCKET, 5, {
    epoch: 0,
    partitions: 2,
    moves: [0, 1].map((partition) => ({ partition, expected: -1, next: 30 })),
  });
  await beginRebuild(connection, BUCKET, view);
  const standing = await readViewStanding(connection, BUCKET, view);
  if (standing.kind !== 'catching_up') throw new Error(`the view is ${standing.kind}`);
  const { number } = standing.catchUp;
  await startCatchUp(connection, BUCKET, view, {
    number,
    offsets: [10, 40],
    marker: { completeSinceMs: 0 },
  });
  const reached = [
    { partition: 0, instantMs: 500 },
    { partition: 1, instantMs: 900 },
  ];
  await advanceProgress(connection, BUCKET, 5, {
    epoch: 0,
    partitions: 3,
    reached,
    absent: [{ from: 2, to: 3 }],
  });
  expect(await joinView(connection, BUCKET, view, number, 899)).toBe(false);
  expect(await joinView(connection, BUCKET, view, number, 900)).toBe(true);
  const joined = await readViewStanding(connection, BUCKET, view);
  expect(joined).toMatchObject({ catchUp: { stage: 'joining', offsets: Float64Array.of(30, 30) } });
  expect((await readCheckpoint(connection, BUCKET, 5))?.offsets).toEqual(Float64Array.of(10, 30));
});
