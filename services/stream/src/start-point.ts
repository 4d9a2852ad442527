/** Pure decisions at the start of reading: where to begin, and since when values are complete. */
import { ceilTo, formatInstant, HOUR_MS } from '@forebay/contract';
import { type AggregationView, describePartition, type EventSource } from '@forebay/definitions';
import { epochOfKept, isTopicBeginning } from '@forebay/event-log';
import type { ArchivedPartition } from '@forebay/offline-store';

export interface PartitionFacts {
  readonly partition: number;
  /** The next offset to read of the checkpoint that lies with the values of a bucket; null: none. */
  readonly checkpoint: number | null;
  /** The end of what the archive holds; null: nothing. Not before `low`. */
  readonly archivedTo: number | null;
  /** The first offset that the topic still has, and the one after its last. */
  readonly low: number;
  readonly high: number;
}

export type StartDecision =
  | { readonly kind: 'start'; readonly offset: number }
  /** Records were deleted before they were read, or lost. */
  | { readonly kind: 'refuse'; readonly reason: string };

/**
 * Reading begins at the checkpoint, or before it where the archive is behind; a partition without one begins at the
 * first record that the topic has, and so does one of a topic that was made anew. Never jumps over records silently.
 */
export function decideStart(source: EventSource, facts: PartitionFacts): StartDecision {
  const { checkpoint, archivedTo, low, high, partition } = facts;
  const where = describePartition(source, partition);
  if (checkpoint === null) return { kind: 'start', offset: low };
  if (epochOfKept(checkpoint) < epochOfKept(low) && isTopicBeginning(low))
    return { kind: 'start', offset: low };
  if (checkpoint > high) {
    return {
      kind: 'refuse',
      reason:
        `${where}: the checkpoint is ${checkpoint}, but the topic ends at ${high}: Kafka lost records that were read; ` +
        'restore them, or delete the topic and make it anew: what was read stays',
    };
  }
  if (checkpoint < low) {
    return {
      kind: 'refuse',
      reason:
        `${where}: records ${checkpoint} to ${low - 1} were deleted by Kafka before they were read; run "forebay rebuild --source ${source.name}" ` +
        'and start again: values are made anew from what the archive and the topic have, and are DEGRADED where records are lost for good',
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
  /** Whether this source was read before (there is a checkpoint). */
  readonly resumed: boolean;
  /** Whether every partition still has its first record. */
  readonly untruncated: boolean;
  /** Whether a partition that is read for the first time has lost its first records. */
  readonly lostBeginning: boolean;
  /** Whether a partition that was read before has no checkpoint: what its records were in values is lost. */
  readonly lostValues: boolean;
}

export interface CompletenessFacts extends StartFacts {
  readonly nowMs: number;
  /** Until when events come of history that was loaded, or is being loaded; null: there is none. */
  readonly loadedUntilMs: number | null;
  /** Events that are made of an event are so much later than it at most; left out: 0. */
  readonly withinMs?: number;
}

/**
 * Since which event time the stream values of a view that is read for the first time are complete; −∞: always. Events that are made of
 * records that are gone end the bound after the last of these.
 */
export function completeSince(view: AggregationView, source: EventSource, facts: CompletenessFacts): number {
  const { resumed, untruncated, loadedUntilMs, nowMs, withinMs = 0 } = facts;
  const hopMs = view.batch?.cutHopMs ?? HOUR_MS;
  if (resumed || !untruncated) return ceilTo(nowMs + source.maxClockSkewMs + withinMs, hopMs);
  if (loadedUntilMs === null) return Number.NEGATIVE_INFINITY;
  return withinMs === 0 ? loadedUntilMs : ceilTo(loadedUntilMs, hopMs);
}

/** What the log says of a view's start. */
export function describeCompleteness(view: AggregationView, sinceMs: number): string {
  return Number.isFinite(sinceMs)
    ? `view "${view.name}": the stream is complete from ${formatInstant(sinceMs)} on; older parts of its windows come from materialize`
    : `view "${view.name}": the topic is read from its beginning, so the stream is complete`;
}
