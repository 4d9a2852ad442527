/** What is online of some entities, and which events are in it. */
import {
  chooseCut,
  explainHead,
  fencesOf,
  type ReadContext,
  type StoredParts,
  type ViewLayout,
} from '@forebay/algebra';
import { ceilTo, SECOND_MS } from '@forebay/contract';
import type { HeldEvents } from '@forebay/offline-store';
import {
  bucketOf,
  byBucket,
  type RedisConnection,
  readEntityValues,
  type StoredView,
} from '@forebay/online-store';

export interface OnlineEntity {
  readonly key: string;
  readonly parts: StoredParts;
  readonly clocks: Omit<ReadContext, 'tMs'>;
}

export interface OnlineValues {
  readonly entities: readonly OnlineEntity[];
  /** The first whole second at which all of them can be read. */
  readonly tMs: number;
}

export async function readOnline(
  redis: RedisConnection,
  stored: StoredView,
  keys: readonly string[],
  clock: () => number,
): Promise<OnlineValues> {
  const entities: OnlineEntity[] = [];
  let tMs = Number.NEGATIVE_INFINITY;
  for (const { bucket, items } of byBucket(keys, redis.buckets, (key) => bucketOf(key, redis.buckets))) {
    const commands = await readEntityValues(redis, { bucket, ...stored.keysIn(bucket) }, items);
    const nowMs = clock();
    tMs = Math.max(tMs, ceilTo(nowMs, SECOND_MS));
    let at = 0;
    for (const { shared, parts } of commands) {
      const clocks = stored.clocksOf(shared, nowMs);
      for (const values of parts) {
        const entity = { key: items[at++] as string, parts: stored.partsOf(values), clocks };
        entities.push(entity);
        // a value may have been written by a clock that is ahead of this one
        tMs = ceilTo(stored.answer(entity.parts, clocks, tMs), SECOND_MS);
      }
    }
  }
  return { entities, tMs };
}

/** Throws `corrupt_data` for a stream list that cannot be read. */
export function heldEvents(
  layout: ViewLayout,
  { key, parts, clocks }: OnlineEntity,
  tMs: number,
): HeldEvents {
  const head = parts.batch === null ? null : explainHead(layout, parts.batch);
  const { cutMs, readBatch } = chooseCut(layout, { tMs, ...clocks }, head);
  const runClockMs = (readBatch ? head?.qMs : clocks.batchMarker?.qMs) ?? Number.NEGATIVE_INFINITY;
  const fences = parts.stream === null ? [] : fencesOf(layout, parts.stream);
  const ends = new Map(fences.map(({ partition, offset }) => [partition, offset + 1]));
  return { key, cutMs, runClockMs, ends };
}
