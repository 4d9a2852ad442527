/**
 * Rows of which nobody can say which events were in the values that were served: an event of the entity became known around the instant
 * of the row, or came later than its source allows. SQL, pure.
 */
import { compileView, edgeAt, edgeOf } from '@forebay/algebra';
import { DAY_MS } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import { entityKeySql, eventRowsSql, quoteName, type Statement } from '@forebay/offline-store';

export const UNCERTAIN = { late: 1, inFlight: 2 } as const;

export interface UncertainChoice {
  readonly view: AggregationView;
  readonly source: EventSource;
  /** Of the rows that differ, unquoted: `n` UInt64, `t` Int64 ms, and the column with the encoded key of the view's entity. */
  readonly rowsTable: string;
  readonly keyColumn: string;
  /** When the rows are, ms. */
  readonly firstMs: number;
  readonly lastMs: number;
  /** How long before or after a row's instant an event may have become known to be in the value, or not. */
  readonly inFlightMs: number;
  readonly finishedLoads: readonly number[];
}

/** A SELECT of `n`, the number of a row, and `why`, one of UNCERTAIN; other rows are left out. */
export function uncertainRowsSql({
  view,
  source,
  rowsTable,
  keyColumn,
  firstMs,
  lastMs,
  inFlightMs,
  finishedLoads,
}: UncertainChoice): Statement {
  const layout = compileView(view, source);
  const range = { from: layout.hasLifetime ? null : 'from', until: 'until', known: null };
  const { sql, keys } = eventRowsSql(layout, range, null, true);
  const edges = layout.windows.flatMap((window) =>
    window.kind === 'lifetime' ? [] : [edgeAt(edgeOf(window), firstMs)],
  );
  // an edge moves by at most a hop from row to row
  const fromMs = Math.min(firstMs, ...edges) - DAY_MS;
  const reach = layout.hasLifetime ? '1' : `e.et >= r.t - ${firstMs - fromMs + DAY_MS}`;
  const isLate = `e.ka - e.et > ${source.allowedLatenessMs}`;
  const query = `SELECT r.n AS n, toUInt8(max(if(abs(e.ka - r.t) <= ${inFlightMs}, ${UNCERTAIN.inFlight}, ${UNCERTAIN.late}))) AS why
  FROM (SELECT et, ka, ${entityKeySql(keys)} AS key FROM (${sql})) AS e
  INNER JOIN ${quoteName(rowsTable)} AS r ON e.key = r.${keyColumn}
  WHERE e.et < r.t AND ${reach} AND (abs(e.ka - r.t) <= ${inFlightMs} OR (${isLate} AND e.ka <= r.t + ${inFlightMs}))
  GROUP BY n`;
  return {
    query,
    parameters: {
      until: lastMs,
      finished: finishedLoads,
      ...(layout.hasLifetime ? {} : { from: fromMs }),
    },
  };
}
