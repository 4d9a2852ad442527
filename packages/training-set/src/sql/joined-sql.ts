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

/** The number of a row among the columns of `rowsSql`: no user's column has such a name. */
export const NUMBER_COLUMN = '_forebay_row';

/**
 * What a statement with `joinedSql` needs to keep its order: with more threads ClickHouse hands the blocks that come out of one
 * PASTE JOIN to several, and takes them into the next in the order in which they come; and it drops the ORDER BY of what is
 * pasted together where it takes the whole for unordered.
 */
export const IN_ORDER = { max_threads: 1, query_plan_remove_redundant_sorting: 0 } as const;

/**
 * `FROM …`: each of the tables has every number from 0 on once, as the rows have, so that the k-th of one belongs to the k-th of all
 * others; read by number they are pasted together without any look-up. The numbers are compared all the same.
 *
 * @param rowsSql a SELECT of the rows with their numbers as `NUMBER_COLUMN`, ordered by them
 */
export function joinedSql(rowsSql: string, tables: readonly ResultTable[]): string {
  const pasted = tables.map(({ table, features, withStatuses }, t) => {
    const columns = Array.from({ length: features }, (_, f) => [
      `f${f} AS ${valueName(t, f)}`,
      ...(withStatuses ? [`s${f} AS ${statusName(t, f)}`] : []),
    ]).flat();
    const selected = [`n AS ${numberName(t)}`, ...columns].join(', ');
    return `PASTE JOIN (SELECT ${selected} FROM ${quoteName(table)} ORDER BY n) AS _t${t}`;
  });
  const from = [`FROM (${rowsSql}) AS _rows`, ...pasted];
  if (tables.length === 0) return from.join('\n  ');
  const differ = tables.map((_, t) => `${numberName(t)} != ${NUMBER_COLUMN}`).join(' OR ');
  return [...from, `WHERE NOT throwIf(${differ}, 'rows and features are out of step')`].join('\n  ');
}

const numberName = (table: number) => `_t${table}_n`;
