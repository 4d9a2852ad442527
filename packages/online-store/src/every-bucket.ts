import type { RedisConnection } from './connection';

/** Does the same in every bucket at once; the answers are in their order. Rejects with the first error, when all have ended. */
export async function inEveryBucket<T>(
  connection: RedisConnection,
  act: (bucket: number) => Promise<T>,
): Promise<T[]> {
  const acts = Array.from({ length: connection.buckets }, (_, bucket) => act(bucket));
  const outcomes = await Promise.allSettled(acts);
  return outcomes.map((outcome) => {
    if (outcome.status === 'rejected') throw outcome.reason;
    return outcome.value;
  });
}
