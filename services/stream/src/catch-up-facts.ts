/** Asks what a catch-up is planned by. */
import type { AggregationView, EventSource } from '@forebay/definitions';
import { archivedUpTo, firstOffsetsSince, knownFrom, type OfflineStore } from '@forebay/offline-store';
import { oldestBatchMarker, type RedisConnection } from '@forebay/online-store';
import { type CatchUpPlan, heldFrom, neededSince, type PlannedPartition, planCatchUp } from './catch-up-plan';
import { loadedUntil } from './loaded-until';
import type { NumberedTopics, SourceArchive } from './source-topics';

const FENCE_EPOCH = 0;

export interface CatchUpSources {
  readonly redis: RedisConnection;
  readonly offline: OfflineStore;
  readonly clock: () => number;
  readonly topics: NumberedTopics;
}

export async function askCatchUpPlan(
  { redis, offline, clock, topics }: CatchUpSources,
  view: AggregationView,
  source: EventSource,
): Promise<CatchUpPlan> {
  const nowMs = clock();
  const marker = view.batch === null ? null : await oldestBatchMarker(redis, view.id);
  const isGood = marker !== null && nowMs <= marker.cutMs + (view.batch?.horizonMs ?? 0);
  const neededSinceMs = neededSince(view, source, { nowMs, cutMs: isGood ? marker.cutMs : null });
  // what is archived later than this was asked is read from the topic, and so is all behind the archive's end
  const known = new Map<EventSource, Awaited<ReturnType<typeof askArchive>>>();
  for (const archive of topics.archives)
    known.set(archive.source, await askArchive(offline, archive, neededSinceMs));
  const partitions: PlannedPartition[] = [];
  for (const [number, { low }] of await topics.watermarks()) {
    const place = topics.archiveOf(number);
    const { archived, needed } = known.get(place.source) as Awaited<ReturnType<typeof askArchive>>;
    const entry = { partition: number, low, archived: archived.get(place.partition) ?? null };
    const offset = heldFrom(entry);
    const at = { partition: place.partition, offset };
    partitions.push({
      ...entry,
      firstNeeded: needed.get(place.partition) ?? null,
      knownFromMs: offset === 0 ? null : await knownFrom(offline, place.source, at),
      earlierMs: place.earlierMs,
    });
  }
  const loadedUntilMs = await loadedUntil(offline, topics.archives);
  return planCatchUp(source, partitions, { neededSinceMs, loadedUntilMs, nowMs });
}

/** By partition of the archive's source: what it has, and where that begins of which something is needed. */
async function askArchive(
  offline: OfflineStore,
  { source, earlierMs }: SourceArchive,
  neededSinceMs: number,
) {
  const entries = await archivedUpTo(offline, source, FENCE_EPOCH);
  const needed = await firstOffsetsSince(offline, source, neededSinceMs - earlierMs);
  return { archived: new Map(entries.map((entry) => [entry.partition, entry])), needed };
}
