/** The profile of a file, column by column: of a training set that a model was trained on. */
import { type OfflineStore, quoteName } from '@forebay/offline-store';
import { type RowFile, stageRows, statusColumn, WorkTables } from '@forebay/training-set';
import type { FeatureProfile } from '../feature-profile';
import { measuredColumn } from '../statistics/measured-column';
import { profileValues } from '../statistics/profile-values';

/** The name of the status column of a column that is called nothing. */
const STATUS_SUFFIX = statusColumn('');

/**
 * Of all columns whose values can be counted, but those of statuses: where a feature has one, rows that are NOT_FOUND are left out, as
 * in a recomputed sample. Throws `invalid_request` for a file that can't be read.
 */
export async function profileFile(
  store: OfflineStore,
  file: RowFile,
  onProgress?: (share: number) => void,
  signal?: AbortSignal,
): Promise<FeatureProfile[]> {
  const work = new WorkTables(store);
  try {
    await work.dropAbandoned();
    const table = work.name('profiled');
    const rows = await stageRows(store, file, table, (sent, size) => onProgress?.(sent / size / 2), signal);
    const types = new Map(rows.columns.map(({ name, type }) => [name, type]));
    const names = rows.columns.map(({ name }) => name).filter((name) => !name.endsWith(STATUS_SUFFIX));
    const profiles: FeatureProfile[] = [];
    for (const [i, name] of names.entries()) {
      signal?.throwIfAborted();
      const measured = measuredColumn(name, types.get(name) as string);
      if (measured !== null) profiles.push(await profileColumn(store, rows.rowsSql, name, measured, types));
      onProgress?.((1 + (i + 1) / names.length) / 2);
    }
    return profiles;
  } finally {
    await work.drop();
  }
}

async function profileColumn(
  store: OfflineStore,
  rowsSql: string,
  feature: string,
  { measure, sql }: NonNullable<ReturnType<typeof measuredColumn>>,
  types: ReadonlyMap<string, string>,
): Promise<FeatureProfile> {
  const status = statusColumn(feature);
  if (!types.has(status))
    return profileValues(
      store,
      { feature, view: '', measure, absent: 0 },
      { sql: `SELECT ${sql} AS v FROM (${rowsSql})`, parameters: {} },
    );
  const statusText = `toString(${quoteName(status)})`;
  const [counted] = await store.rows<{ absent: number }>(
    `SELECT toFloat64(countIf(${statusText} = 'NOT_FOUND')) AS absent FROM (${rowsSql})`,
  );
  const known = `SELECT if(${statusText} IN ('NULL_VALUE', 'OUTSIDE_MAX_AGE'), NULL, ${sql}) AS v FROM (${rowsSql}) WHERE ${statusText} != 'NOT_FOUND'`;
  return profileValues(
    store,
    { feature, view: '', measure, absent: counted?.absent ?? 0 },
    { sql: known, parameters: {} },
  );
}
