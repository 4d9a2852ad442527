/** Which event times a stream list has a row for, by the clock of its writer. */
import { oldestEdge } from './boundaries';
import type { ViewLayout } from './layout';

export function retentionOf(layout: ViewLayout): number {
  return layout.view.stream?.retentionMs ?? 0;
}

/** A lifetime window is the stream's alone only where no batch value holds what is old. */
export function keepsLifetimeRow(layout: ViewLayout): boolean {
  return layout.hasLifetime && layout.view.batch === null;
}

/** Whether no read can ask for the event. */
export function isTooLate(layout: ViewLayout, eventTimeMs: number, wMs: number): boolean {
  return eventTimeMs < keptFrom(layout, wMs);
}

/**
 * A writer at clock w drops an event that lies before it; −∞: none. Dropping it writes nothing, so readers do not learn the writer's
 * clock: theirs may be behind it by the source's max_clock_skew.
 */
export function keptFrom(layout: ViewLayout, wMs: number): number {
  if (keepsLifetimeRow(layout)) return Number.NEGATIVE_INFINITY;
  const readerMs = wMs - layout.source.maxClockSkewMs;
  const edgeMs = oldestEdge(layout, readerMs);
  return layout.view.batch === null ? edgeMs : Math.max(edgeMs, readerMs - retentionOf(layout));
}
