/** Pure decisions on what the archive holds of a topic. */
import { isTopicBeginning } from '@forebay/event-log';
import type { ArchivedPartition, TopicCoverage } from '@forebay/offline-store';

/** A partition of the topic, and what the archive holds of it. */
export interface PartitionArchive {
  readonly partition: number;
  /** The offset after its last record when the run began. */
  readonly end: number;
  /** The first offset that Kafka still has. */
  readonly low: number;
  readonly archived: ArchivedPartition | null;
}

/** How many records are still to be archived. Those that Kafka has deleted never will be, so nobody waits for them. */
export function missingRecords({ end, low, archived }: PartitionArchive): number {
  return Math.max(0, end - Math.max(low, archived?.last.to ?? 0));
}

/** The offset from which on the archive has everything up to the end; null: of the end itself it has nothing. */
export function completeFrom({ end, archived }: PartitionArchive): number | null {
  return archived !== null && archived.last.to >= end ? archived.last.from : null;
}

export interface CoverageFacts {
  /** Since which event time the view's stream is complete; null: the stream has not begun. */
  readonly streamCompleteSinceMs: number | null;
  readonly loadedUntilMs: number | null;
  readonly maxClockSkewMs: number;
  /** By partition: when the first event at `completeFrom` became known, where the archive lacks the topic's beginning. */
  readonly knownFromMs: ReadonlyMap<number, number>;
}

/** Since which event time the archive has all of the topic's events. Partitions that never had a record say nothing. */
export function topicCoverage(partitions: readonly PartitionArchive[], facts: CoverageFacts): TopicCoverage {
  const used = partitions.filter(({ end, archived }) => !isTopicBeginning(end) || archived !== null);
  if (used.length === 0) return { empty: true, completeSinceMs: Number.POSITIVE_INFINITY };
  const instants = used.map((entry) => partitionCompleteSince(entry, facts));
  return { empty: false, completeSinceMs: instants.reduce((a, b) => Math.max(a, b)) };
}

function partitionCompleteSince(entry: PartitionArchive, facts: CoverageFacts): number {
  if (entry.archived === null) return sinceStreamBegan(facts);
  const from = completeFrom(entry);
  if (from === null) return Number.POSITIVE_INFINITY;
  // what was archived of a topic that was made anew since lies before its beginning, without a gap
  if (from === entry.archived.first && isTopicBeginning(from)) return Number.NEGATIVE_INFINITY;
  const knownMs = facts.knownFromMs.get(entry.partition);
  const sinceMs = knownMs === undefined ? Number.POSITIVE_INFINITY : knownMs + facts.maxClockSkewMs + 1;
  // the stream's word holds from its start on, and there has been a gap since
  return from === entry.archived.first ? Math.min(sinceMs, facts.streamCompleteSinceMs ?? sinceMs) : sinceMs;
}

/**
 * Of a partition whose records were all deleted, and of which nothing is archived: the stream began after them, unless it claims
 * to have seen the topic's beginning, which it has not archived.
 */
function sinceStreamBegan({ streamCompleteSinceMs, loadedUntilMs }: CoverageFacts): number {
  const beganMs = streamCompleteSinceMs ?? Number.POSITIVE_INFINITY;
  return beganMs > (loadedUntilMs ?? Number.NEGATIVE_INFINITY) ? beganMs : Number.POSITIVE_INFINITY;
}
