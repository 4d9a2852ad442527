import type { RedisConnection } from '@forebay/online-store';
import { Checkpoints } from './checkpoints';
import type { PartitionFacts, StartDecision, StartFacts } from './start-point';
import { findStartPoints } from './start-points';

const BUCKETS = 3;

/** A store with these checkpoints of partition 0, by bucket; null: none. What is written is noted, with its bucket. */
function storeWith(offsets: readonly (number | null)[]) {
  const written: [bucket: number, next: number][] = [];
  const connection = {
    buckets: BUCKETS,
    at: (bucket: number) => ({
      getBuffer: async () => checkpointOf(offsets[bucket] ?? null),
      callBuffer: async (_: string, [, , , packed]: [unknown, unknown, unknown, Buffer]) => {
        written.push([bucket, packed.readDoubleLE(18)]);
        return [1, Buffer.alloc(0)];
      },
    }),
    run: (_: string, commands: () => Promise<unknown>) => commands(),
  };
  return { checkpoints: new Checkpoints(connection as unknown as RedisConnection, 7, 0), written };
}

function checkpointOf(offset: number | null): Buffer | null {
  if (offset === null) return null;
  const bytes = Buffer.alloc(16);
  bytes[0] = 1;
  bytes.writeUInt32LE(1, 4);
  bytes.writeDoubleLE(offset, 8);
  return bytes;
}

async function start(offsets: readonly (number | null)[], low = 0) {
  const { checkpoints, written } = storeWith(offsets);
  const asked: (number | null)[] = [];
  let marked: readonly StartFacts[] = [];
  const starts = await findStartPoints(
    {
      checkpoint: checkpoints,
      topic: { partitions: 1, bounds: async () => new Map([[0, { low, high: 100 }]]) },
      markStart: async (facts) => {
        marked = facts;
      },
      archived: async () => new Map(),
      madeAnew: async () => new Set<number>(),
      decide: ({ checkpoint }: PartitionFacts): StartDecision => {
        asked.push(checkpoint);
        return { kind: 'start', offset: checkpoint ?? low };
      },
    },
    [0],
  );
  return { offset: starts[0]?.offset, asked, marked, written };
}

test('reading begins where the bucket stands that is furthest back', async () => {
  const { offset, asked, written } = await start([40, 30, 50]);
  expect(offset).toBe(30);
  // the furthest one may be of a topic that was made anew
  expect(asked).toEqual([50, 30]);
  expect(written).toEqual([]);
});

test('a bucket without a checkpoint makes it begin with the topic, and gets one there', async () => {
  const { offset, marked, written } = await start([40, null, 50]);
  expect(offset).toBe(0);
  expect(written).toEqual([[1, 0]]);
  expect(marked.map(({ resumed, lostBeginning }) => [resumed, lostBeginning])).toEqual([
    [true, false],
    [false, false],
    [true, false],
  ]);
});

test('only where the checkpoint was lost are records lost that the topic has no more', async () => {
  const { offset, marked } = await start([40, null, 50], 20);
  expect(offset).toBe(20);
  expect(marked.map(({ lostBeginning }) => lostBeginning)).toEqual([false, true, false]);
});
