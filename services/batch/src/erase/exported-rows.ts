/** Training sets that hold an entity, by their manifests: they are named, and are somebody's to make anew. */
import { ForebayError, type MessageInput } from '@forebay/contract';
import type { ObjectStoreOnDemand } from '@forebay/object-store';
import { listExports, type OfflineStore, quoteName } from '@forebay/offline-store';
import { newRowsTable, stageRows } from '@forebay/training-set';
import type { Manifest } from '../training-set/manifest';
import { setPlace } from '../training-set/set-place';
import { MANIFEST } from '../training-set/set-record';
import type { CarriedEntity } from './carried-entity';

type Place = MessageInput<'ErasedPlace'>;

/** By directory or prefix of an object store that a job has made, or that is named: what of the entity its files hold. */
export async function exportedRows(
  store: OfflineStore,
  objects: ObjectStoreOnDemand,
  entity: CarriedEntity,
  named: readonly string[],
  signal: AbortSignal,
): Promise<Place[]> {
  const sets = new Set([...(await listExports(store, entity.project)), ...named]);
  const places: Place[] = [];
  for (const set of sets) {
    signal.throwIfAborted();
    const found = await rowsIn(store, objects, entity, set, signal).catch((thrown): Place[] => {
      signal.throwIfAborted();
      return [unseen(set, thrown)];
    });
    places.push(...found);
  }
  return places;
}

const unseen = (place: string, thrown: unknown): Place => ({
  store: 'file',
  place,
  remark: `it cannot be looked through: ${ForebayError.from(thrown).message}`,
});

async function rowsIn(
  store: OfflineStore,
  objects: ObjectStoreOnDemand,
  entity: CarriedEntity,
  set: string,
  signal: AbortSignal,
): Promise<Place[]> {
  const files = await setPlace(set, objects);
  const text = await files.read(MANIFEST);
  if (text === null)
    return [
      {
        store: 'file',
        place: set,
        remark: `there is no ${MANIFEST} that this batch service can see: if the training set is elsewhere, look there for the entity`,
      },
    ];
  const manifest = JSON.parse(text.toString()) as Manifest;
  const columns = keyColumns(entity, manifest);
  if (columns === null) return [];
  const found: Place[] = [];
  for (const { file } of manifest.files) {
    const place = `${files.name}/${file}`;
    const count = (path: string) => countIn(store, path, columns, entity.values.map(String), signal);
    const rows = await files.withLocalFile(file, count, signal).catch((thrown): Place => {
      signal.throwIfAborted();
      return unseen(place, thrown);
    });
    if (typeof rows !== 'number') found.push(rows);
    else if (rows > 0)
      found.push({
        store: 'file',
        place,
        found: rows,
        left: rows,
        remark: `rows of the entity stay in it: make the training set of ${set} anew without them, and delete this file and its copies`,
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
