/** A training set of what was served: nothing is computed anew. */
import { STATUS } from '@forebay/algebra';
import { type OfflineStore, quoteName } from '@forebay/offline-store';
import { statusColumn } from '../plan/output-columns';
import type { RowTarget, TrainingSetResult } from '../request';
import { type RowRange, rowRangeSql } from '../rows/row-range';
import { stageRows } from '../rows/stage-rows';
import { writeTrainingFile } from '../rows/write-training-file';
import { WorkTables } from '../work-tables';
import { type ServedRows, type ServedSelection, servedRows } from './served-rows';

export interface ServedTrainingSetRequest extends ServedSelection {
  readonly out: RowTarget;
  /** Ends the work; its reason is thrown. */
  readonly signal?: AbortSignal;
}

export type ServedTrainingSetResult = TrainingSetResult & Pick<ServedRows, 'features'>;

/** Throws what `servedRows` throws. Leaves no table behind, and no half of a file. */
export async function makeServedTrainingSet(
  store: OfflineStore,
  request: ServedTrainingSetRequest,
): Promise<ServedTrainingSetResult> {
  const { out, signal, withStatuses } = request;
  await out.check();
  const { query, features } = await servedRows(store, { ...request, withStatuses: true });
  const work = new WorkTables(store);
  try {
    await work.dropAbandoned();
    const rows = await stageRows(store, { query }, work.name('served'), undefined, signal);
    const all = { first: 0, count: rows.count };
    const staged = { rowsSql: rows.rowsSql, features: features.map(({ column }) => column), withStatuses };
    const written = await writeServedRange(store, staged, all, out, signal);
    return { rows: rows.count, events: 0, ...written, features };
  } finally {
    await work.drop();
  }
}

export interface StagedServedRows {
  /** Of rows that were staged with the statuses of their features; see `LabelRows`. */
  readonly rowsSql: string;
  /** Their columns. */
  readonly features: readonly string[];
  readonly withStatuses: boolean;
}

/** Writes some of them. */
export async function writeServedRange(
  store: OfflineStore,
  { rowsSql, features, withStatuses }: StagedServedRows,
  range: RowRange,
  out: RowTarget,
  signal?: AbortSignal,
): Promise<Pick<TrainingSetResult, 'bytes' | 'columns' | 'statuses'>> {
  const some = rowRangeSql(rowsSql, range);
  const statuses = features.map((feature) => quoteName(statusColumn(feature)));
  const query = withStatuses ? some : `SELECT * EXCEPT (${statuses.join(', ')}) FROM (\n${some}\n)`;
  const bytes = await writeTrainingFile(store, { query, parameters: {} }, out, undefined, signal);
  const columns = await store.rows<{ name: string }>(`DESCRIBE TABLE (${query})`);
  const counts = statuses.map((status, i) => `sumMap(map(toString(${status}), toUInt64(1))) AS s${i}`);
  const [found] = await store.rows<Record<string, Record<string, string>>>(
    `SELECT ${counts.join(', ')} FROM (\n${some}\n)`,
  );
  return {
    bytes,
    columns: columns.map(({ name }) => name),
    statuses: statuses.map((_, i) => countsOf(found?.[`s${i}`] ?? {})),
  };
}

function countsOf(counts: Readonly<Record<string, string>>): Record<string, number> {
  return Object.fromEntries(Object.keys(STATUS).map((name) => [name, Number(counts[name] ?? 0)]));
}
