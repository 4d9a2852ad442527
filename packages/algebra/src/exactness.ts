/** When a value is exact, and when it is DEGRADED: pure decisions over clocks and markers. */
import type { ViewLayout } from './layout';

/** Why a value is DEGRADED; the first that applies, in this order. */
export const DEGRADED_REASONS = {
  no_progress: 'no progress of the stream is known: is the stream service running?',
  stale: "the stream is further behind than the source's max_staleness",
  clock_skew: "the stored values are further in the future than the source's max_clock_skew",
  no_marker: 'the stream has not said since when it is complete',
  unreadable: 'a stored value has a format that this version cannot read',
  torn: 'the parts of a stored value come from different writes',
  straddling: "a stored segment lies across the window's edge",
  incomplete: 'history for the window is missing or past its horizon: materialize the view',
  overflow: 'there are more categories than max_keys: no value is given',
  inexact: 'the sum of integers is 2^53 or more: the nearest double is given',
} as const;

export type DegradedReason = keyof typeof DEGRADED_REASONS;

export interface BatchMarker {
  readonly cutMs: number;
  readonly qMs: number;
  /** Since when coverage is complete; −∞: all history. */
  readonly coverageBeginMs: number;
}

/** What a read of one view knows besides the entity's values. */
export interface ReadContext {
  /** The instant that is asked for: max(server clock, the newest clock written in any value). */
  readonly tMs: number;
  readonly serverClockMs: number;
  /** Stream complete since; null: no marker. */
  readonly completeSinceMs: number | null;
  readonly batchMarker: BatchMarker | null;
  /** Everything that had arrived before it is in the values; null: not known. */
  readonly progressMs: number | null;
}

/** A batch value that was read: its own cut, and until when it is good. */
export interface BatchClocks {
  readonly cutMs: number;
  readonly goodUntilMs: number;
}

export interface CutChoice {
  /** Batch rows end, and stream rows start, at it; −∞: no batch row, every stream row. */
  readonly cutMs: number;
  readonly readBatch: boolean;
}

/**
 * T: the cut inside the batch value while it is good, else the marker's while that is good, else −∞. The marker's says that
 * the entity has nothing before it, so it must be newer than a value that the entity has.
 */
export function chooseCut(layout: ViewLayout, context: ReadContext, batch: BatchClocks | null): CutChoice {
  if (batch !== null && context.tMs <= batch.goodUntilMs) return { cutMs: batch.cutMs, readBatch: true };
  const horizonMs = layout.view.batch?.horizonMs ?? 0;
  const marker = context.batchMarker;
  const speaks = marker !== null && (batch === null || batch.cutMs < marker.cutMs);
  if (speaks && context.tMs <= marker.cutMs + horizonMs) return { cutMs: marker.cutMs, readBatch: false };
  return { cutMs: Number.NEGATIVE_INFINITY, readBatch: false };
}

/** What degrades every window of the view, or null. */
export function viewDegradation(layout: ViewLayout, context: ReadContext): DegradedReason | null {
  if (context.progressMs === null) return 'no_progress';
  if (context.tMs - context.progressMs > layout.source.maxStalenessMs) return 'stale';
  if (context.tMs - context.serverClockMs > layout.source.maxClockSkewMs) return 'clock_skew';
  return context.completeSinceMs === null ? 'no_marker' : null;
}

/**
 * The oldest left edge for which stream and batch together hold everything of a window; +∞: of no window. The edge of
 * lifetime is −∞.
 */
export function coveredFrom(layout: ViewLayout, context: ReadContext, cutMs: number): number {
  const { view } = layout;
  const { completeSinceMs, batchMarker, tMs } = context;
  if (completeSinceMs === null) return Number.POSITIVE_INFINITY;
  const forever = view.batch === null && layout.hasLifetime;
  const since = forever ? completeSinceMs : Math.max(completeSinceMs, tMs - (view.stream?.retentionMs ?? 0));
  if (view.batch === null || batchMarker === null) return since;
  const joined = since <= cutMs && cutMs <= tMs && tMs <= cutMs + view.batch.horizonMs;
  return joined ? Math.min(since, batchMarker.coverageBeginMs) : since;
}

/** What a read of a scheduled view knows besides the entity's values. */
export interface ScheduledContext {
  /** The instant that is asked for; the values are those of its tick. */
  readonly tMs: number;
  /** By parity of the tick; the cut of each is the tick of its last finished run. */
  readonly markers: readonly [BatchMarker | null, BatchMarker | null];
}

/** The same for a scheduled view: only a run that has finished for the tick speaks. */
export function scheduledCoveredFrom(marker: BatchMarker | null, tickMs: number): number {
  return marker !== null && marker.cutMs === tickMs ? marker.coverageBeginMs : Number.POSITIVE_INFINITY;
}

/**
 * The clock of a marker's run, −∞ without one: a read may not be of an earlier instant. The run's values have no segment
 * boundary before the edges at its clock, and an entity without any event after them has no value.
 */
export function markerClock(marker: BatchMarker | null): number {
  return marker === null ? Number.NEGATIVE_INFINITY : marker.qMs;
}
