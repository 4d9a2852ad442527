/** Rows of Forebay's own tables that are of one version of a view: what a version that is retired leaves behind. */
import type { OfflineStore } from './client';
import { onCluster } from './cluster';
import { FEATURE_SAMPLES_TABLE } from './feature-samples-tables';
import { quoteName } from './identifiers';
import { DRIFT_TABLE, PROFILES_TABLE, QUALITY_TABLE } from './profiles/profile-tables';
import { SERVED_DIFFERENCES_TABLE, SERVED_VERIFIED_TABLE } from './served-verification-tables';
import { DIFFERENCES_TABLE, VERIFIED_TABLE } from './verification-tables';

export interface NamedView {
  readonly project: string;
  readonly name: string;
  readonly version: number;
}

const OF_LABEL = 'project = {project:String} AND view = {label:String}';
const OF_FULL_LABEL = 'view = {full_label:String}';

const CONDITIONS: readonly (readonly [table: string, where: string])[] = [
  [
    FEATURE_SAMPLES_TABLE,
    'project = {project:String} AND view = {name:String} AND version = {version:UInt32}',
  ],
  [VERIFIED_TABLE, OF_FULL_LABEL],
  [DIFFERENCES_TABLE, OF_FULL_LABEL],
  [SERVED_VERIFIED_TABLE, OF_LABEL],
  [SERVED_DIFFERENCES_TABLE, OF_LABEL],
  [PROFILES_TABLE, OF_LABEL],
  [DRIFT_TABLE, OF_LABEL],
  [QUALITY_TABLE, "project = {project:String} AND subject_kind = 'view' AND subject = {label:String}"],
];

/** The tables that have rows of views. */
export const TABLES_OF_VIEWS: readonly string[] = CONDITIONS.map(([table]) => table);

export interface RemovedRows {
  readonly rows: number;
  /** Their share of what the table takes on disk. */
  readonly bytes: number;
}

/** Resolves when they are in no part that is read. @param table one of `TABLES_OF_VIEWS`, by its place */
export async function removeViewRows(
  store: OfflineStore,
  table: number,
  { project, name, version }: NamedView,
): Promise<RemovedRows> {
  const [own, where] = CONDITIONS[table] as (typeof CONDITIONS)[number];
  const label = `${name}@${version}`;
  const parameters = { project, name, version, label, full_label: `${project}.${label}` };
  const [found] = await store.rows<{ rows: number; all: number; bytes: number }>(
    `SELECT toFloat64(countIf(${where})) AS rows, toFloat64(count()) AS all,
       (SELECT toFloat64(sum(bytes_on_disk)) FROM system.parts WHERE active AND database = currentDatabase() AND table = {own_table:String}) AS bytes
     FROM ${quoteName(own)}`,
    { ...parameters, own_table: own },
  );
  if (found === undefined || found.rows === 0) return { rows: 0, bytes: 0 };
  await store.command(
    `ALTER TABLE ${quoteName(own)}${onCluster(store.cluster)} DELETE WHERE ${where}`,
    parameters,
    { mutations_sync: '2' },
  );
  return { rows: found.rows, bytes: Math.round((found.bytes * found.rows) / found.all) };
}
