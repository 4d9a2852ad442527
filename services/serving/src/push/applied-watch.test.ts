import type { Checkpoint } from '@forebay/online-store';
import { AppliedWatch } from './applied-watch';

const RECORD = { sourceId: 1, bucket: 0, partition: 1, offset: 10 };
const SOON_MS = 30;
const LONG_MS = 5_000;

/** Checkpoints of partition 1 by bucket, and how often they were read. */
function watched(next: (bucket: number) => number | null) {
  let reads = 0;
  const watch = new AppliedWatch({
    readCheckpoint: async (bucket): Promise<Checkpoint | null> => {
      reads++;
      const offset = next(bucket);
      return offset === null ? null : { epoch: 0, offsets: Float64Array.of(0, offset) };
    },
  });
  return { watch, reads: () => reads };
}

test('a record is in the values when the checkpoint is beyond it, not when it is at it', async () => {
  let next = 10;
  const { watch } = watched(() => next);
  const early = await watch.until([RECORD], SOON_MS);
  expect(early).toBe('the stream has applied partition 1 up to offset 10, and the event lies at 10');
  next = 11;
  expect(await watch.until([RECORD], LONG_MS)).toBeNull();
});

test('the wait ends when the stream comes there', async () => {
  let next = 0;
  const { watch } = watched(() => next++);
  expect(await watch.until([RECORD], LONG_MS)).toBeNull();
});

test('every bucket and partition is waited for', async () => {
  const other = { ...RECORD, bucket: 1 };
  const { watch } = watched((bucket) => (bucket === 0 ? 11 : 3));
  expect(await watch.until([RECORD, other], SOON_MS)).toContain('up to offset 3');
  expect(await watch.until([RECORD, { ...RECORD, partition: 0, offset: 5 }], SOON_MS)).toContain(
    'partition 0',
  );
});

test('of the records of a partition the last one is waited for', async () => {
  const { watch } = watched(() => 15);
  const records = [12, 20, 14].map((offset) => ({ ...RECORD, offset }));
  expect(await watch.until(records, SOON_MS)).toContain('the event lies at 20');
});

test('those who wait for one bucket share its reads, and nobody reads when nobody waits', async () => {
  let next = 0;
  const { watch, reads } = watched(() => next);
  const waits = Array.from({ length: 50 }, () => watch.until([RECORD], LONG_MS));
  setTimeout(() => {
    next = 11;
  }, SOON_MS);
  expect(new Set(await Promise.all(waits))).toEqual(new Set([null]));
  const shared = reads();
  expect(shared).toBeLessThan(20);
  await new Promise((resolve) => setTimeout(resolve, SOON_MS));
  expect(reads()).toBe(shared);
});

test('a stream that has read nothing, and a store that does not answer, are told', async () => {
  expect(await watched(() => null).watch.until([RECORD], SOON_MS)).toContain(
    'is the stream service running?',
  );
  const broken = new AppliedWatch({
    readCheckpoint: async () => {
      throw new Error('redis is away');
    },
  });
  expect(await broken.until([RECORD], SOON_MS)).toBe(
    'the checkpoint of the stream cannot be read: redis is away',
  );
});

test('nothing to wait for is no wait', async () => {
  expect(await watched(() => null).watch.until([], LONG_MS)).toBeNull();
});
