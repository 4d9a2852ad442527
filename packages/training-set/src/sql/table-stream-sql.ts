/** The rows of a table view's source and the label rows, as one stream sorted by entity and tick. */
import { type TableLayout, tickAt } from '@forebay/algebra';
import {
  entityKeySql,
  quoteName,
  type Statement,
  type TableColumns,
  tableHistorySql,
} from '@forebay/offline-store';
import type { EntityKeys } from './entity-keys';
import type { RowSpan } from './event-stream-sql';
import { rowPlaceSql } from './places';
import { type EntityShare, isOfShare } from './share';

export interface TableStreamChoice {
  readonly keys: EntityKeys;
  /** Of the join keys, how many there are. */
  readonly keyCount: number;
  readonly share: EntityShare;
  readonly span: RowSpan;
  readonly knownAsOfMs: number | null;
}

/**
 * Columns: `e` UInt32 the entity · `o` Int64, twice the tick from which on a table's row is seen, or twice that of a label row and one
 * more · `v` Int64, the event time, or the number of the label row · `ka` Int64 · `h` UInt64, the row's hash · `cells` String.
 */
export function tableStreamSql(
  layout: TableLayout,
  columns: TableColumns,
  choice: TableStreamChoice,
): Statement {
  const { keys, keyCount, share, span, knownAsOfMs } = choice;
  const { schedule } = layout.view;
  const key = entityKeySql(Array.from({ length: keyCount }, (_, i) => `g${i}`));
  const history = tableHistorySql(layout, columns, {
    prefix: 'table_',
    keysSql: null,
    untilTickMs: tickAt(schedule, span.lastMs),
    knownAsOfMs,
  });
  const tick = rowPlaceSql({ schedule, knownAsOfMs }, 't');
  return {
    query: `
SELECT e, o, v, ka, h, cells FROM (
  SELECT k.e AS e, 2 * s.vf AS o, s.et AS v, s.ka AS ka, s.h AS h, s.cells AS cells
  FROM (${history.query}) AS s INNER JOIN (SELECT e, ${key} AS key FROM ${quoteName(keys.table)} WHERE ${isOfShare('e', share)}) AS k ON s.key = k.key
  UNION ALL
  SELECT e, 2 * ${tick} + 1 AS o, toInt64(n) AS v, toInt64(0) AS ka, toUInt64(0) AS h, '' AS cells
  FROM (${keys.rowsSql}) WHERE ${isOfShare('e', share)}
)
ORDER BY e, o
FORMAT Native`,
    parameters: history.parameters,
  };
}
