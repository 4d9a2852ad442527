/** The SQL that makes the stored values of a table view (docs/CODEC.md, table value, codec 1). */
import type { TableLayout } from '@forebay/algebra';
import { SIGN_BIT } from './archived-rows-sql';
import { type OfflineStore, offlineError } from './client';
import { keyFitsSql } from './entity-key-sql';
import type { ErasedCondition } from './erased-list';
import { type KeyValueBatch, splitKeyValues } from './key-value-stream';
import { chunkParameters, chunkSql, isWhole, type SegmentChunk, type Statement } from './segments-sql';
import type { TableColumns } from './table-columns';
import { FIRST_TICK_SQL, rowKeySql, tableRowsSql } from './table-rows-sql';

/** What a run fixes for all of its chunks. */
export interface TableRun {
  readonly tickMs: number;
  /** Only entities with a row that a tick after this one is the first to see; null: all. */
  readonly changedSinceMs: number | null;
  /** Rows before this event time count for nothing any more; null: every row counts. */
  readonly sinceMs: number | null;
  /** Leaves out what was erased; absent or null: nothing was. */
  readonly erased?: ErasedCondition | null;
}

const READ_SETTINGS = {
  max_block_size: '8192',
  cancel_http_readonly_queries_on_client_close: 1,
} as const;

const eightBytes = (number: string) => `reinterpret(toFloat64(${number}), 'FixedString(8)')`;

/** The order of rows as one unsigned number. */
const ORDER_SQL = (() => {
  const ordered = (instant: string) => `toUInt256(bitXor(reinterpretAsUInt64(${instant}), ${SIGN_BIT}))`;
  return `bitShiftLeft(${ordered('et')}, 128) + bitShiftLeft(${ordered('ka')}, 64) + toUInt256(h)`;
})();

const SLOT_SQL = `concat(${eightBytes('vf')}, ${eightBytes('et')}, ${eightBytes('ka')}, reinterpret(h, 'FixedString(8)'), cells)`;

/**
 * One SELECT of (key String, value String): for each entity of the chunk with a row that the tick sees its encoded key, and its
 * value: the row of the tick, and where that is new, the row of the tick before it.
 */
export function tableValuesSql(
  layout: TableLayout,
  columns: TableColumns,
  run: TableRun,
  share: SegmentChunk,
): Statement {
  const { intervalMs, waitMs } = layout.view.schedule;
  const rows = tableRowsSql(layout, columns, since(run));
  const key = rowKeySql(rows);
  const conditions = ['vf <= {tick:Int64}', keyFitsSql(key)];
  if (!isWhole(share)) conditions.push(chunkSql(key, share));
  if (run.erased) conditions.push(run.erased.sql(key));
  if (run.changedSinceMs !== null) conditions.push(`${key} IN (${changedKeysSql(layout, columns, run)})`);
  const query = `
SELECT key, concat(
    char(1), char(if(has_before, 2, 1)), char(if(first < if(has_before, vf_before, vf_now), 1, 0)), char(0),
    reinterpret(toUInt32(length(now)), 'FixedString(4)'), now, if(has_before, before, '')) AS value
FROM (
  SELECT ${key} AS key, min(vf) AS first, argMax(vf, ord) AS vf_now, argMax(slot, ord) AS now,
    argMaxIf(vf, ord, vf < {tick:Int64}) AS vf_before, argMaxIf(slot, ord, vf < {tick:Int64}) AS before,
    vf_now = {tick:Int64} AND first < {tick:Int64} AS has_before
  FROM (SELECT *, ${FIRST_TICK_SQL} AS vf, ${ORDER_SQL} AS ord, ${SLOT_SQL} AS slot FROM (${rows.sql}))
  WHERE ${conditions.join(' AND ')}
  GROUP BY key
)
FORMAT RowBinary`;
  const parameters = {
    tick: run.tickMs,
    interval: intervalMs,
    wait: waitMs,
    ...chunkParameters(share),
    ...(run.changedSinceMs === null ? {} : { changed_since: run.changedSinceMs }),
    ...(run.sinceMs === null ? {} : { since: run.sinceMs }),
    ...run.erased?.parameters,
  };
  return { query, parameters };
}

const since = ({ sinceMs }: TableRun) => (sinceMs === null ? {} : { sinceParameter: 'since' });

function changedKeysSql(layout: TableLayout, columns: TableColumns, run: TableRun): string {
  const rows = tableRowsSql(layout, columns, { ...since(run), withoutCells: true });
  return `SELECT ${rowKeySql(rows)} FROM (SELECT *, ${FIRST_TICK_SQL} AS vf FROM (${rows.sql}))
    WHERE vf > {changed_since:Int64} AND vf <= {tick:Int64}`;
}

/**
 * Makes the values of a chunk's entities in ClickHouse and yields (entity key, value) as they come.
 * Leaving the loop early stops the query, and so does `signal`, whose reason is thrown.
 */
export async function* streamTableValues(
  store: OfflineStore,
  layout: TableLayout,
  columns: TableColumns,
  run: TableRun,
  chunk: SegmentChunk,
  signal?: AbortSignal,
): AsyncGenerator<KeyValueBatch> {
  const { query, parameters } = tableValuesSql(layout, columns, run, chunk);
  try {
    const { bytes, exceptionTag } = await store.stream(query, parameters, READ_SETTINGS, signal);
    try {
      yield* splitKeyValues(bytes, exceptionTag);
    } finally {
      bytes.destroy();
    }
  } catch (thrown) {
    signal?.throwIfAborted();
    throw offlineError(thrown);
  }
}
