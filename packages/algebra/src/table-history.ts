/** The values of a table view at any tick, of one entity at a time, from its rows in the order in which ticks come to see them. */
import { tickAt } from './boundaries';
import type { TableLayout } from './table-layout';
import { isOutsideMaxAge, leaveNothing, leaveStatuses } from './table-output';
import { readTableCells } from './table-value';
import { STATUS, type ViewOutput } from './view-output';

/** A row of the table. Hashes are compared as unsigned 64-bit numbers. */
export interface TableHistoryRow {
  readonly eventTimeMs: number;
  readonly knownAtMs: number;
  readonly hash: bigint;
  readonly cells: Uint8Array;
}

/** Not re-entrant: one entity after the other, each from `clear` on. */
export class TableHistory {
  readonly layout: TableLayout;
  #latest: TableHistoryRow | null = null;

  constructor(layout: TableLayout) {
    this.layout = layout;
  }

  /** Forgets the entity. */
  clear(): void {
    this.#latest = null;
  }

  /** Takes a row that the next ticks see (see `firstTickOf`), in any order; it is kept, not copied. */
  add(row: TableHistoryRow): void {
    if (this.#latest === null || isLater(row, this.#latest)) this.#latest = row;
  }

  /** Leaves every feature at t in `out`: of the latest row added, which must be all that the tick of t sees. Returns the tick. */
  valuesAt(tMs: number, out: ViewOutput): number {
    const tickMs = tickAt(this.layout.view.schedule, tMs);
    const latest = this.#latest;
    out.newestEventMs = latest === null ? Number.NaN : latest.eventTimeMs;
    if (latest === null) {
      leaveNothing(out, STATUS.NOT_FOUND, null);
    } else if (isOutsideMaxAge(this.layout, latest.eventTimeMs, tickMs)) {
      leaveNothing(out, STATUS.OUTSIDE_MAX_AGE, null);
    } else {
      const mayBeNull = readTableCells(this.layout, latest.cells, 0, out);
      leaveStatuses(out, mayBeNull, null);
    }
    return tickMs;
  }
}

/** By event time, then by when it became known, then by the hash of its cells. */
function isLater(a: TableHistoryRow, b: TableHistoryRow): boolean {
  if (a.eventTimeMs !== b.eventTimeMs) return a.eventTimeMs > b.eventTimeMs;
  if (a.knownAtMs !== b.knownAtMs) return a.knownAtMs > b.knownAtMs;
  return a.hash > b.hash;
}
