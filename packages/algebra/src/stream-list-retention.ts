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

/**
 * Whether no read can ask for the event. Dropping it writes nothing, so readers do not learn this writer's clock: theirs
 * may be behind it by the source's max_clock_skew.
 */
export function isTooLate(layout: ViewLayout, eventTimeMs: number, wMs: number): boolean {
  const readerMs = wMs - layout.source.maxClockSkewMs;
  if (layout.view.batch !== null && eventTimeMs < readerMs - retentionOf(layout)) return true;
  return eventTimeMs < oldestEdge(layout, readerMs);
}
