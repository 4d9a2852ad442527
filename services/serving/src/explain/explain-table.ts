/** The rows of a table view's entity, which of them was taken, and why. */
import { type ExplainedTable, explainTable as explain, type ItemLimit } from '@forebay/algebra';
import { formatDuration, formatInstant, type MessageInput } from '@forebay/contract';
import type { TableFeature } from '@forebay/definitions';
import { readableFeature } from './answered-value';
import type { StoredView } from './stored-view';
import type { ViewExplainer } from './view-explainer';

export interface TableExplained {
  readonly table: ExplainedTable | null;
  readonly message: MessageInput<'ExplainedTable'>;
}

export function explainTableRows(
  { layout }: Extract<ViewExplainer, { kind: 'table' }>,
  { parts, partKeys }: StoredView,
  tMs: number,
  feature: number,
  limit: ItemLimit,
): TableExplained {
  const table = explain(layout, parts.batch, tMs, feature);
  if (table === null) {
    const key = partKeys.batch;
    if (key !== undefined)
      key.unreadable = `a table value of ${key.bytes?.length} bytes does not have the layout of its view`;
    return { table, message: { why: 'the stored value cannot be read' } };
  }
  const { tickMs, rows, taken } = table;
  const { type } = layout.view.features[feature] as TableFeature;
  return {
    table,
    message: {
      tick_ms: tickMs,
      why: whyOf(table, layout.view.maxAgeMs),
      rows: rows.map((row, i) => ({
        first_tick_ms: row.validFromMs,
        event_time_ms: row.eventTimeMs,
        known_at_ms: row.knownAtMs,
        row_hash: String(row.rowHash),
        value_json: JSON.stringify(readableFeature(type, row.value, limit)),
        taken: i === taken,
        why: rowText(i, table),
      })),
    },
  };
}

function rowText(row: number, { tickMs, rows, taken }: ExplainedTable): string {
  if (row === taken) return 'the newest row that the tick sees';
  const { validFromMs } = rows[row] as ExplainedTable['rows'][number];
  return row < taken || taken < 0
    ? `seen from the tick ${formatInstant(validFromMs)} on, which is after ${formatInstant(tickMs)}`
    : 'a newer row is seen';
}

function whyOf({ tickMs, rows, taken, hadEarlierRow }: ExplainedTable, maxAgeMs: number | null): string {
  const tick = `the tick ${formatInstant(tickMs)}`;
  const row = rows[taken];
  if (row === undefined) {
    if (rows.length === 0)
      return 'nothing is stored: the table has no row of the entity that a run has written';
    return hadEarlierRow
      ? `no row that is held is seen by ${tick}: the one that was has been replaced by later ones`
      : `no row is seen by ${tick}`;
  }
  const seen = `${tick} sees the row of ${formatInstant(row.eventTimeMs)}`;
  if (!row.outsideMaxAge || maxAgeMs === null) return seen;
  return `${seen}, which is ${formatDuration(tickMs - row.eventTimeMs)} old: more than the maximum age of ${formatDuration(maxAgeMs)}`;
}
