/** What a looked-up field is, from its definition alone: the value of another entity's feature at the event's time. */
import type { AggregationFeature, AggregationView, Enrichment, ScalarType } from '@forebay/definitions';
import type { Value } from '@forebay/expressions';
import { type ExpectedStatus, expectedStatus, isComplete, leftEdge, type ReadFacts } from './expected-status';
import { oracleFeatures } from './oracle';
import { floorOf, type OracleEvent } from './oracle-inputs';
import { exact, type OracleResult, type OracleScalar, relativeDifference } from './oracle-value';

/** A look-up, and what had been applied of the other entity when it was made. */
export interface LookUpFacts {
  /** At the event's time. */
  readonly read: ReadFacts;
  readonly feature: AggregationFeature;
  /** Those that the stored values hold; from both sides of the cut, if there is one. */
  readonly events: readonly OracleEvent[];
  /** The newest clock that a stored value, or the marker of a run, was written at. */
  readonly newestClockMs: number;
  /** Writers' clocks lie at least so far back. */
  readonly exactWithinMs: number;
  /** Whether batch values are among what is read. */
  readonly ofBatch: boolean;
}

export interface OracleLookUp {
  readonly result: OracleResult;
  readonly status: ExpectedStatus;
  /** All that the field may be; null: anything, as not everything is known. */
  readonly fields: readonly OracleResult[] | null;
}

/**
 * Exact from the newest clock on. Before it, rows may hold events of after the event's time: then the value is that of an earlier
 * instant at which all segments ended, one of the last bounds of the view's hops, and DEGRADED.
 */
export function oracleLookUp(facts: LookUpFacts): OracleLookUp {
  const { feature, events, newestClockMs, ofBatch } = facts;
  const read = withoutDropped(facts);
  const { view, source, tMs } = read;
  const index = view.features.indexOf(feature);
  const valueAt = (atMs: number) => oracleFeatures(view, source, events, atMs);
  const isKnownAt = (atMs: number) => isComplete({ ...read, tMs: atMs }, leftEdge(feature, atMs));
  const ofTime = valueAt(tMs);
  const result = ofTime.results[index] as OracleResult;
  if (newestClockMs <= tMs) {
    const status = expectedStatus(read, feature, result, ofTime);
    return { result, status, fields: isKnownAt(tMs) ? [result] : null };
  }
  const instants = [...new Set([tMs, ...hopsOf(view).map((hopMs) => floorOf(tMs, hopMs))])];
  // what no window reached any more when the newest write was made may be gone
  const fromMs = leftEdge(feature, Math.min(...instants));
  const keptFromMs = leftEdge(feature, newestClockMs);
  const isGone = events.some(({ eventTimeMs }) => eventTimeMs >= fromMs && eventTimeMs < keptFromMs);
  const isKnown = !ofBatch && !isGone && instants.every(isKnownAt);
  const lifetimeMs = lifetimeTo(view, newestClockMs);
  const resultAt = (atMs: number) =>
    atMs < lifetimeMs ? exact(null) : (valueAt(atMs).results[index] as OracleResult);
  const fields = isKnown ? instants.map(resultAt) : null;
  return { result, status: 'DEGRADED', fields };
}

/** By now writers drop what lies in no window at their clocks any more, or, beside batch values, before what the stream holds. */
function withoutDropped({ read, exactWithinMs }: LookUpFacts): ReadFacts {
  const { view, source, serverClockMs, completeSinceMs } = read;
  const { batch, stream, features } = view;
  const hasLifetime = features.some(({ window }) => window.kind === 'lifetime');
  if (completeSinceMs === null || (batch === null && hasLifetime)) return read;
  const wMs = serverClockMs - exactWithinMs - source.maxClockSkewMs;
  const edges = features.filter(({ window }) => window.kind !== 'lifetime').map((one) => leftEdge(one, wMs));
  if (batch !== null) edges.push(floorOf(wMs - batch.horizonMs, batch.cutHopMs));
  const heldMs = batch === null ? Number.NEGATIVE_INFINITY : wMs - (stream?.retentionMs ?? 0);
  return { ...read, completeSinceMs: Math.max(completeSinceMs, heldMs, Math.min(...edges)) };
}

/** Of a view with a lifetime: all events before it are one segment at the clock. */
function lifetimeTo({ features }: AggregationView, clockMs: number): number {
  const edges = features.map((feature) => leftEdge(feature, clockMs));
  const others = edges.filter(Number.isFinite);
  return others.length === edges.length ? Number.NEGATIVE_INFINITY : Math.min(...others);
}

/** The hops of its windows, and where batch and stream meet. */
function hopsOf({ features, batch }: AggregationView): number[] {
  const ofWindows = features.flatMap(({ window }) => {
    if (window.kind === 'lifetime') return [];
    return [window.kind === 'tumbling' ? commonDivisor(window.lengthMs, window.originMs) : window.hopMs];
  });
  return batch === null ? ofWindows : [...ofWindows, batch.cutHopMs];
}

function commonDivisor(a: number, b: number): number {
  return b === 0 ? Math.abs(a) : commonDivisor(b, a % b);
}

/** The field as events have it: of a feature's type, what is beyond int64 is null. */
export function lookedUpValue(value: OracleScalar | null, type: ScalarType): Value {
  if (typeof value === 'bigint') {
    if (BigInt.asIntN(64, value) !== value) return null;
    return Number.isSafeInteger(Number(value)) ? Number(value) : value;
  }
  if (typeof value !== 'number') return value;
  if (type === 'bool') return value !== 0;
  if (type !== 'int64' || Number.isSafeInteger(value)) return value;
  return value >= -(2 ** 63) && value < 2 ** 63 ? BigInt(value) : null;
}

/** The relative difference of a field to what it may be, see `relativeDifference`; null: it is none of it. */
export function lookUpDifference(
  { fields }: OracleLookUp,
  actual: Value,
  { type }: AggregationFeature,
): number | null {
  if (fields === null) return 0;
  const differences = fields.map((result) => {
    const wanted = lookedUpValue(result.value as OracleScalar | null, type as ScalarType);
    if (typeof wanted === 'number' && typeof actual === 'number')
      return relativeDifference({ ...result, value: wanted }, actual);
    return result.unbounded || wanted === actual ? 0 : null;
  });
  return differences.find((difference) => difference !== null) ?? null;
}

/** What is left of a value where only one that is surely right will do. */
export function chosenField({ degraded }: Enrichment, status: ExpectedStatus, value: Value): Value {
  return status === 'DEGRADED' && degraded === 'null' ? null : value;
}
