import type { OfflineStore } from './client';
import { CLICKHOUSE_TYPES, instantText } from './column-types';

/** How many values of a feature each chunk of a verify run has compared. */
export const VERIFIED_TABLE = '_forebay_verified';
/** Values that are online and differ from what was recomputed. */
export const DIFFERENCES_TABLE = '_forebay_differences';

const INSTANT = CLICKHOUSE_TYPES.timestamp;
const NAMES = 'LowCardinality(String)';

/** A chunk that is done again replaces what it has written before. */
export const VERIFICATION_STATEMENTS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS ${VERIFIED_TABLE} (run String, view ${NAMES}, chunk UInt32, feature ${NAMES}, entities UInt64, compared UInt64,
    different UInt64, degraded UInt64, late UInt64, at ${INSTANT})
    ENGINE = ReplacingMergeTree(at) PARTITION BY toYYYYMM(at) ORDER BY (view, run, chunk, feature) TTL toDateTime(at) + INTERVAL 1 YEAR`,
  `CREATE TABLE IF NOT EXISTS ${DIFFERENCES_TABLE} (run String, view ${NAMES}, chunk UInt32, entity_key String, feature ${NAMES}, as_of ${INSTANT},
    online String, recomputed String, segment String, at ${INSTANT})
    ENGINE = ReplacingMergeTree(at) PARTITION BY toYYYYMM(at) ORDER BY (view, run, entity_key, feature) TTL toDateTime(at) + INTERVAL 1 YEAR`,
];

export interface VerifiedCounts {
  readonly entities: number;
  readonly compared: number;
  readonly different: number;
  readonly degraded: number;
  readonly late: number;
}

export interface FoundDifference {
  readonly entityKey: string;
  readonly feature: string;
  readonly asOfMs: number;
  readonly online: string;
  readonly recomputed: string;
  readonly segment: string;
}

/** What one chunk of a run has found. */
export interface VerifiedChunk {
  readonly run: string;
  /** `project.name@version`. */
  readonly view: string;
  readonly chunk: number;
  readonly atMs: number;
  readonly features: ReadonlyMap<string, VerifiedCounts>;
  readonly differences: readonly FoundDifference[];
}

export async function recordVerified(store: OfflineStore, found: VerifiedChunk): Promise<void> {
  const { run, view, chunk } = found;
  const at = instantText(found.atMs);
  if (found.differences.length > 0)
    await store.insertRows(
      DIFFERENCES_TABLE,
      found.differences.map(({ entityKey, feature, asOfMs, online, recomputed, segment }) => ({
        run,
        view,
        chunk,
        entity_key: entityKey,
        feature,
        as_of: instantText(asOfMs),
        online,
        recomputed,
        segment,
        at,
      })),
    );
  await store.insertRows(
    VERIFIED_TABLE,
    [...found.features].map(([feature, counts]) => ({ run, view, chunk, feature, ...counts, at })),
  );
}

/** By feature, over all chunks of a run. */
export async function readVerified(
  store: OfflineStore,
  named: { readonly run: string; readonly view: string },
): Promise<ReadonlyMap<string, VerifiedCounts>> {
  const rows = await store.rows<VerifiedCounts & { feature: string }>(
    `SELECT feature, ${['entities', 'compared', 'different', 'degraded', 'late'].map((name) => `toFloat64(sum(t.${name})) AS ${name}`).join(', ')}
     FROM ${VERIFIED_TABLE} AS t FINAL WHERE view = {view:String} AND run = {run:String} GROUP BY feature`,
    { ...named },
  );
  return new Map(rows.map(({ feature, ...counts }) => [feature, counts]));
}

/** The first differences of a run, by entity. */
export async function readDifferences(
  store: OfflineStore,
  named: { readonly run: string; readonly view: string },
  limit: number,
): Promise<FoundDifference[]> {
  return store.rows<FoundDifference>(
    `SELECT entity_key AS entityKey, feature, toFloat64(toUnixTimestamp64Milli(as_of)) AS asOfMs, online, recomputed, segment
     FROM ${DIFFERENCES_TABLE} FINAL WHERE view = {view:String} AND run = {run:String} ORDER BY entity_key, feature LIMIT {limit:UInt32}`,
    { ...named, limit },
  );
}
