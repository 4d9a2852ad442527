import { CLICKHOUSE_TYPES } from './column-types';
import { STATUSES } from './status-type';

/** Values of features over time (docs/OUTPUTS.md). Rows are written with their values in the order of the columns. */
export const FEATURE_SAMPLES_TABLE = '_forebay_feature_samples';
/** One row per (feature, entity, instant). */
export const FEATURE_SERIES_VIEW = '_forebay_feature_series';

const INSTANT = CLICKHOUSE_TYPES.timestamp;
const NAMES = 'LowCardinality(String)';

/** `sampled_at`: a multiple of the interval; `as_of`: the instant that the value speaks of, which is later where it was written later. */
export const FEATURE_SAMPLES_COLUMNS = {
  project: NAMES,
  view: NAMES,
  version: 'UInt32',
  entity_key: 'String',
  feature: NAMES,
  sampled_at: INSTANT,
  as_of: INSTANT,
  value: 'Nullable(Float64)',
  status: STATUSES,
  expires_at: 'DateTime',
} as const;

const columns = Object.entries(FEATURE_SAMPLES_COLUMNS)
  .map(([name, type]) => `${name} ${type}`)
  .join(', ');

const SHOWN = Object.keys(FEATURE_SAMPLES_COLUMNS)
  .filter((name) => name !== 'expires_at')
  .join(', ');

/** Made with the other tables of Forebay's own. Of several samples of one instant the one that speaks of the earliest instant stays: it is the nearest. */
export const FEATURE_SAMPLES_STATEMENTS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS ${FEATURE_SAMPLES_TABLE} (${columns},
    precedence UInt64 MATERIALIZED toUInt64(9007199254740992 - toUnixTimestamp64Milli(as_of)))
    ENGINE = ReplacingMergeTree(precedence) PARTITION BY toYYYYMMDD(sampled_at)
    ORDER BY (project, view, version, feature, entity_key, sampled_at) TTL expires_at`,
  `CREATE VIEW IF NOT EXISTS ${FEATURE_SERIES_VIEW} AS SELECT ${SHOWN} FROM ${FEATURE_SAMPLES_TABLE} FINAL`,
];
