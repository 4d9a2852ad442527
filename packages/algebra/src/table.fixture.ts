/** Helpers of the unit tests: a table source with a column of every type, a view over it, and an entity's value. */
import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type { TableField, TableSource, TableView } from '@forebay/definitions';
import type { BatchMarker, ReadContext } from './exactness';
import type { StoredParts } from './fold-lists';
import { compileTableView, type TableLayout } from './table-layout';
import { newTableOutput } from './table-output';
import { TableRead } from './table-read';
import { encodeTableCells, type TableCellValue, type TableSlot } from './table-value-writer';
import { firstTickOf } from './ticks';
import type { ViewOutput } from './view-output';

const METADATA = { owner: '', description: '', tags: {} };
/** A tick, at which minutes and hours begin. */
export const TICK = Date.UTC(2026, 4, 10, 12);

export const SCHEDULE = { intervalMs: HOUR_MS, waitMs: MINUTE_MS, delayMs: 10 * MINUTE_MS };

const FIELDS: readonly TableField[] = [
  { name: 'flag', type: 'bool' },
  { name: 'rank', type: 'int32' },
  { name: 'total', type: 'int64' },
  { name: 'share', type: 'double' },
  { name: 'seen', type: 'timestamp' },
  { name: 'label', type: 'string' },
  { name: 'flags', type: 'list<bool>' },
  { name: 'ranks', type: 'list<int32>' },
  { name: 'totals', type: 'list<int64>' },
  { name: 'shares', type: 'list<double>' },
  { name: 'days', type: 'list<timestamp>' },
  { name: 'labels', type: 'list<string>' },
  { name: 'embedding', type: 'vector<3>' },
];

export const tableSource: TableSource = {
  id: 3,
  name: 'profiles',
  table: 'profiles',
  query: null,
  fields: [
    { name: 'user', type: 'string' },
    { name: 'at', type: 'timestamp' },
    { name: 'known', type: 'timestamp' },
    ...FIELDS,
  ],
  eventTime: 'at',
  knownAt: 'known',
  metadata: METADATA,
};

/** A view of the fields of those names; without names, of all. */
export function tableLayoutOf(names: readonly string[] = [], more: Partial<TableView> = {}): TableLayout {
  const fields = names.length === 0 ? FIELDS : names.map((name) => FIELDS.find((f) => f.name === name)!);
  const view: TableView = {
    id: 9,
    name: 'profile',
    version: 1,
    entity: 'user',
    source: tableSource.name,
    keyFields: ['user'],
    features: fields.map(({ name, type }) => ({ name, field: name, type, description: '' })),
    maxAgeMs: null,
    schedule: SCHEDULE,
    metadata: METADATA,
    fingerprint: '',
    ...more,
  };
  return compileTableView(view, tableSource);
}

export function slotOf(
  layout: TableLayout,
  eventTimeMs: number,
  values: readonly (TableCellValue | null)[],
  knownAtMs = eventTimeMs,
): TableSlot {
  const validFromMs = firstTickOf(layout.view.schedule, eventTimeMs, knownAtMs);
  return { validFromMs, eventTimeMs, knownAtMs, cells: encodeTableCells(layout, values) };
}

/** Clocks of a read that answers for `tickMs`, while the newest finished run is that of `finishedMs`. */
export function contextOf(tickMs: number, finishedMs: number | null = tickMs): ReadContext {
  const tMs = tickMs + SCHEDULE.delayMs + MINUTE_MS;
  const batchMarker: BatchMarker | null =
    finishedMs === null
      ? null
      : { cutMs: finishedMs, qMs: finishedMs + SCHEDULE.waitMs, coverageBeginMs: Number.NEGATIVE_INFINITY };
  return { tMs, serverClockMs: tMs, completeSinceMs: null, batchMarker, progressMs: null };
}

const NOTHING: StoredParts = { stream: null, open: null, sealed: null, batch: null };

export function readTable(
  layout: TableLayout,
  value: Uint8Array | null,
  context: ReadContext = contextOf(TICK),
): ViewOutput {
  const output = newTableOutput(layout);
  new TableRead(layout).fold({ ...NOTHING, batch: value }, context, output);
  return output;
}
