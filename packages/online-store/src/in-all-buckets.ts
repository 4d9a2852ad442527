/** What holds in every bucket of a server: the furthest back of them, null where one has none. */
import { type BatchMarker, readBatchMarker } from './batch-marker';
import { type Checkpoint, readCheckpoint } from './checkpoint';
import type { RedisConnection } from './connection';
import { inEveryBucket } from './every-bucket';
import { type BatchPart, PARTS } from './keys';
import { type Progress, readProgress } from './progress';
import { readStreamMarker, type StreamMarker } from './stream-marker';
import { readTableMarker, type TableMarker } from './table-marker';

/** Since when the stream values of all entities are complete. */
export async function latestStreamMarker(
  connection: RedisConnection,
  viewId: number,
): Promise<StreamMarker | null> {
  const markers = await inEveryBucket(connection, (bucket) => readStreamMarker(connection, bucket, viewId));
  return least(markers, ({ completeSinceMs }) => -completeSinceMs);
}

export async function oldestBatchMarker(
  connection: RedisConnection,
  viewId: number,
  part: BatchPart = PARTS.batch,
): Promise<BatchMarker | null> {
  const markers = await inEveryBucket(connection, (bucket) =>
    readBatchMarker(connection, bucket, viewId, part),
  );
  return least(markers, ({ cutMs }) => cutMs);
}

export async function oldestTableMarker(
  connection: RedisConnection,
  viewId: number,
): Promise<TableMarker | null> {
  const markers = await inEveryBucket(connection, (bucket) => readTableMarker(connection, bucket, viewId));
  return least(markers, ({ tickMs }) => tickMs);
}

/** By partition, what all values hold. */
export async function oldestCheckpoint(
  connection: RedisConnection,
  sourceId: number,
): Promise<Checkpoint | null> {
  const all = await inEveryBucket(connection, (bucket) => readCheckpoint(connection, bucket, sourceId));
  const oldest = oldestOf(all, ({ offsets }) => offsets, -1);
  return oldest === null ? null : { epoch: oldest.epoch, offsets: oldest.values };
}

/** By partition, what all values speak of. */
export async function oldestProgress(
  connection: RedisConnection,
  sourceId: number,
): Promise<Progress | null> {
  const all = await inEveryBucket(connection, (bucket) => readProgress(connection, bucket, sourceId));
  const oldest = oldestOf(all, ({ instantsMs }) => instantsMs, 0);
  return oldest === null ? null : { epoch: oldest.epoch, instantsMs: oldest.values };
}

function least<T>(all: readonly (T | null)[], of: (item: T) => number): T | null {
  let found: T | null = null;
  for (const item of all) {
    if (item === null) return null;
    if (found === null || of(item) < of(found)) found = item;
  }
  return found;
}

/** An older epoch comes first; of equal ones each partition by itself. */
function oldestOf<T extends { readonly epoch: number }>(
  all: readonly (T | null)[],
  valuesOf: (item: T) => Float64Array,
  none: number,
): { readonly epoch: number; readonly values: Float64Array } | null {
  const known = all.filter((item) => item !== null);
  if (known.length < all.length) return null;
  const epoch = Math.min(...known.map((item) => item.epoch));
  const arrays = known.filter((item) => item.epoch === epoch).map(valuesOf);
  const partitions = Math.max(...arrays.map((array) => array.length));
  const values = Float64Array.from({ length: partitions }, (_, partition) =>
    arrays.reduce((least, array) => Math.min(least, array[partition] ?? none), Number.POSITIVE_INFINITY),
  );
  return { epoch, values };
}
