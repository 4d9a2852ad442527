/** What was found when the log of served vectors was compared with what a training set says of the same rows. */
import type { OfflineStore } from './client';
import { CLICKHOUSE_TYPES, instantText } from './column-types';

/** How many values of each feature a run has compared. */
export const SERVED_VERIFIED_TABLE = '_forebay_served_verified';
/** Values that were served and are others than what is recomputed for their instants. */
export const SERVED_DIFFERENCES_TABLE = '_forebay_served_differences';

const INSTANT = CLICKHOUSE_TYPES.timestamp;
const NAMES = 'LowCardinality(String)';

export const SERVED_VERIFICATION_STATEMENTS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS ${SERVED_VERIFIED_TABLE} (run String, project ${NAMES}, view ${NAMES}, feature ${NAMES}, compared UInt64,
    different UInt64, in_flight UInt64, late UInt64, degraded UInt64, at ${INSTANT})
    ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY (project, view, feature, at) TTL toDateTime(at) + INTERVAL 1 YEAR`,
  `CREATE TABLE IF NOT EXISTS ${SERVED_DIFFERENCES_TABLE} (run String, project ${NAMES}, feature_service ${NAMES}, view ${NAMES}, feature ${NAMES},
    as_of ${INSTANT}, request_id String, row UInt32, entity_key String, served String, recomputed String, at ${INSTANT})
    ENGINE = MergeTree PARTITION BY toYYYYMM(at) ORDER BY (run, view, feature, as_of) TTL toDateTime(at) + INTERVAL 1 YEAR`,
];

export interface ServedFeatureCounts {
  /** `name@version`. */
  readonly view: string;
  readonly feature: string;
  readonly compared: number;
  readonly different: number;
  /** They differ, and an event became known around the instant of the row. */
  readonly inFlight: number;
  /** They differ, and an event of the entity came later than its source allows. */
  readonly late: number;
  /** Served as DEGRADED: nobody said that they were right. */
  readonly degraded: number;
}

export interface ServedDifference {
  /** `name@version`; empty: features were asked for one by one. */
  readonly featureService: string;
  readonly view: string;
  readonly feature: string;
  readonly asOfMs: number;
  readonly requestId: string;
  readonly row: number;
  readonly entityKey: string;
  /** As JSON, with the status where it is not PRESENT. */
  readonly served: string;
  readonly recomputed: string;
}

export async function recordServedVerification(
  store: OfflineStore,
  { run, project, atMs }: { readonly run: string; readonly project: string; readonly atMs: number },
  features: readonly ServedFeatureCounts[],
): Promise<void> {
  if (features.length === 0) return;
  const at = instantText(atMs);
  await store.insertRows(
    SERVED_VERIFIED_TABLE,
    features.map(({ inFlight, ...rest }) => ({ run, project, ...rest, in_flight: inFlight, at })),
  );
}

/**
 * What runs have found, by view and feature. A run that was done twice, by workers that knew nothing of each other, counts once.
 */
export function readServedVerification(
  store: OfflineStore,
  runs: readonly string[],
): Promise<ServedFeatureCounts[]> {
  const sum = (name: string) => `toFloat64(sum(${name}))`;
  return store.rows<ServedFeatureCounts>(
    `SELECT view, feature, ${sum('compared')} AS compared, ${sum('different')} AS different, ${sum('in_flight')} AS inFlight,
       ${sum('late')} AS late, ${sum('degraded')} AS degraded
     FROM (SELECT v.* FROM ${SERVED_VERIFIED_TABLE} AS v WHERE v.run IN {runs:Array(String)} ORDER BY v.different DESC LIMIT 1 BY v.run, v.view, v.feature) AS c
     GROUP BY view, feature ORDER BY view, feature`,
    { runs: [...runs] },
  );
}

/** The first differences of runs, by view, feature and instant. */
export function readServedDifferences(
  store: OfflineStore,
  runs: readonly string[],
  limit: number,
): Promise<ServedDifference[]> {
  return store.rows<ServedDifference>(
    `SELECT DISTINCT feature_service AS featureService, view, feature, toFloat64(toUnixTimestamp64Milli(as_of)) AS asOfMs, request_id AS requestId, row,
       entity_key AS entityKey, served, recomputed
     FROM ${SERVED_DIFFERENCES_TABLE} WHERE run IN {runs:Array(String)} ORDER BY view, feature, asOfMs, requestId, row LIMIT {limit:UInt32}`,
    { runs: [...runs], limit },
  );
}
