/** Where the reading of partitions begins: what is known is asked, then decided, then written down where it is new. */
import { ForebayError } from '@forebay/contract';
import type { ArchivedPartition } from '@forebay/offline-store';
import type { CheckpointKeeper } from './checkpoint-keeper';
import { archiveEnd, type decideStart, type PartitionFacts, type StartFacts } from './start-point';

export interface StartPointOptions {
  readonly checkpoint: CheckpointKeeper;
  readonly topic: {
    readonly partitions: number;
    bounds(): Promise<ReadonlyMap<number, { low: number; high: number }>>;
  };
  /** Prepares the views' markers; called before the first record and after every loss of the store's content. */
  readonly markStart: (facts: StartFacts) => Promise<void>;
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
  const fresh = new Map<number, number>();
  let lostBeginning = false;
  for (const partition of partitions) {
    const { low, high } = bounds.get(partition) ?? { low: 0, high: 0 };
    const known = checkpoint.stored(partition);
    const archivedTo = archiveEnd(archived.get(partition), low);
    const stored = known < 0 ? null : known;
    const madeAnew = anew.has(partition);
    const decision = decide({ partition, checkpoint: stored, archivedTo, low, high, madeAnew });
    if (decision.kind === 'refuse') throw new ForebayError('failed_precondition', decision.reason);
    starts.push({ partition, offset: decision.offset, archivedTo: archivedTo ?? decision.offset });
    if (known >= 0) continue;
    fresh.set(partition, decision.offset);
    if (low > 0) lostBeginning = true;
  }
  const untruncated = [...bounds.values()].every(({ low }) => low === 0);
  await markStart({ resumed: checkpoint.hasBegun, untruncated, lostBeginning });
  // from the first value on there is a checkpoint, so that its absence tells of a loss
  await checkpoint.advance(fresh, topic.partitions);
  return starts;
}
