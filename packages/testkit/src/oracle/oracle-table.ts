/** What the value of a table view is: all rows, sorted. */
import type { TableView } from '@forebay/definitions';
import { tickAt } from './expected-status';
import { plainCells } from './plain-cells';
import { plainXxHash64 } from './plain-xxhash64';

export type TableScalar = number | bigint | string;
/** Booleans are 0 and 1, timestamps milliseconds; an integer that is not safe is a bigint. */
export type TableValueOf = TableScalar | readonly TableScalar[] | null;

export interface TableRow {
  readonly eventTimeMs: number;
  readonly knownAtMs: number;
  /** By feature of the view. */
  readonly values: readonly TableValueOf[];
}

export interface OracleTableValues {
  readonly values: readonly TableValueOf[];
  /** The row that speaks at the tick, however old; null: none. */
  readonly row: TableRow | null;
  /** null: by the values. */
  readonly status: 'NOT_FOUND' | 'OUTSIDE_MAX_AGE' | null;
}

/**
 * The values of one entity at t.
 *
 * @param knownAsOfMs what was known then; null: by the tick and its wait
 */
export function oracleTable(
  view: TableView,
  rows: readonly TableRow[],
  tMs: number,
  knownAsOfMs: number | null = null,
): OracleTableValues {
  const tickMs = tickAt(view.schedule, tMs);
  const knownToMs = knownAsOfMs ?? tickMs + view.schedule.waitMs;
  const seen = rows
    .filter(({ eventTimeMs, knownAtMs }) => eventTimeMs <= tickMs && knownAtMs <= knownToMs)
    .map((row) => ({ row, hash: plainXxHash64(plainCells(view, row.values)) }))
    .sort(
      (a, b) =>
        a.row.eventTimeMs - b.row.eventTimeMs ||
        a.row.knownAtMs - b.row.knownAtMs ||
        Number(a.hash > b.hash) - Number(a.hash < b.hash),
    );
  const latest = seen.at(-1)?.row;
  const nothing = view.features.map(() => null);
  if (latest === undefined) return { values: nothing, row: null, status: 'NOT_FOUND' };
  if (view.maxAgeMs !== null && tickMs - latest.eventTimeMs > view.maxAgeMs)
    return { values: nothing, row: latest, status: 'OUTSIDE_MAX_AGE' };
  return { values: latest.values, row: latest, status: null };
}
