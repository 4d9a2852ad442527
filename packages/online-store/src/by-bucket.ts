/** Items of one bucket; none of the groups is empty. */
export interface BucketGroup<T> {
  readonly bucket: number;
  readonly items: readonly T[];
}

/** The items by bucket, in their order; of one bucket they stay as they are. */
export function byBucket<T>(
  items: readonly T[],
  buckets: number,
  bucketOf: (item: T) => number,
): BucketGroup<T>[] {
  if (items.length === 0) return [];
  if (buckets === 1) return [{ bucket: 0, items }];
  const groups = new Map<number, T[]>();
  for (const item of items) {
    const bucket = bucketOf(item);
    const group = groups.get(bucket);
    if (group === undefined) groups.set(bucket, [item]);
    else group.push(item);
  }
  return [...groups].map(([bucket, ofBucket]) => ({ bucket, items: ofBucket }));
}

/** Waits for all, then rejects with what the first of them rejected with. */
export async function allOf(acts: readonly Promise<void>[]): Promise<void> {
  const outcomes = await Promise.allSettled(acts);
  const failed = outcomes.find((outcome) => outcome.status === 'rejected');
  if (failed !== undefined) throw failed.reason;
}
