import { CLICKHOUSE_TYPES } from '../column-types';

/** Profiles of features (docs/PROFILES.md): one row per (project, profile, made_at, feature). */
export const PROFILES_TABLE = '_forebay_profiles';
/** How far features are from their baselines: one row per (project, profile, made_at, feature). */
export const DRIFT_TABLE = '_forebay_drift';
/** What rules of quality found (docs/QUALITY.md): one row per rule and check. */
export const QUALITY_TABLE = '_forebay_quality';

const INSTANT = CLICKHOUSE_TYPES.timestamp;
const NAMES = 'LowCardinality(String)';
const NUMBER = 'Nullable(Float64)';

const PROFILE_COLUMNS = {
  project: NAMES,
  profile: 'String',
  made_at: INSTANT,
  // recomputed, training_set, served_log
  sample: NAMES,
  // the file of a training set, the feature service of a served log
  sample_name: 'String',
  from_time: `Nullable(${INSTANT})`,
  until_time: `Nullable(${INSTANT})`,
  feature: NAMES,
  view: NAMES,
  measure: NAMES,
  rows: 'UInt64',
  absent: 'UInt64',
  nulls: 'UInt64',
  distinct: 'UInt64',
  min: NUMBER,
  max: NUMBER,
  mean: NUMBER,
  stddev: NUMBER,
  quantile_levels: 'Array(Float64)',
  quantiles: 'Array(Float64)',
  histogram_from: NUMBER,
  histogram_to: NUMBER,
  histogram: 'Array(UInt64)',
  step_uppers: 'Array(Float64)',
  step_counts: 'Array(UInt64)',
  categories: 'Array(String)',
  category_counts: 'Array(UInt64)',
  other_categories: 'UInt64',
} as const;

const DRIFT_COLUMNS = {
  project: NAMES,
  profile: 'String',
  made_at: INSTANT,
  baseline: 'String',
  baseline_made_at: INSTANT,
  compared_at: INSTANT,
  feature: NAMES,
  view: NAMES,
  state: NAMES,
  psi: NUMBER,
  ks: NUMBER,
  js: NUMBER,
  psi_threshold: 'Float64',
  ks_threshold: 'Float64',
  js_threshold: 'Float64',
} as const;

const QUALITY_COLUMNS = {
  project: NAMES,
  // source or view
  subject_kind: NAMES,
  // a source's name, a view's name@version
  subject: NAMES,
  rule: NAMES,
  severity: NAMES,
  checked_at: INSTANT,
  // quality, or the run that it was checked for
  checked_for: 'String',
  from_time: `Nullable(${INSTANT})`,
  until_time: `Nullable(${INSTANT})`,
  // kept, broken, unknown
  outcome: NAMES,
  rows: 'UInt64',
  broken_rows: 'UInt64',
  detail: 'String',
} as const;

const columnsSql = (columns: Readonly<Record<string, string>>) =>
  Object.entries(columns)
    .map(([name, type]) => `${name} ${type}`)
    .join(', ');

/** Made with the other tables of Forebay's own. A chunk that is done again replaces its rows. */
export const PROFILE_STATEMENTS: readonly string[] = [
  `CREATE TABLE IF NOT EXISTS ${PROFILES_TABLE} (${columnsSql(PROFILE_COLUMNS)})
    ENGINE = ReplacingMergeTree ORDER BY (project, profile, made_at, view, feature)`,
  `CREATE TABLE IF NOT EXISTS ${DRIFT_TABLE} (${columnsSql(DRIFT_COLUMNS)})
    ENGINE = ReplacingMergeTree(compared_at) ORDER BY (project, profile, made_at, baseline, view, feature)`,
  `CREATE TABLE IF NOT EXISTS ${QUALITY_TABLE} (${columnsSql(QUALITY_COLUMNS)})
    ENGINE = MergeTree ORDER BY (project, subject_kind, subject, rule, checked_at)`,
];
