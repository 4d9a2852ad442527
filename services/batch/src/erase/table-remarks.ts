import { compileTableView } from '@forebay/algebra';
import type { MessageInput } from '@forebay/contract';
import { type OfflineStore, readTableColumns, rowKeySql, tableRowsSql } from '@forebay/offline-store';
import type { CarriedEntity } from './carried-entity';

/** Tables of table sources are the user's: Forebay counts what they hold, passes it by from now on, and deletes nothing there. */
export async function tableRemarks(
  store: OfflineStore,
  { tables, key }: CarriedEntity,
): Promise<MessageInput<'ErasedPlace'>[]> {
  const places = new Map<string, MessageInput<'ErasedPlace'>>();
  for (const { source, view } of tables) {
    const rows = tableRowsSql(compileTableView(view, source), await readTableColumns(store, source), {
      withoutCells: true,
    });
    const [counted] = await store.rows<{ rows: number }>(
      `SELECT toFloat64(count()) AS rows FROM (${rows.sql}) WHERE ${rowKeySql(rows)} = {erased_key:String}`,
      { erased_key: key },
    );
    const place = source.table ?? `query of table source "${source.name}"`;
    const found = counted?.rows ?? 0;
    const remark =
      'a table of yours: rows of up to the erasure are passed by when values are written; delete them there yourself';
    places.set(place, { store: 'clickhouse', place, found, left: found, remark: found === 0 ? '' : remark });
  }
  return [...places.values()];
}
