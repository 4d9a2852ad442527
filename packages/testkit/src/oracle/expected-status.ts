/** When a value is exact and what its status is, restated from the rules alone: it shares no code with the engine. */
import type { AggregationFeature, AggregationView, EventSource } from '@forebay/definitions';
import type { OracleValues } from './oracle';
import { floorOf, windowSpan } from './oracle-inputs';
import type { OracleResult } from './oracle-value';

export interface ReadFacts {
  readonly view: AggregationView;
  readonly source: EventSource;
  /** Of a view on a schedule: the tick. */
  readonly tMs: number;
  readonly serverClockMs: number;
  readonly progressMs: number | null;
  readonly completeSinceMs: number | null;
  /** Of a view on a schedule: that of the tick's parity. */
  readonly marker: { readonly cutMs: number; readonly coverageBeginMs: number } | null;
  /** The cut inside the entity's batch value; null: it has none. */
  readonly ownCutMs: number | null;
}

/** The instant that a view on a schedule speaks of at the clock. */
export function tickAt(
  { delayMs, intervalMs }: NonNullable<AggregationView['schedule']>,
  clockMs: number,
): number {
  return floorOf(clockMs - delayMs, intervalMs);
}

/** T: where batch ends and the stream begins; −∞: the stream alone. */
export function expectedCut({ view, tMs, marker, ownCutMs }: ReadFacts): number {
  if (view.batch === null) return Number.NEGATIVE_INFINITY;
  for (const cutMs of [ownCutMs, marker?.cutMs ?? null])
    if (cutMs !== null && tMs <= cutMs + view.batch.horizonMs) return cutMs;
  return Number.NEGATIVE_INFINITY;
}

export function leftEdge({ window }: AggregationFeature, tMs: number): number {
  return windowSpan(window, tMs).fromMs;
}

/** Whether all of `[edge, t)` is known. No row of a list ever lies across an edge that a read can ask for. */
export function isComplete(facts: ReadFacts, edgeMs: number): boolean {
  const { view, source, tMs, serverClockMs, progressMs, completeSinceMs, marker } = facts;
  if (view.schedule !== null) return marker?.cutMs === tMs && edgeMs >= marker.coverageBeginMs;
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

/** @param found whether an event that passes the view's filter lies in any window of the view */
export function expectedStatus(
  facts: ReadFacts,
  feature: AggregationFeature,
  result: OracleResult,
  { found }: Pick<OracleValues, 'found'>,
): ExpectedStatus {
  const { view, tMs } = facts;
  if (!isComplete(facts, leftEdge(feature, tMs))) return 'DEGRADED';
  const allKnown = view.features.every((each) => isComplete(facts, leftEdge(each, tMs)));
  return statusOfKnown(result, { found: found || !allKnown });
}

/** The status of a value over a window of which everything is known. */
export function statusOfKnown(
  { degraded, value }: OracleResult,
  { found }: Pick<OracleValues, 'found'>,
): ExpectedStatus {
  if (degraded !== null) return 'DEGRADED';
  if (!found) return 'NOT_FOUND';
  return value === null ? 'NULL_VALUE' : 'PRESENT';
}
