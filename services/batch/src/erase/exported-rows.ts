/** Training sets that hold an entity, by their manifests: they are named, and are somebody's to make anew. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { ForebayError, type MessageInput } from '@forebay/contract';
import { listExports, type OfflineStore, quoteName } from '@forebay/offline-store';
import { newRowsTable, stageRows } from '@forebay/training-set';
import type { Manifest } from '../training-set/manifest';
import { MANIFEST } from '../training-set/set-directory';
import type { CarriedEntity } from './carried-entity';

type Place = MessageInput<'ErasedPlace'>;

/** By directory that a job has made, or that is named: what of the entity its files hold. */
export async function exportedRows(
  store: OfflineStore,
  entity: CarriedEntity,
  named: readonly string[],
  signal: AbortSignal,
): Promise<Place[]> {
  const directories = new Set([...(await listExports(store, entity.project)), ...named]);
  const places: Place[] = [];
  for (const directory of directories) {
    signal.throwIfAborted();
    places.push(...(await rowsIn(store, entity, directory, signal)));
  }
  return places;
}

async function rowsIn(
  store: OfflineStore,
  entity: CarriedEntity,
  directory: string,
  signal: AbortSignal,
): Promise<Place[]> {
  const text = await readFile(join(directory, MANIFEST), 'utf8').catch(() => null);
  if (text === null)
    return [
      {
        store: 'file',
        place: directory,
        remark: `there is no ${MANIFEST} on the machine of this batch service: if the directory is elsewhere, look there for the entity`,
      },
    ];
  const manifest = JSON.parse(text) as Manifest;
  const columns = keyColumns(entity, manifest);
  if (columns === null) return [];
  const found: Place[] = [];
  for (const { file } of manifest.files) {
    const place = join(directory, file);
    const rows = await countIn(store, place, columns, entity.values.map(String), signal).catch((thrown) => {
      signal.throwIfAborted();
      return ForebayError.from(thrown).message;
    });
    if (typeof rows === 'string')
      found.push({ store: 'file', place, remark: `it cannot be looked through: ${rows}` });
    else if (rows > 0)
      found.push({
        store: 'file',
        place,
        found: rows,
        left: rows,
        remark: `rows of the entity stay in it: make the training set of ${directory} anew without them, and delete this file and its copies`,
      });
  }
  return found;
}

/** The columns of the join keys, in their order; null: the rows do not have all of them. Pure. */
export function keyColumns(
  { joinKeys }: Pick<CarriedEntity, 'joinKeys'>,
  { rows, columns }: Pick<Manifest, 'rows' | 'columns'>,
): string[] | null {
  const named = joinKeys.map(({ name }) => rows.renamed[name] ?? name);
  return named.every((name) => columns.includes(name)) ? named : null;
}

async function countIn(
  store: OfflineStore,
  file: string,
  columns: readonly string[],
  texts: readonly string[],
  signal: AbortSignal,
): Promise<number> {
  const staged = await stageRows(store, { file, format: 'Parquet' }, newRowsTable(), undefined, signal);
  try {
    const conditions = columns.map((name, i) => `toString(${quoteName(name)}) = {erased_text_${i}:String}`);
    const [row] = await store.rows<{ rows: number }>(
      `SELECT toFloat64(count()) AS rows FROM (${staged.rowsSql}) WHERE ${conditions.join(' AND ')}`,
      Object.fromEntries(texts.map((text, i) => [`erased_text_${i}`, text])),
    );
    return row?.rows ?? 0;
  } finally {
    await staged.drop();
  }
}
