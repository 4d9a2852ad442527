/** Where a reading of a source feeds a view: in every bucket, or in some. A view that is not named is fed nowhere. */
export type Feeding = ReadonlyMap<number, 'everywhere' | ReadonlySet<number>>;

/** By view id, the buckets that it is fed in, of so many. */
export function feedingOf(
  fed: Iterable<readonly [viewId: number, inBuckets: ReadonlySet<number>]>,
  buckets: number,
): Feeding {
  const feeding = new Map<number, 'everywhere' | ReadonlySet<number>>();
  for (const [viewId, inBuckets] of fed)
    if (inBuckets.size > 0) feeding.set(viewId, inBuckets.size === buckets ? 'everywhere' : inBuckets);
  return feeding;
}
