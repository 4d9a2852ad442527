import type { RedisConnection } from '@forebay/online-store';
import { finishInEveryBucket } from './chunk-receipts';

const finished = (...outcomes: string[]) =>
  finishInEveryBucket({ buckets: outcomes.length } as RedisConnection, async (bucket) => ({
    outcome: outcomes[bucket] as string,
    ...(outcomes[bucket] === 'missing' ? { missing: [7, bucket] } : {}),
  }));

test('a run has moved if its marker has in some buckets, and stands behind a later one in the others', async () => {
  expect(await finished('older', 'moved', 'older')).toEqual({ outcome: 'moved', missing: [] });
  expect(await finished('older', 'older')).toEqual({ outcome: 'older', missing: [] });
});

test('what one bucket lacks, the run lacks', async () => {
  expect(await finished('moved', 'missing', 'base_lost')).toEqual({ outcome: 'missing', missing: [1, 7] });
  expect(await finished('missing', 'missing')).toEqual({ outcome: 'missing', missing: [0, 1, 7] });
  expect(await finished('moved', 'base_lost', 'older')).toEqual({ outcome: 'base_lost', missing: [] });
});
