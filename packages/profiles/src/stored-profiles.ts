/** Profiles and comparisons as ClickHouse keeps them. */
import { ForebayError } from '@forebay/contract';
import { DRIFT_TABLE, instantText, type OfflineStore, PROFILES_TABLE } from '@forebay/offline-store';
import type { FeatureDrift, Thresholds } from './drift/feature-drift';
import { type Distribution, type FeatureProfile, type Measure, QUANTILE_LEVELS } from './feature-profile';

/** Where the values come from. */
export const SAMPLES = {
  recomputed: 'values of all entities at instants of an interval, recomputed from history',
  training_set: 'the columns of a training set',
  served_log: 'what was served in an interval',
} as const;
export type Sample = keyof typeof SAMPLES;

/** Names a profile; the newest of a name counts. */
export interface ProfileHead {
  readonly project: string;
  readonly profile: string;
  readonly madeAtMs: number;
  readonly sample: Sample;
  /** The file of a training set, the feature service of a served log; empty: neither. */
  readonly sampleName: string;
  readonly fromMs: number | null;
  readonly untilMs: number | null;
}

export interface StoredProfile extends ProfileHead {
  readonly features: readonly FeatureProfile[];
}

/** The row of a profile that says that all others are there. */
const WHOLE = '';

/** Nobody sees it before `finishProfile`. May be done again: rows of the same profile and feature are one. */
export async function storeProfile(
  store: OfflineStore,
  head: ProfileHead,
  features: readonly FeatureProfile[],
): Promise<void> {
  if (features.length === 0) return;
  await store.insertRows(
    PROFILES_TABLE,
    features.map((feature) => ({ ...headRow(head), ...featureRow(feature) })),
  );
}

/** From now on it is the newest of its name. */
export async function finishProfile(store: OfflineStore, head: ProfileHead): Promise<void> {
  await store.insertRows(PROFILES_TABLE, [{ ...headRow(head), feature: WHOLE }]);
}

function headRow(head: ProfileHead): object {
  return {
    project: head.project,
    profile: head.profile,
    made_at: instantText(head.madeAtMs),
    sample: head.sample,
    sample_name: head.sampleName,
    from_time: head.fromMs === null ? null : instantText(head.fromMs),
    until_time: head.untilMs === null ? null : instantText(head.untilMs),
  };
}

function featureRow(profile: FeatureProfile): object {
  const { feature, view, measure, rows, absent, nulls, distinct, moments, histogram, distribution } = profile;
  const isNumeric = distribution.kind === 'numeric';
  return {
    feature,
    view,
    measure,
    rows,
    absent,
    nulls,
    distinct,
    min: moments?.min ?? null,
    max: moments?.max ?? null,
    mean: moments?.mean ?? null,
    stddev: moments?.stddev ?? null,
    quantile_levels: moments === null ? [] : QUANTILE_LEVELS,
    quantiles: profile.quantiles,
    histogram_from: histogram?.from ?? null,
    histogram_to: histogram?.to ?? null,
    histogram: histogram?.counts ?? [],
    step_uppers: isNumeric ? distribution.uppers : [],
    step_counts: isNumeric ? distribution.counts : [],
    categories: isNumeric ? [] : distribution.categories,
    category_counts: isNumeric ? [] : distribution.counts,
    other_categories: isNumeric ? 0 : distribution.others,
  };
}

const count = (column: string) => `toFloat64(p.${column}) AS ${column}`;
const counts = (column: string) => `arrayMap(n -> toFloat64(n), p.${column}) AS ${column}`;
const ms = (column: string) => `toFloat64(toUnixTimestamp64Milli(p.${column})) AS ${column}`;

const READ_SQL = `SELECT p.sample AS sample, p.sample_name AS sample_name, ${ms('made_at')}, ${ms('from_time')}, ${ms('until_time')},
    p.feature AS feature, p.view AS view, p.measure AS measure,
    ${['rows', 'absent', 'nulls', 'distinct', 'other_categories'].map(count).join(', ')},
    p.min AS min, p.max AS max, p.mean AS mean, p.stddev AS stddev, p.quantiles AS quantiles, p.histogram_from AS histogram_from,
    p.histogram_to AS histogram_to, ${counts('histogram')}, p.step_uppers AS step_uppers, ${counts('step_counts')},
    p.categories AS categories, ${counts('category_counts')}
  FROM ${PROFILES_TABLE} AS p FINAL WHERE p.project = {project:String} AND p.profile = {profile:String}
    AND p.made_at = (SELECT max(made_at) FROM ${PROFILES_TABLE}
      WHERE project = {project:String} AND profile = {profile:String} AND feature = '${WHOLE}')
  ORDER BY view, feature`;

interface ProfileRow {
  readonly sample: Sample;
  readonly sample_name: string;
  readonly made_at: number;
  readonly from_time: number | null;
  readonly until_time: number | null;
  readonly feature: string;
  readonly view: string;
  readonly measure: Measure;
  readonly rows: number;
  readonly absent: number;
  readonly nulls: number;
  readonly distinct: number;
  readonly other_categories: number;
  readonly min: number | null;
  readonly max: number | null;
  readonly mean: number | null;
  readonly stddev: number | null;
  readonly quantiles: readonly number[];
  readonly histogram_from: number | null;
  readonly histogram_to: number | null;
  readonly histogram: readonly number[];
  readonly step_uppers: readonly number[];
  readonly step_counts: readonly number[];
  readonly categories: readonly string[];
  readonly category_counts: readonly number[];
}

/** The newest of its name. Throws `not_found` with the names there are. */
export async function readProfile(
  store: OfflineStore,
  project: string,
  profile: string,
): Promise<StoredProfile> {
  const rows = await store.rows<ProfileRow>(READ_SQL, { project, profile });
  const [first] = rows;
  if (first === undefined) {
    const known = await profileNames(store, project);
    throw new ForebayError(
      'not_found',
      `project "${project}" has no profile "${profile}": ${known.length === 0 ? 'there is none yet, "forebay profile" makes one' : `there are ${known.join(', ')}`}`,
    );
  }
  return {
    project,
    profile,
    madeAtMs: first.made_at,
    sample: first.sample,
    sampleName: first.sample_name,
    fromMs: first.from_time,
    untilMs: first.until_time,
    features: rows.filter(({ feature }) => feature !== WHOLE).map(featureOf),
  };
}

const MOST_NAMES = 20;

async function profileNames(store: OfflineStore, project: string): Promise<string[]> {
  const rows = await store.rows<{ profile: string }>(
    `SELECT profile FROM ${PROFILES_TABLE} WHERE project = {project:String} AND feature = '${WHOLE}' GROUP BY profile ORDER BY max(made_at) DESC LIMIT ${MOST_NAMES}`,
    { project },
  );
  return rows.map(({ profile }) => profile);
}

function featureOf(row: ProfileRow): FeatureProfile {
  const { feature, view, measure, rows, absent, nulls, distinct, quantiles } = row;
  const { min, max, mean, stddev, histogram_from: from, histogram_to: to } = row;
  return {
    feature,
    view,
    measure,
    rows,
    absent,
    nulls,
    distinct,
    moments:
      min === null || max === null || mean === null || stddev === null ? null : { min, max, mean, stddev },
    quantiles,
    histogram: from === null || to === null ? null : { from, to, counts: row.histogram },
    distribution: distributionOf(row),
  };
}

function distributionOf(row: ProfileRow): Distribution {
  if (row.measure !== 'category')
    return { kind: 'numeric', uppers: row.step_uppers, counts: row.step_counts };
  const { categories, category_counts: counts, other_categories: others } = row;
  return { kind: 'categorical', categories, counts, others };
}

/** Keeps what was compared; may be done again. */
export async function storeDrift(
  store: OfflineStore,
  profile: ProfileHead,
  baseline: ProfileHead,
  drift: readonly FeatureDrift[],
  thresholds: Thresholds,
  nowMs: number,
): Promise<void> {
  if (drift.length === 0) return;
  await store.insertRows(
    DRIFT_TABLE,
    drift.map(({ feature, view, state, psi, ks, js }) => ({
      project: profile.project,
      profile: profile.profile,
      made_at: instantText(profile.madeAtMs),
      baseline: baseline.profile,
      baseline_made_at: instantText(baseline.madeAtMs),
      compared_at: instantText(nowMs),
      feature,
      view,
      state,
      psi,
      ks,
      js,
      psi_threshold: thresholds.psi,
      ks_threshold: thresholds.ks,
      js_threshold: thresholds.js,
    })),
  );
}
