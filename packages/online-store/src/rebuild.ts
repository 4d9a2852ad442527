/** Values are made anew: asked for, and how far the stream service is with it. */
import { removeViewMarkers } from './batch-marker';
import {
  beginRebuild,
  forgetCheckpoint,
  readViewStanding,
  type ViewOfSource,
  type ViewStanding,
} from './catch-up';
import type { RedisConnection } from './connection';
import { inEveryBucket } from './every-bucket';
import { oldestCheckpoint } from './in-all-buckets';

export interface RebuildRequest {
  /** Views with a stream. */
  readonly streamed: readonly ViewOfSource[];
  /** Ids of views that only runs write. */
  readonly stored: readonly number[];
  /** Sources that are read from the archive's end on if a rebuild of one of their views begins, or if Kafka deleted records before they were read. */
  readonly sources: readonly { readonly sourceId: number; readonly isOvertaken: () => Promise<boolean> }[];
}

/**
 * From now on the views' values are DEGRADED, until they are made anew. A rebuild that is under way goes on.
 * Can be repeated; what is left undone by a death in between is done by the next one.
 */
export async function requestRebuild(
  redis: RedisConnection,
  { streamed, stored, sources }: RebuildRequest,
): Promise<void> {
  for (const viewId of stored)
    await inEveryBucket(redis, (bucket) => removeViewMarkers(redis, bucket, viewId));
  const begun = new Set<number>();
  for (const ids of streamed) {
    const outcomes = await inEveryBucket(redis, (bucket) => beginRebuild(redis, bucket, ids));
    if (outcomes.includes(true)) begun.add(ids.sourceId);
  }
  for (const { sourceId, isOvertaken } of sources) {
    // of a rebuild that is under way the checkpoint is a new one, unless Kafka has deleted what it stands at
    if (begun.has(sourceId) || (await isOvertaken()))
      await inEveryBucket(redis, (bucket) => forgetCheckpoint(redis, bucket, sourceId));
  }
}

/** How the stream values of a view stand, over all buckets. */
export interface RebuildState {
  /** The step that is under way in any bucket; `waiting`: the stream service has not begun, or does not run. */
  readonly step: 'waiting' | 'reading' | 'joining' | 'done';
  /** Records that are still to be read; null: not known. */
  readonly left: number | null;
}

export async function readRebuildState(redis: RedisConnection, ids: ViewOfSource): Promise<RebuildState> {
  const standings = await inEveryBucket(redis, (bucket) => readViewStanding(redis, bucket, ids));
  if (standings.every(({ kind }) => kind === 'fed')) return { step: 'done', left: 0 };
  const stages = new Set(standings.flatMap(stageOf));
  if (stages.has('clearing') || standings.some(({ kind }) => kind === 'absent'))
    return { step: 'waiting', left: null };
  if (!stages.has('reading')) return { step: 'joining', left: 0 };
  const checkpoint = await oldestCheckpoint(redis, ids.sourceId);
  return { step: 'reading', left: recordsLeft(standings, checkpoint?.offsets ?? new Float64Array()) };
}

const stageOf = (standing: ViewStanding) => (standing.kind === 'catching_up' ? [standing.catchUp.stage] : []);

/** Of the bucket that is furthest back, up to where the common reading is. */
function recordsLeft(standings: readonly ViewStanding[], common: Float64Array): number {
  const left = standings.map((standing) => {
    if (standing.kind !== 'catching_up' || standing.catchUp.stage !== 'reading') return 0;
    const { offsets } = standing.catchUp;
    return common.reduce(
      (sum, end, partition) => sum + Math.max(0, end - Math.max(0, offsets[partition] ?? 0)),
      0,
    );
  });
  return left.reduce((most, one) => Math.max(most, one), 0);
}
