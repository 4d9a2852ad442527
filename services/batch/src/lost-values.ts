import type { RegistrySnapshot } from '@forebay/definitions';
import { inEveryBucket, type RedisConnection, removeViewMarkers } from '@forebay/online-store';

/** The ids of the views that nothing but runs writes; the stream service looks after all others. */
export function viewsOfRuns(snapshot: RegistrySnapshot): number[] {
  return snapshot.projects.flatMap(({ aggregationViews, tableViews }) => [
    ...aggregationViews.filter(({ schedule }) => schedule !== null).map(({ id }) => id),
    ...tableViews.map(({ id }) => id),
  ]);
}

/** The store dropped values by itself: nothing is complete any more, until a run has written every value. */
export async function valuesWereLost(redis: RedisConnection, snapshot: RegistrySnapshot): Promise<void> {
  for (const id of viewsOfRuns(snapshot))
    await inEveryBucket(redis, (bucket) => removeViewMarkers(redis, bucket, id));
}
