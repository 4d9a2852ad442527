/** Prepares the views of a source at the start of its reading: which of them it feeds, and where one has to be made anew first. */
import type { AggregationView, EventSource } from '@forebay/definitions';
import {
  beginRebuild,
  inEveryBucket,
  type RedisConnection,
  raiseStreamMarker,
  readViewStanding,
  startStreamMarker,
} from '@forebay/online-store';
import type { Logger } from '@forebay/service-kit';
import { type Feeding, feedingOf } from './feeding';
import { completeSince, describeCompleteness, type StartFacts } from './start-point';

export interface StandingEnvironment {
  readonly source: EventSource;
  readonly views: readonly AggregationView[];
  readonly redis: RedisConnection;
  readonly clock: () => number;
  readonly logger: Logger;
  /** Until when events come of history that was loaded, or is being loaded; null: there is none. */
  readonly loadedUntilMs: () => Promise<number | null>;
  /** Events that are made of an event are so much later than it at most; 0 where they are not made of others. */
  readonly withinMs: number;
}

/**
 * A source that is read for the first time feeds all its views, and gives them their markers. A view that comes later, or whose
 * values were lost, begins to be made anew, and is not fed until that has caught up.
 */
export async function prepareViews(
  environment: StandingEnvironment,
  ofBuckets: readonly StartFacts[],
): Promise<Feeding> {
  const { views, redis, clock, loadedUntilMs } = environment;
  const terms = { nowMs: clock(), loadedUntilMs: await loadedUntilMs() };
  const fed: [number, ReadonlySet<number>][] = [];
  for (const view of views) {
    const isFed = await inEveryBucket(redis, (bucket) =>
      prepareView(environment, view, bucket, { ...(ofBuckets[bucket] as StartFacts), ...terms }),
    );
    fed.push([view.id, new Set([...isFed.keys()].filter((bucket) => isFed[bucket]))]);
  }
  return feedingOf(fed, redis.buckets);
}

/** Whether the view is fed in the bucket. */
async function prepareView(
  { source, redis, logger, withinMs }: StandingEnvironment,
  view: AggregationView,
  bucket: number,
  facts: StartFacts & { readonly nowMs: number; readonly loadedUntilMs: number | null },
): Promise<boolean> {
  const ids = { sourceId: source.id, viewId: view.id };
  const standing = await readViewStanding(redis, bucket, ids);
  if (standing.kind === 'catching_up' && standing.catchUp.stage !== 'joining') return false;
  const isNew = standing.kind === 'absent';
  if (facts.lostValues || (isNew && facts.resumed)) {
    await beginRebuild(redis, bucket, ids, { anew: standing.kind === 'catching_up' });
    if (bucket === 0)
      logger.info(`view "${view.name}": its stream values are made anew, apart from the other views`);
    return false;
  }
  if (!isNew && !facts.lostBeginning) return true;
  const completeSinceMs = completeSince(view, source, { ...facts, withinMs });
  // a topic that lacks its beginning raises the marker that is there
  const mark = facts.lostBeginning ? raiseStreamMarker : startStreamMarker;
  const marked = await mark(redis, bucket, view.id, { completeSinceMs });
  if (marked && bucket === 0) logger.info(describeCompleteness(view, completeSinceMs));
  return true;
}
