import { decodeStreamMarker, type StoredValues, smallestProgress } from '@forebay/online-store';
import type { ServicePlan } from './plan';
import type { ViewClocks } from './readable-view';

const NO_MARKERS = [null, null] as const;

/** Reads the progress and markers that every reply begins with: `from` is their position. What cannot be read is as if absent. */
export function readViewClocks(plan: ServicePlan, values: StoredValues, from: number): ViewClocks[] {
  const progresses = plan.progressKeys.map((_, i) => tolerant(values[from + i], progressOf));
  let at = from + progresses.length;
  return plan.views.map(({ readable, progress }) => ({
    completeSinceMs:
      readable.streamMarkerKey === null
        ? null
        : tolerant(values[at++], (bytes) => decodeStreamMarker(bytes).completeSinceMs),
    batchMarker: readable.batchMarkerKey === null ? null : tolerant(values[at++], readable.decodeMarker),
    markers:
      readable.tickMarkerKeys.length === 0
        ? NO_MARKERS
        : [tolerant(values[at++], readable.decodeMarker), tolerant(values[at++], readable.decodeMarker)],
    progressMs: progress < 0 ? null : (progresses[progress] as number | null),
  }));
}

/** A marker of a later codec makes values DEGRADED, as a missing one does; it does not fail the request. */
function tolerant<T>(bytes: Uint8Array | null | undefined, decode: (bytes: Uint8Array) => T): T | null {
  if (bytes === null || bytes === undefined) return null;
  try {
    return decode(bytes);
  } catch {
    return null;
  }
}

/** 0 stands for "nothing known" of at least one partition. */
function progressOf(bytes: Uint8Array): number | null {
  return smallestProgress(bytes) || null;
}
