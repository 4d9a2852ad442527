import type { SchedulePlan, Window } from '@forebay/definitions';
import { floorTo } from './clock';
import type { ViewLayout } from './layout';
import { type Edge, edgeOf } from './view-windows';

export type Tumbling = Extract<Window, { readonly kind: 'tumbling' }>;

/** The left edge at instant t: a sliding window covers `[edge, t)`, a tumbling one `[edge, edge + lengthMs)`. */
export function edgeAt(edge: Edge, tMs: number): number {
  return edge.originMs + floorTo(tMs - edge.lengthMs - edge.originMs, edge.stepMs);
}

/** Where a tumbling window ends at instant t, the newest end at or before t. */
export function tumblingEndAt(window: Tumbling, tMs: number): number {
  return window.originMs + floorTo(tMs - window.originMs, window.lengthMs);
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
 * They are every edge that a read between q and the horizon's end can ask for: left edges, and the ends of tumbling
 * windows, which are left edges of later ones; all between collapses.
 * Before the first boundary lies nothing, or with a lifetime window the segment from −∞.
 *
 * @param qMs the clock that the run read; the value is read only at t ≥ q
 */
export function batchBoundaries(layout: ViewLayout, qMs: number, cutMs: number): number[] {
  const horizonMs = layout.view.batch?.horizonMs ?? 0;
  const boundaries = new Set<number>([cutMs]);
  for (const window of layout.windows) {
    if (window.kind === 'lifetime') continue;
    const edge = edgeOf(window);
    const newest = edgeAt(edge, cutMs + horizonMs) + (window.kind === 'tumbling' ? window.lengthMs : 0);
    const last = Math.min(cutMs, newest);
    for (let at = edgeAt(edge, qMs); at <= last; at += edge.stepMs) boundaries.add(at);
  }
  return [...boundaries].sort((a, b) => a - b);
}

/** The boundaries of a scheduled view's list: exactly what a read at its tick asks for, and the tick. */
export function scheduledBoundaries(layout: ViewLayout, tickMs: number): number[] {
  return batchBoundaries(layout, tickMs, tickMs);
}

/** The instant that a scheduled view's values speak of, when they are asked for at t. */
export function tickAt(schedule: SchedulePlan, tMs: number): number {
  return floorTo(tMs - schedule.delayMs, schedule.intervalMs);
}

/** Which of a scheduled view's two parts holds the values of a tick: 0 or 1. */
export function parityOf(schedule: SchedulePlan, tickMs: number): 0 | 1 {
  return Math.abs(tickMs / schedule.intervalMs) % 2 === 0 ? 0 : 1;
}
