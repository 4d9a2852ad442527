/** Asks what a catch-up is planned by. */
import type { AggregationView, EventSource } from '@forebay/definitions';
import {
  archivedUpTo,
  firstOffsetsSince,
  knownFrom,
  listLoads,
  type OfflineStore,
} from '@forebay/offline-store';
import { oldestBatchMarker, type RedisConnection } from '@forebay/online-store';
import { type CatchUpPlan, heldFrom, neededSince, type PlannedPartition, planCatchUp } from './catch-up-plan';

const FENCE_EPOCH = 0;

export interface CatchUpSources {
  readonly redis: RedisConnection;
  readonly offline: OfflineStore;
  readonly clock: () => number;
  /** What the topic holds, by partition. */
  readonly bounds: () => Promise<ReadonlyMap<number, { readonly low: number; readonly high: number }>>;
}

export async function askCatchUpPlan(
  { redis, offline, clock, bounds }: CatchUpSources,
  view: AggregationView,
  source: EventSource,
): Promise<CatchUpPlan> {
  const nowMs = clock();
  const marker = view.batch === null ? null : await oldestBatchMarker(redis, view.id);
  const isGood = marker !== null && nowMs <= marker.cutMs + (view.batch?.horizonMs ?? 0);
  const neededSinceMs = neededSince(view, source, { nowMs, cutMs: isGood ? marker.cutMs : null });
  // what is archived later than this was asked is read from the topic, and so is all behind the archive's end
  const archived = new Map(
    (await archivedUpTo(offline, source, FENCE_EPOCH)).map((entry) => [entry.partition, entry]),
  );
  const needed = await firstOffsetsSince(offline, source, neededSinceMs);
  const loads = await listLoads(offline, source);
  const partitions: PlannedPartition[] = [];
  for (const [partition, { low }] of await bounds()) {
    const entry = { partition, low, archived: archived.get(partition) ?? null };
    const offset = heldFrom(entry);
    const knownFromMs = offset === 0 ? null : await knownFrom(offline, source, { partition, offset });
    partitions.push({ ...entry, firstNeeded: needed.get(partition) ?? null, knownFromMs });
  }
  const loadedUntilMs = loads.length === 0 ? null : Math.max(...loads.map((load) => load.completeUntilMs));
  return planCatchUp(source, partitions, { neededSinceMs, loadedUntilMs, nowMs });
}
