/** The profile of what was served: the log of served vectors of a feature service. */
import { type OfflineStore, quoteName, SERVED_VALUES_VIEW } from '@forebay/offline-store';
import { WorkTables } from '@forebay/training-set';
import type { FeatureProfile, Measure } from '../feature-profile';
import { profileValues } from '../statistics/profile-values';

export interface ServedSample {
  readonly project: string;
  /** `name@version`, as the log has it. */
  readonly service: string;
  readonly fromMs: number;
  readonly untilMs: number;
}

/** By type of the feature; lists, maps and vectors are texts in the log's view, and are left out. */
const MEASURED = {
  double: { measure: 'number', sql: 'if(isFinite(number), number, NULL)' },
  int32: { measure: 'number', sql: 'number' },
  int64: { measure: 'number', sql: 'number' },
  timestamp: { measure: 'instant', sql: 'number' },
  bool: { measure: 'category', sql: "if(isNull(number), NULL, if(number = 0, 'false', 'true'))" },
  string: { measure: 'category', sql: 'value' },
} as const satisfies Record<string, { measure: Measure; sql: string }>;

/** Of every feature that was served; rows that were NOT_FOUND are left out. */
export async function profileServed(store: OfflineStore, sample: ServedSample): Promise<FeatureProfile[]> {
  const work = new WorkTables(store);
  try {
    const table = quoteName(work.name('served'));
    await store.command(
      `CREATE TABLE ${table} ENGINE = MergeTree ORDER BY (feature, view) AS
        SELECT toString(feature) AS feature, concat(view, '@', toString(view_version)) AS view, toString(type) AS type,
          toString(status) AS status, number, value
        FROM ${SERVED_VALUES_VIEW} WHERE project = {project:String} AND feature_service = {service:String}
          AND as_of >= fromUnixTimestamp64Milli({from:Int64}, 'UTC') AND as_of < fromUnixTimestamp64Milli({until:Int64}, 'UTC')`,
      { project: sample.project, service: sample.service, from: sample.fromMs, until: sample.untilMs },
    );
    const found = await store.rows<{ feature: string; view: string; type: string; absent: number }>(
      `SELECT feature, view, any(type) AS type, toFloat64(countIf(status = 'NOT_FOUND')) AS absent FROM ${table}
        GROUP BY feature, view ORDER BY feature, view`,
    );
    const profiles: FeatureProfile[] = [];
    for (const { feature, view, type, absent } of found) {
      if (!Object.hasOwn(MEASURED, type)) continue;
      const { measure, sql } = MEASURED[type as keyof typeof MEASURED];
      const values = `SELECT ${sql} AS v FROM ${table}
        WHERE feature = {feature:String} AND view = {view:String} AND status != 'NOT_FOUND'`;
      profiles.push(
        await profileValues(
          store,
          { feature, view, measure, absent },
          { sql: values, parameters: { feature, view } },
        ),
      );
    }
    return profiles;
  } finally {
    await work.drop();
  }
}
