/** Pure decisions at the start of reading: where to begin, and since when values are complete. */
import { ceilTo, formatInstant, HOUR_MS } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import type { ArchivedPartition } from '@forebay/offline-store';
import { checkpointKey } from '@forebay/online-store';

export interface PartitionFacts {
  readonly partition: number;
  /** The next offset to read of the checkpoint that lies with the values of a bucket; null: none. */
  readonly checkpoint: number | null;
  readonly bucket: number;
  /** The end of what the archive holds; null: nothing. Not before `low`. */
  readonly archivedTo: number | null;
  /** The first offset that the topic still has, and the one after its last. */
  readonly low: number;
  readonly high: number;
  /** Whether all that it holds arrived after its first records had been archived: it is another log than the one that was read. */
  readonly madeAnew: boolean;
}

export type StartDecision =
  | { readonly kind: 'start'; readonly offset: number }
  /** Records were deleted before they were read, or the topic was made anew. */
  | { readonly kind: 'refuse'; readonly reason: string };

/**
 * Reading begins at the checkpoint, or before it where the archive is behind; a partition without one begins at the
 * first record that the topic has. Never jumps over records silently.
 */
export function decideStart(source: EventSource, facts: PartitionFacts): StartDecision {
  const { checkpoint, bucket, archivedTo, low, high, partition, madeAnew } = facts;
  const where = `topic "${source.topic}", partition ${partition}`;
  if (checkpoint === null) return { kind: 'start', offset: low };
  if (madeAnew) {
    return {
      kind: 'refuse',
      reason:
        `${where}: nothing in it is as old as the first record that was archived: the topic was deleted and made anew; ` +
        'restore it, or declare the source with a topic of another name',
    };
  }
  if (checkpoint > high) {
    return {
      kind: 'refuse',
      reason:
        `${where}: the checkpoint is ${checkpoint}, but the topic ends at ${high}: it lost records, or was made anew; ` +
        'restore it, or declare the source with a topic of another name',
    };
  }
  if (checkpoint < low) {
    return {
      kind: 'refuse',
      reason:
        `${where}: records ${checkpoint} to ${low - 1} were deleted by Kafka before they were read; to go on without them, ` +
        `delete the key "${checkpointKey(bucket, source.id)}" in Redis and start again: values are DEGRADED until ` +
        '"forebay materialize --all" has a cut after them',
    };
  }
  return { kind: 'start', offset: Math.min(checkpoint, archivedTo ?? low) };
}

/**
 * The partitions that are other logs than those whose beginnings were archived. Of the log that was archived, the record at
 * offset 0 arrived before it was; so a log whose record at offset 0 arrived later is another one.
 *
 * @param beginnings by partition, when offset 0 had been archived, by this machine's clock; the broker's may be ahead by `skewMs`
 * @param offsetsAt the first offset, by partition, of a record that arrived at or after an instant
 */
export async function partitionsMadeAnew(
  beginnings: ReadonlyMap<number, number>,
  skewMs: number,
  offsetsAt: (instantMs: number) => Promise<ReadonlyMap<number, number>>,
): Promise<ReadonlySet<number>> {
  if (beginnings.size === 0) return new Set();
  const first = await offsetsAt(Math.max(...beginnings.values()) + skewMs + 1);
  return new Set([...beginnings.keys()].filter((partition) => first.get(partition) === 0));
}

/**
 * The end of what the archive holds, as far as the topic can still fill it: a gap before the topic's first record stays,
 * and what was archived behind it counts.
 */
export function archiveEnd(
  archived: Pick<ArchivedPartition, 'end' | 'last'> | undefined,
  low: number,
): number | null {
  if (archived === undefined) return null;
  if (archived.end >= low) return archived.end;
  return archived.last.from <= low ? Math.max(archived.last.to, low) : low;
}

/** What is known of a bucket when the reading of partitions begins. */
export interface StartFacts {
  /** Whether anything of this source was read before (a checkpoint stands behind the beginning). */
  readonly resumed: boolean;
  /** Whether every partition still has its first record. */
  readonly untruncated: boolean;
  /** Whether a partition without a checkpoint has lost its first records: what they were in values is lost. */
  readonly lostBeginning: boolean;
}

export interface CompletenessFacts extends StartFacts {
  readonly nowMs: number;
  /** Declared end of history loads, finished or begun; null: none. */
  readonly loadedUntilMs: number | null;
}

/** Since which event time the stream values of a view that is read for the first time are complete; −∞: always. */
export function completeSince(view: AggregationView, source: EventSource, facts: CompletenessFacts): number {
  if (!facts.resumed && facts.untruncated) return facts.loadedUntilMs ?? Number.NEGATIVE_INFINITY;
  return ceilTo(facts.nowMs + source.maxClockSkewMs, view.batch?.cutHopMs ?? HOUR_MS);
}

/** What the log says of a view's start. */
export function describeCompleteness(view: AggregationView, sinceMs: number): string {
  return Number.isFinite(sinceMs)
    ? `view "${view.name}": the stream is complete from ${formatInstant(sinceMs)} on; older parts of its windows come from materialize`
    : `view "${view.name}": the topic is read from its beginning, so the stream is complete`;
}
