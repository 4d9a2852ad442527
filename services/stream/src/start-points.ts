/** Where the reading of partitions begins: what is known is asked, then decided, then written down where it is new. */
import { ForebayError } from '@forebay/contract';
import type { ArchivedPartition } from '@forebay/offline-store';
import { allOf } from './by-bucket';
import type { CheckpointAt, Checkpoints } from './checkpoints';
import { archiveEnd, type decideStart, type PartitionFacts, type StartFacts } from './start-point';

export interface StartPointOptions {
  readonly checkpoint: Checkpoints;
  readonly topic: {
    readonly partitions: number;
    bounds(): Promise<ReadonlyMap<number, { low: number; high: number }>>;
  };
  /** Prepares the views' markers, by bucket; called before the first record and after every loss of the store's content. */
  readonly markStart: (facts: readonly StartFacts[]) => Promise<void>;
  /** By partition: what the archive holds. */
  readonly archived: () => Promise<ReadonlyMap<number, ArchivedPartition>>;
  /** The partitions that are other logs than those that were read: the topic was made anew. */
  readonly madeAnew: () => Promise<ReadonlySet<number>>;
  readonly decide: (facts: PartitionFacts) => ReturnType<typeof decideStart>;
}

export interface StartPoint {
  readonly partition: number;
  readonly offset: number;
  /** The end of what the archive holds. */
  readonly archivedTo: number;
}

/** Throws `failed_precondition` when records are lost for good. */
export async function findStartPoints(
  options: StartPointOptions,
  partitions: readonly number[],
): Promise<StartPoint[]> {
  const { checkpoint, topic, markStart, decide } = options;
  const [, archived, bounds, anew] = await Promise.all([
    checkpoint.read(),
    options.archived(),
    topic.bounds(),
    options.madeAnew(),
  ]);
  const starts: StartPoint[] = [];
  const fresh = Array.from({ length: checkpoint.buckets }, () => new Map<number, number>());
  const lostBeginning = new Set<number>();
  for (const partition of partitions) {
    const { low, high } = bounds.get(partition) ?? { low: 0, high: 0 };
    const archivedTo = archiveEnd(archived.get(partition), low);
    const madeAnew = anew.has(partition);
    const startAt = (at: CheckpointAt | null): number => {
      const facts = { partition, archivedTo, low, high, madeAnew };
      const decision = decide({ ...facts, checkpoint: at?.offset ?? null, bucket: at?.bucket ?? 0 });
      if (decision.kind === 'refuse') throw new ForebayError('failed_precondition', decision.reason);
      return decision.offset;
    };
    const { lowest, highest, missing } = checkpoint.rangeOf(partition);
    // what the furthest one says of the topic is refused too
    if (highest !== null && highest.offset !== lowest?.offset) startAt(highest);
    const known = startAt(lowest);
    const offset = missing.length === 0 ? known : Math.min(known, startAt(null));
    starts.push({ partition, offset, archivedTo: archivedTo ?? offset });
    for (const bucket of missing) {
      fresh[bucket]?.set(partition, offset);
      if (low > 0) lostBeginning.add(bucket);
    }
  }
  const untruncated = [...bounds.values()].every(({ low }) => low === 0);
  const facts = fresh.map((_, bucket) => ({
    resumed: checkpoint.hasBegun(bucket),
    untruncated,
    lostBeginning: lostBeginning.has(bucket),
  }));
  await markStart(facts);
  // from the first value on there is a checkpoint, so that its absence tells of a loss
  await allOf(
    fresh.map(async (next, bucket) => {
      await checkpoint.advance(next, topic.partitions, [bucket]);
    }),
  );
  return starts;
}
