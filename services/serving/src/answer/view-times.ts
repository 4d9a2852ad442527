import { type BatchMarker, tickAt } from '@forebay/algebra';
import type { ServicePlan } from '../plan/plan';
import type { ViewClocks } from '../plan/readable-view';
import type { ViewTimes } from './feature-vectors';

/**
 * What the clocks that came with the values say of each view at the instant of the answer.
 * @param newestEventsMs rows × views, in which there may be NaN and −∞; null: not known
 */
export function viewTimesOf(
  plan: ServicePlan,
  clocks: readonly ViewClocks[],
  tMs: number,
  newestEventsMs: Float64Array | null,
): ViewTimes[] {
  return plan.views.map((view) => {
    const { progressMs = null } = clocks[view.index] ?? {};
    const { schedule } = view.readable;
    return {
      view,
      freshnessMs: progressMs === null ? null : Math.max(0, Math.trunc(tMs - progressMs)),
      cutMs: newestCut(clocks[view.index]),
      tickMs: schedule === null ? null : tickAt(schedule, tMs),
      newestEventMs: newestEventsMs === null ? null : newestOf(newestEventsMs, view.index, plan.views.length),
    };
  });
}

function newestCut(clocks: ViewClocks | undefined): number | null {
  if (clocks === undefined) return null;
  const [even, odd] = clocks.markers;
  const cuts = [clocks.batchMarker, even, odd].flatMap((marker) => (marker === null ? [] : [marker.cutMs]));
  return cuts.length === 0 ? null : Math.max(...cuts);
}

function newestOf(newestEventsMs: Float64Array, view: number, views: number): number | null {
  let newest = Number.NEGATIVE_INFINITY;
  for (let i = view; i < newestEventsMs.length; i += views) {
    const eventMs = newestEventsMs[i] as number;
    if (eventMs > newest) newest = eventMs;
  }
  return newest === Number.NEGATIVE_INFINITY ? null : Math.trunc(newest);
}

/** What is true of a view in all buckets that were read: the oldest progress, and the oldest runs; null where one has none. */
export function oldestClocks(
  reads: readonly { readonly clocks: readonly ViewClocks[] }[],
): readonly ViewClocks[] {
  const [first, ...others] = reads;
  if (first === undefined) return [];
  return others.reduce<readonly ViewClocks[]>(
    (oldest, { clocks }) =>
      clocks === first.clocks ? oldest : oldest.map((of, i) => older(of, clocks[i] as ViewClocks)),
    first.clocks,
  );
}

function older(a: ViewClocks, b: ViewClocks): ViewClocks {
  return {
    completeSinceMs: a.completeSinceMs,
    batchMarker: olderMarker(a.batchMarker, b.batchMarker),
    markers: [olderMarker(a.markers[0], b.markers[0]), olderMarker(a.markers[1], b.markers[1])],
    progressMs: a.progressMs === null || b.progressMs === null ? null : Math.min(a.progressMs, b.progressMs),
  };
}

function olderMarker(a: BatchMarker | null, b: BatchMarker | null): BatchMarker | null {
  if (a === null || b === null) return null;
  return a.cutMs <= b.cutMs ? a : b;
}
