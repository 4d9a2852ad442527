import type { RedisConnection } from './connection';
import { latestStreamMarker, oldestCheckpoint, oldestProgress } from './in-all-buckets';
import { checkpointKey, progressKey, streamMarkerKey } from './keys';
import { encodeStreamMarker } from './stream-marker';

/** As many buckets as values; null: the bucket has none. */
function storing(keyIn: (bucket: number) => string, values: readonly (Buffer | null)[]): RedisConnection {
  const stored = new Map(values.map((value, bucket) => [keyIn(bucket), value]));
  return {
    buckets: values.length,
    at: () => ({ getBuffer: async (key: string) => stored.get(key) ?? null }),
    run: (_: string, commands: () => Promise<unknown>) => commands(),
  } as unknown as RedisConnection;
}

function partitionArray(epoch: number, values: readonly number[]): Buffer {
  const bytes = Buffer.alloc(8 + 8 * values.length);
  bytes[0] = 1;
  bytes.writeUInt16LE(epoch, 2);
  bytes.writeUInt32LE(values.length, 4);
  for (const [i, value] of values.entries()) bytes.writeDoubleLE(value, 8 + 8 * i);
  return bytes;
}

const markers = (...since: (number | null)[]) =>
  storing(
    (bucket) => streamMarkerKey(bucket, 7),
    since.map((completeSinceMs) =>
      completeSinceMs === null ? null : encodeStreamMarker({ completeSinceMs }),
    ),
  );

test('a view is complete since the latest of its markers, and not known where one is missing', async () => {
  expect(await latestStreamMarker(markers(5, Number.NEGATIVE_INFINITY, 9), 7)).toEqual({
    completeSinceMs: 9,
  });
  expect(await latestStreamMarker(markers(5, null, 9), 7)).toBeNull();
});

test('of each partition the checkpoint that is furthest back counts; a partition that one lacks has none', async () => {
  const arrays = [partitionArray(2, [10, 20, 30]), partitionArray(2, [11, 19])];
  const all = await oldestCheckpoint(
    storing((bucket) => checkpointKey(bucket, 3), arrays),
    3,
  );
  expect(all).toEqual({ epoch: 2, offsets: Float64Array.of(10, 19, -1) });
});

test('a bucket of an older epoch speaks for all', async () => {
  const arrays = [partitionArray(2, [100]), partitionArray(1, [50, 60])];
  const all = await oldestProgress(
    storing((bucket) => progressKey(bucket, 3), arrays),
    3,
  );
  expect(all).toEqual({ epoch: 1, instantsMs: Float64Array.of(50, 60) });
});
