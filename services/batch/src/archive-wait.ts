import { ForebayError } from '@forebay/contract';
import type { EventSource } from '@forebay/definitions';
import { type ArchivedPartition, archivedUpTo, type OfflineStore, type TopicCoverage } from '@forebay/offline-store';

/** The topic's epoch; topics that were made anew are not told apart yet. */
const EPOCH = 0;
const POLL_MS = 100;

/** What a run asks Kafka. */
export interface TopicReader {
  /** By partition: the offset after its last record. */
  endOffsets(topic: string): Promise<ReadonlyMap<number, number>>;
}

/** A partition of the topic, and what the archive holds of it. */
export interface PartitionArchive {
  readonly partition: number;
  readonly endOffset: number;
  readonly archived: ArchivedPartition | null;
}

/**
 * Reads the end of every partition, then waits until the archive holds all before it.
 * Throws `unavailable` with the partition that is furthest behind.
 */
export async function waitForArchive(
  offline: OfflineStore,
  topics: TopicReader,
  source: EventSource,
  { deadlineMs, signal }: { deadlineMs: number; signal: AbortSignal },
): Promise<PartitionArchive[]> {
  const ends = await topics.endOffsets(source.topic);
  const giveUpAt = Date.now() + deadlineMs;
  for (;;) {
    const archived = new Map((await archivedUpTo(offline, source.name, EPOCH)).map((entry) => [entry.partition, entry]));
    const partitions = [...ends].map(([partition, endOffset]) => ({ partition, endOffset, archived: archived.get(partition) ?? null }));
    const behind = partitions.filter((entry) => entry.endOffset > (entry.archived?.end ?? 0) && entry.endOffset > 0);
    if (behind.length === 0) return partitions;
    signal.throwIfAborted();
    if (Date.now() > giveUpAt) {
      const [worst] = behind.sort((a, b) => missingOf(b) - missingOf(a));
      throw new ForebayError(
        'unavailable',
        `source "${source.name}": the archive lacks ${missingOf(worst as PartitionArchive)} records of partition ${worst?.partition} of topic "${source.topic}" after ${Math.round(deadlineMs / 1000)} s; is the stream service running?`,
      );
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
}

const missingOf = (entry: PartitionArchive) => entry.endOffset - (entry.archived?.end ?? 0);

/** What the archive knows of the topic's events: all of them, or those since the stream began. */
export function topicCoverage(partitions: readonly PartitionArchive[], streamCompleteSinceMs: number | null): TopicCoverage {
  const used = partitions.filter((entry) => entry.endOffset > 0);
  if (used.length === 0) return { empty: true, completeSinceMs: Number.POSITIVE_INFINITY };
  const fromBeginning = used.every((entry) => entry.archived?.first === 0);
  return { empty: false, completeSinceMs: fromBeginning ? Number.NEGATIVE_INFINITY : (streamCompleteSinceMs ?? Number.POSITIVE_INFINITY) };
}
