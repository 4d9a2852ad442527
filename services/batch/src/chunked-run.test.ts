import type { RedisConnection } from '@forebay/online-store';
import { finishInEveryBucket } from './chunked-run';

const finished = (...outcomes: string[]) =>
  finishInEveryBucket({ buckets: outcomes.length } as RedisConnection, async (bucket) => ({
    outcome: outcomes[bucket] as string,
  }));

test('a run has moved if its marker has in some buckets, and stands behind a later one in the others', async () => {
  expect(await finished('older', 'moved', 'older')).toEqual({ outcome: 'moved' });
  expect(await finished('older', 'older')).toEqual({ outcome: 'older' });
});

test('what one bucket lacks, the run lacks', async () => {
  expect(await finished('moved', 'missing', 'base_lost')).toEqual({ outcome: 'missing' });
  expect(await finished('moved', 'base_lost', 'older')).toEqual({ outcome: 'base_lost' });
});
