/** Where the reading of partitions begins: what is known is asked, then decided, then written down where it is new. */

import { ForebayError } from '@forebay/contract';
import { isTopicBeginning } from '@forebay/event-log';
import type { ArchivedPartition } from '@forebay/offline-store';
import { allOf } from '@forebay/online-store';
import type { Checkpoints } from './checkpoints';
import { faultPoint } from './fault-points';
import type { Feeding } from './feeding';
import { archiveEnd, type decideStart, type PartitionFacts, type StartFacts } from './start-point';

export interface StartPointOptions {
  readonly checkpoint: Checkpoints;
  readonly topic: {
    readonly partitions: number;
    bounds(): Promise<ReadonlyMap<number, { low: number; high: number }>>;
  };
  /**
   * Prepares the views, by what is known of each bucket, and says where this reading feeds them. Called when the checkpoints have
   * been read: whoever changes who feeds a view makes them void.
   */
  readonly prepareViews: (facts: readonly StartFacts[]) => Promise<Feeding>;
  /** By partition: what the archive holds. */
  readonly archived: () => Promise<ReadonlyMap<number, ArchivedPartition>>;
  /** Throws `TopicMadeAnew` when the topic is another one than that which is being read. */
  readonly checkTopic: () => Promise<void>;
  readonly decide: (facts: PartitionFacts) => ReturnType<typeof decideStart>;
}

export interface StartPoint {
  readonly partition: number;
  readonly offset: number;
  /** The end of what the archive holds. */
  readonly archivedTo: number;
}

export interface FoundStarts {
  readonly starts: readonly StartPoint[];
  readonly feeding: Feeding;
}

/**
 * A partition that was read before (something of it is archived) and has no checkpoint begins where the archive ends: values that
 * are lost are made anew apart from this reading, which stays fresh. Throws `failed_precondition` when records are lost for good.
 *
 * @param kept partitions that are being read already, and go on as they are
 */
export async function findStartPoints(
  options: StartPointOptions,
  partitions: readonly number[],
  kept: ReadonlySet<number>,
): Promise<FoundStarts> {
  const { checkpoint, topic, prepareViews, decide } = options;
  // before the checkpoints: what is archived now had one before it was read
  const archived = await options.archived();
  await options.checkTopic();
  const [, bounds] = await Promise.all([checkpoint.read(kept), topic.bounds()]);
  const starts: StartPoint[] = [];
  const fresh = Array.from({ length: checkpoint.buckets }, () => new Map<number, number>());
  const lostBeginning = new Set<number>();
  const lostValues = new Set<number>();
  for (const partition of partitions) {
    const { low, high } = bounds.get(partition) ?? { low: 0, high: 0 };
    const archivedTo = archiveEnd(archived.get(partition), low);
    const startAt = (offset: number | null): number => {
      const decision = decide({ partition, archivedTo, low, high, checkpoint: offset });
      if (decision.kind === 'refuse') throw new ForebayError('failed_precondition', decision.reason);
      return decision.offset;
    };
    const { lowest, highest, missing } = checkpoint.rangeOf(partition);
    // what the furthest one says of the topic is refused too
    if (highest !== null && highest !== lowest) startAt(highest);
    const begins = missing.length === 0 ? [] : [archivedTo ?? startAt(null)];
    const offset = Math.min(...begins, ...(lowest === null ? [] : [startAt(lowest)]));
    starts.push({ partition, offset, archivedTo: archivedTo ?? offset });
    for (const bucket of missing) {
      fresh[bucket]?.set(partition, offset);
      if (archivedTo !== null) lostValues.add(bucket);
      else if (!isTopicBeginning(low)) lostBeginning.add(bucket);
    }
  }
  const untruncated = [...bounds.values()].every(({ low }) => isTopicBeginning(low));
  const facts = fresh.map((_, bucket) => ({
    resumed: checkpoint.isStored(bucket),
    untruncated,
    lostBeginning: lostBeginning.has(bucket),
    lostValues: lostValues.has(bucket),
  }));
  faultPoint('checkpoints-read');
  const feeding = await prepareViews(facts);
  faultPoint('views-marked');
  // from the first value on there is a checkpoint, so that its absence tells of a loss
  await allOf(
    fresh.map(async (next, bucket) => {
      await checkpoint.advance(next, topic.partitions, [bucket]);
    }),
  );
  faultPoint('start-points-found');
  return { starts, feeding };
}

/** For a promise of start points beside partitions that are kept: null if they can't be. */
export function nullIfConflict(thrown: unknown): null {
  if (ForebayError.from(thrown).reason === 'conflict') return null;
  throw thrown;
}
