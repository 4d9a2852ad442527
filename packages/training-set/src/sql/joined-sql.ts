/** The rows with the results of every view beside them, in the rows' order. */
import { quoteName } from '@forebay/offline-store';

/** A table of results: `n`, then `f0` … and perhaps `s0` …, each row's number once. */
export interface ResultTable {
  readonly table: string;
  readonly features: number;
  readonly withStatuses: boolean;
}

/** What a feature's value and status are called in `joinedSql`, by table and feature. */
export const valueName = (table: number, feature: number) => `_t${table}_f${feature}`;
export const statusName = (table: number, feature: number) => `_t${table}_s${feature}`;

/**
 * `FROM …`: each of the tables has every number from 0 on once, as the rows have, so that the k-th of one belongs to the k-th of all
 * others; read by number they are pasted together without any look-up.
 *
 * @param rowsSql a SELECT of the rows, ordered by number
 */
export function joinedSql(rowsSql: string, tables: readonly ResultTable[]): string {
  const pasted = tables.map(({ table, features, withStatuses }, t) => {
    const columns = Array.from({ length: features }, (_, f) => [
      `f${f} AS ${valueName(t, f)}`,
      ...(withStatuses ? [`s${f} AS ${statusName(t, f)}`] : []),
    ]).flat();
    return `PASTE JOIN (SELECT ${columns.join(', ')} FROM ${quoteName(table)} ORDER BY n) AS _t${t}`;
  });
  return [`FROM (${rowsSql}) AS _rows`, ...pasted].join('\n  ');
}
