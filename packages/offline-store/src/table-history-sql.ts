/** The rows of a table view for training sets: all that ticks of a time range may see of given entities. */
import type { TableLayout } from '@forebay/algebra';
import type { Statement } from './segments-sql';
import type { TableColumns } from './table-columns';
import { firstTickSql, nextTickSql, rowKeySql, tableRowsSql } from './table-rows-sql';

export interface TableHistoryChoice {
  /** What the names of the parameters begin with, so that one statement can hold several views. */
  readonly prefix: string;
  /** SQL of a SELECT (or a table) of encoded entity keys, one column; null: all entities. */
  readonly keysSql: string | null;
  /** Rows that only later ticks see are left out. */
  readonly untilTickMs: number;
  /** Of every tick, what was known at this time instead of by the tick and its wait; null: that. */
  readonly knownAsOfMs: number | null;
}

/**
 * A SELECT without FORMAT and ORDER, with its parameters. Columns: `key` String, the encoded entity key · `vf` Int64 ms, the first
 * tick that sees the row · `et` event time, `ka` known at, Int64 ms · `h` UInt64 row hash · `cells` String, for `readTableCells`.
 * At a tick the row with `vf ≤ tick` that is the latest by (et, ka, h) holds, if it is no older than max_age.
 */
export function tableHistorySql(
  layout: TableLayout,
  columns: TableColumns,
  { prefix, keysSql, untilTickMs, knownAsOfMs }: TableHistoryChoice,
): Statement {
  const rows = tableRowsSql(layout, columns);
  const key = rowKeySql(rows);
  const conditions = [`vf <= {${prefix}until:Int64}`];
  if (keysSql !== null) conditions.push(`key IN (${keysSql})`);
  if (knownAsOfMs !== null) conditions.push(`ka <= {${prefix}known:Int64}`);
  const { intervalMs, waitMs } = layout.view.schedule;
  return {
    query: `SELECT ${key} AS key, ${knownAsOfMs === null ? firstTickSql(prefix) : nextTickSql(prefix)} AS vf, et, ka, h, cells
FROM (${rows.sql})
WHERE ${conditions.join(' AND ')}`,
    parameters: {
      [`${prefix}interval`]: intervalMs,
      [`${prefix}until`]: untilTickMs,
      ...(knownAsOfMs === null ? { [`${prefix}wait`]: waitMs } : { [`${prefix}known`]: knownAsOfMs }),
    },
  };
}
