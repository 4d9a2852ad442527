/** Pure decisions on how a view's stream values are made anew: from which records on, and since when they are complete then. */
import { floorTo, HOUR_MS } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import { isTopicBeginning } from '@forebay/event-log';
import type { ArchivedPartition } from '@forebay/offline-store';
import { archiveEnd } from './start-point';

/**
 * Since when the stream must have a view's events: of a view with batch values, since the cut that the next run can have at the
 * earliest, or an earlier one that is still read; of another one, as long as its windows look back (−∞: for ever).
 *
 * @param cutMs the cut of the last finished run, as long as its values are good; null: there is none
 */
export function neededSince(
  view: AggregationView,
  source: EventSource,
  { nowMs, cutMs }: { readonly nowMs: number; readonly cutMs: number | null },
): number {
  if (view.batch !== null) {
    const nextCutMs = floorTo(nowMs - source.allowedLatenessMs, view.batch.cutHopMs);
    return Math.min(nextCutMs, cutMs ?? nextCutMs);
  }
  if (view.features.some(({ window }) => window.kind === 'lifetime')) return Number.NEGATIVE_INFINITY;
  return floorTo(nowMs - (view.stream?.retentionMs ?? 0), HOUR_MS);
}

/** What the topic and the archive have of a partition. */
export interface PartitionRecords {
  readonly partition: number;
  /** The first offset that the topic still has. */
  readonly low: number;
  readonly archived: ArchivedPartition | null;
}

/** The offset from which on no record is lost: each is in the archive or in the topic. Of a topic that was made anew, those of before are in the archive. */
export function heldFrom({ low, archived }: PartitionRecords): number {
  if (archived === null) return low;
  if (low === 0) return 0;
  if (archived.end >= low) return archived.first;
  return archived.last.to >= low ? Math.max(archived.last.from, 0) : low;
}

export interface PlannedPartition extends PartitionRecords {
  /** The smallest archived offset of an event that is needed; null: none is archived. */
  readonly firstNeeded: number | null;
  /** When the first archived event at or after `heldFrom` became known; null: nothing is archived there. */
  readonly knownFromMs: number | null;
  /** How much earlier than an event that is made of it an event of the partition may be; 0 where it is the event itself. */
  readonly earlierMs: number;
}

export interface CatchUpPlan {
  /** By partition, where reading begins. */
  readonly offsets: readonly number[];
  /** Since when the values will be complete. */
  readonly completeSinceMs: number;
}

/**
 * Reading begins at the smallest archived offset of an event that is needed, else at the archive's end. Where records are lost,
 * the values are complete only since what came after them became known: all that was before had happened by then. Events that are made
 * of others have to begin after that.
 */
export function planCatchUp(
  source: EventSource,
  partitions: readonly PlannedPartition[],
  facts: { readonly neededSinceMs: number; readonly loadedUntilMs: number | null; readonly nowMs: number },
): CatchUpPlan {
  const offsets: number[] = [];
  let fromBeginning = true;
  let completeSinceMs = facts.neededSinceMs;
  for (const entry of partitions) {
    const from = heldFrom(entry);
    const end = archiveEnd(entry.archived ?? undefined, entry.low) ?? entry.low;
    const needed = facts.neededSinceMs === Number.NEGATIVE_INFINITY ? from : (entry.firstNeeded ?? end);
    const offset = Math.max(from, Math.min(needed, end));
    offsets[entry.partition] = offset;
    const isWhole = from === 0 || (entry.archived === null && isTopicBeginning(from));
    if (offset > from || !isWhole) fromBeginning = false;
    if (!isWhole)
      completeSinceMs = Math.max(
        completeSinceMs,
        (entry.knownFromMs ?? facts.nowMs) + source.maxClockSkewMs + 1 + entry.earlierMs,
      );
  }
  if (fromBeginning) completeSinceMs = Number.NEGATIVE_INFINITY;
  return {
    offsets: Array.from(offsets, (offset) => offset ?? 0),
    completeSinceMs: Math.max(completeSinceMs, facts.loadedUntilMs ?? Number.NEGATIVE_INFINITY),
  };
}
