/** When a value is exact and what its status is, restated from the rules alone: it shares no code with the engine. */
import type { AggregationFeature, AggregationView, EventSource } from '@forebay/definitions';
import { floorOf } from './generated-world';
import type { OracleResult } from './oracle';

export interface ReadFacts {
  readonly view: AggregationView;
  readonly source: EventSource;
  readonly tMs: number;
  readonly serverClockMs: number;
  readonly progressMs: number | null;
  readonly completeSinceMs: number | null;
  readonly marker: { readonly cutMs: number; readonly coverageBeginMs: number } | null;
  /** The cut inside the entity's batch value; null: it has none. */
  readonly ownCutMs: number | null;
}

/** T: where batch ends and the stream begins; −∞: the stream alone. */
export function expectedCut({ view, tMs, marker, ownCutMs }: ReadFacts): number {
  if (view.batch === null) return Number.NEGATIVE_INFINITY;
  for (const cutMs of [ownCutMs, marker?.cutMs ?? null])
    if (cutMs !== null && tMs <= cutMs + view.batch.horizonMs) return cutMs;
  return Number.NEGATIVE_INFINITY;
}

export function leftEdge({ window }: AggregationFeature, tMs: number): number {
  return window.kind === 'lifetime' ? Number.NEGATIVE_INFINITY : floorOf(tMs - window.lengthMs, window.hopMs);
}

/** Whether all of `[edge, t)` is known. No row of a list ever lies across an edge that a read can ask for. */
export function isComplete(facts: ReadFacts, edgeMs: number): boolean {
  const { view, source, tMs, serverClockMs, progressMs, completeSinceMs, marker } = facts;
  if (progressMs === null || completeSinceMs === null) return false;
  if (tMs - progressMs > source.maxStalenessMs || tMs - serverClockMs > source.maxClockSkewMs) return false;
  // a view that only streams, with a lifetime window, drops nothing
  const dropsNothing = view.batch === null && view.features.some(({ window }) => window.kind === 'lifetime');
  const s = dropsNothing ? completeSinceMs : Math.max(completeSinceMs, tMs - (view.stream?.retentionMs ?? 0));
  if (edgeMs >= s) return true;
  if (view.batch === null || marker === null) return false;
  const cutMs = expectedCut(facts);
  return (
    s <= cutMs && cutMs <= tMs && tMs <= cutMs + view.batch.horizonMs && edgeMs >= marker.coverageBeginMs
  );
}

export type ExpectedStatus = 'PRESENT' | 'NULL_VALUE' | 'NOT_FOUND' | 'DEGRADED';

/** @param eventTimes of the entity's known events that pass the view's filter */
export function expectedStatus(
  facts: ReadFacts,
  feature: AggregationFeature,
  oracle: OracleResult,
  eventTimes: readonly number[],
): ExpectedStatus {
  const { view, tMs } = facts;
  if (!isComplete(facts, leftEdge(feature, tMs))) return 'DEGRADED';
  if (feature.operation === 'sum' && feature.type === 'int64' && Math.abs(Number(oracle.value)) >= 2 ** 53)
    return 'DEGRADED';
  const longest = Math.min(...view.features.map((each) => leftEdge(each, tMs)));
  if (isComplete(facts, longest) && !eventTimes.some((at) => at >= longest && at < tMs)) return 'NOT_FOUND';
  return oracle.value === null ? 'NULL_VALUE' : 'PRESENT';
}
