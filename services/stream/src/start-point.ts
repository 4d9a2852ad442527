/** Pure decisions at the start of reading: where to begin, and since when values are complete. */
import { ceilTo, formatInstant, HOUR_MS } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';

export interface PartitionFacts {
  readonly partition: number;
  /** The next offset to read of the checkpoint that lies with the values; null: none. */
  readonly checkpoint: number | null;
  /** The end of what the archive holds; null: nothing. */
  readonly archivedTo: number | null;
  /** The first offset that the topic still has, and the one after its last. */
  readonly low: number;
  readonly high: number;
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
  const { checkpoint, archivedTo, low, high, partition } = facts;
  const where = `topic "${source.topic}", partition ${partition}`;
  if (checkpoint === null) return { kind: 'start', offset: low };
  if (checkpoint > high) {
    return { kind: 'refuse', reason: `${where}: the checkpoint is ${checkpoint}, but the topic ends at ${high}: it was made anew or truncated` };
  }
  const offset = Math.min(checkpoint, archivedTo ?? low);
  if (checkpoint < low) {
    return { kind: 'refuse', reason: `${where}: records ${checkpoint} to ${low - 1} were deleted by Kafka before they were read` };
  }
  return { kind: 'start', offset: Math.max(offset, low) };
}

export interface CompletenessFacts {
  readonly nowMs: number;
  /** Whether this source was read before (a checkpoint exists). */
  readonly resumed: boolean;
  /** Whether every partition still has its first record. */
  readonly untruncated: boolean;
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
