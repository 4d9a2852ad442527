import { oldestEdge, rowAllowed } from './boundaries';
import { floorTo } from './clock';
import type { ViewLayout } from './layout';

/**
 * The latest instant no later than t of which a stream list written at clock w can be read without any event after t. A row across t
 * of a width exists only if every edge that moves in smaller steps had passed its end; narrower rows end where wider ones begin.
 * null: there is none, for a lifetime is one row up to the oldest edge.
 */
export function settledInstant(layout: ViewLayout, tMs: number, wMs: number): number | null {
  let settledMs = tMs;
  for (const hopMs of layout.hops) {
    const startMs = floorTo(tMs, hopMs);
    if (startMs < settledMs && rowAllowed(layout, startMs, hopMs, wMs)) settledMs = startMs;
  }
  return layout.hasLifetime && settledMs < oldestEdge(layout, wMs) ? null : settledMs;
}
