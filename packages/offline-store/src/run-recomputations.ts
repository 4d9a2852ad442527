/** What a finished run has seen, for those who compute its values again. */
import type { TableLayout } from '@forebay/algebra';
import type { EventSource } from '@forebay/definitions';
import type { OfflineStore } from './client';
import { instantText } from './column-types';
import { keyFitsSql } from './entity-key-sql';
import { finishedLoadsOf } from './loads';
import type { TableColumns } from './table-columns';
import { rowKeySql, tableRowsSql } from './table-rows-sql';
import { LOADS_TABLE } from './tables';

/** The finished loads that a run of this clock has read. Of a source that is made of others: all that are finished now. */
export async function loadsSeenBy(
  store: OfflineStore,
  source: EventSource,
  runClockMs: number,
): Promise<number[]> {
  const finished = await finishedLoadsOf(store, source);
  if (source.pairing !== undefined) return finished;
  const rows = await store.rows<{ number: number }>(
    `SELECT DISTINCT load_number AS number FROM ${LOADS_TABLE} WHERE archive = {archive:String} AND state = 'finished' AND changed_at <= {at:String}`,
    { archive: source.table, at: instantText(runClockMs) },
  );
  const seen = new Set(rows.map(({ number }) => number));
  return finished.filter((number) => seen.has(number));
}

/** About how many entities a table has rows of. @param sinceMs rows before this event time do not count; null: all do */
export async function countTableEntities(
  store: OfflineStore,
  layout: TableLayout,
  columns: TableColumns,
  sinceMs: number | null,
): Promise<number> {
  const since = sinceMs === null ? {} : { sinceParameter: 'since' };
  const rows = tableRowsSql(layout, columns, { withoutCells: true, ...since });
  const key = rowKeySql(rows);
  const [row] = await store.rows<{ entities: number }>(
    `SELECT toFloat64(uniq(${key})) AS entities FROM (${rows.sql}) WHERE ${keyFitsSql(key)}`,
    sinceMs === null ? {} : { since: sinceMs },
  );
  return row?.entities ?? 0;
}
