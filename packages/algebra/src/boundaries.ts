import { floorTo } from '@forebay/contract';
import type { Edge, ViewLayout } from './layout';

/** The left edge of a sliding window at instant t: the window covers `[edge, t)`. */
export function edgeAt(edge: Edge, tMs: number): number {
  return floorTo(tMs - edge.lengthMs, edge.hopMs);
}

/** Whether a stream row `[start, start + hop)` may exist at clock w: every edge that moves in smaller steps has passed it. */
export function rowAllowed(layout: ViewLayout, startMs: number, hopMs: number, wMs: number): boolean {
  for (const edge of layout.edges) {
    if (edge.hopMs < hopMs && edgeAt(edge, wMs) < startMs + hopMs) return false;
  }
  return true;
}

/** The oldest left edge: an event before it lies in no sliding window. +∞ for a view without edges. */
export function oldestEdge(layout: ViewLayout, wMs: number): number {
  let oldest = Number.POSITIVE_INFINITY;
  for (const edge of layout.edges) oldest = Math.min(oldest, edgeAt(edge, wMs));
  return oldest;
}

/**
 * The boundaries of a batch list: ascending, the last one the cut; consecutive ones enclose a segment.
 * They are every left edge that a read between q and the horizon's end can ask for; all between collapses.
 * Before the first boundary lies nothing, or with a lifetime window the segment from −∞.
 *
 * @param qMs the clock that the run read; the value is read only at t ≥ q
 */
export function batchBoundaries(layout: ViewLayout, qMs: number, cutMs: number): number[] {
  const horizonMs = layout.view.batch?.horizonMs ?? 0;
  const boundaries = new Set<number>([cutMs]);
  for (const window of layout.windows) {
    if (window.kind === 'lifetime') continue;
    const last = Math.min(cutMs, edgeAt(window, cutMs + horizonMs));
    for (let at = edgeAt(window, qMs); at <= last; at += window.hopMs) boundaries.add(at);
  }
  return [...boundaries].sort((a, b) => a - b);
}
