/** Every path of table views. */
import { compileTableView, type TableLayout, type ViewOutput } from '@forebay/algebra';
import {
  type OfflineStore,
  readTableColumns,
  streamTableValues,
  type TableColumns,
} from '@forebay/offline-store';
import type { TableRow } from '@forebay/testkit';
import { foldTable, readBlocks, tableStreamSql } from '@forebay/training-set';
import type { Comparison } from '../support/comparison';
import { collector, stageKeys } from '../support/sql-training';
import type { TableCase } from './table-case';
import { compareTableReads, compareTableRow, compareTableTraining } from './table-comparison';
import { writtenTable } from './table-slots';

export function compareTableHere(each: TableCase): Comparison[] {
  const layout = compileTableView(each.view, each.source);
  const value = writtenTable(layout, each.rows, each.hasLater ? each.runTickMs : each.fullTickMs);
  return [...compareTableReads('table', layout, each, value), ...compareTableTraining(layout, each)];
}

/** A full run, one of what changed since, and a training set, of a table in ClickHouse. */
export async function compareTablesInClickHouse(
  store: OfflineStore,
  cases: readonly TableCase[],
): Promise<Comparison[][]> {
  const { view, source, fullTickMs, runTickMs } = cases[0] as TableCase;
  const layout = compileTableView(view, source);
  await createTable(store, cases);
  try {
    const columns = await readTableColumns(store, source);
    const full = await runOf(store, layout, columns, fullTickMs, null);
    const changed = await runOf(store, layout, columns, runTickMs, fullTickMs);
    const rows = await trainingRows(store, layout, columns, cases);
    return cases.map((each, i) => {
      // a run of what changed leaves all other values as they are
      const later = each.hasLater ? changed.get(each.key) : undefined;
      const value = later ?? full.get(each.key) ?? null;
      const held = { ...each, hasLater: later !== undefined };
      const reads = compareTableReads('ClickHouse table', layout, held, value);
      return [...reads, ...(rows[i] as Comparison[])];
    });
  } finally {
    await store.command(`DROP TABLE IF EXISTS ${source.table} SYNC`);
  }
}

async function runOf(
  store: OfflineStore,
  layout: TableLayout,
  columns: TableColumns,
  tickMs: number,
  changedSinceMs: number | null,
): Promise<Map<string, Uint8Array>> {
  const values = new Map<string, Uint8Array>();
  const run = { tickMs, changedSinceMs, sinceMs: null };
  for await (const batch of streamTableValues(store, layout, columns, run, { chunk: 0, chunks: 1 }))
    for (const [i, key] of batch.keys.entries())
      values.set(key.toString(), Buffer.from(batch.values[i] as Buffer));
  return values;
}

async function trainingRows(
  store: OfflineStore,
  layout: TableLayout,
  columns: TableColumns,
  cases: readonly TableCase[],
): Promise<Comparison[][]> {
  const wanted = cases.flatMap(({ key, labels }) =>
    labels.timestampsMs.map((timestampMs) => ({ key, timestampMs })),
  );
  if (wanted.length === 0) return cases.map(() => []);
  const tables = [`rows_of_${layout.source.table}`, `keys_of_${layout.source.table}`] as const;
  const outputs: ViewOutput[] = [];
  const times = wanted.map(({ timestampMs }) => timestampMs);
  try {
    const { query, parameters } = tableStreamSql(layout, columns, {
      keys: await stageKeys(store, tables, wanted),
      keyCount: 1,
      share: { share: 0, shares: 1 },
      span: { firstMs: Math.min(...times), lastMs: Math.max(...times) },
      knownAsOfMs: (cases[0] as TableCase).labels.knownAsOfMs,
    });
    const { bytes, exceptionTag } = await store.stream(query, parameters);
    const nothing = foldTable(layout, readBlocks(bytes, exceptionTag), collector(outputs));
    for await (const _ of nothing); // the collector gives no bytes
  } finally {
    for (const name of tables) await store.command(`DROP TABLE IF EXISTS ${name} SYNC`);
  }
  let next = 0;
  return cases.map((each) =>
    each.labels.timestampsMs.flatMap((timestampMs) =>
      compareTableRow(
        'table in a training set from ClickHouse',
        each,
        timestampMs,
        outputs[next++] as ViewOutput,
      ),
    ),
  );
}

const COLUMN_TYPES: Readonly<Record<string, string>> = {
  bool: 'Bool',
  int32: 'Int32',
  int64: 'Int64',
  double: 'Float64',
  timestamp: "DateTime64(3, 'UTC')",
  string: 'String',
};

function columnType(type: string): string {
  const element = /^list<(\w+)>$/.exec(type)?.[1];
  if (element !== undefined) return `Array(${COLUMN_TYPES[element]})`;
  return type.startsWith('vector<') ? 'Array(Float32)' : `Nullable(${COLUMN_TYPES[type]})`;
}

async function createTable(store: OfflineStore, cases: readonly TableCase[]): Promise<void> {
  const { source, view } = cases[0] as TableCase;
  const clock = COLUMN_TYPES.timestamp;
  const columns = source.fields.map(({ name, type }) => {
    const isClock = name === source.eventTime || name === 'known';
    return `${name} ${name === 'who' ? 'String' : isClock ? clock : columnType(type)}`;
  });
  await store.command(`DROP TABLE IF EXISTS ${source.table} SYNC`);
  await store.command(`CREATE TABLE ${source.table} (${columns.join(', ')}) ENGINE = MergeTree ORDER BY ()`);
  const rows = cases.flatMap(({ key, rows: own }) => own.map((row) => jsonRow(key, row, view.features)));
  if (rows.length > 0) await store.insertRows(source.table as string, rows);
}

function jsonRow(key: string, row: TableRow, features: TableCase['view']['features']): object {
  return {
    who: key,
    at: instantText(row.eventTimeMs),
    known: instantText(row.knownAtMs),
    ...Object.fromEntries(
      features.map(({ field, type }, i) => [field, jsonValue(type, row.values[i] ?? null)]),
    ),
  };
}

const instantText = (ms: number) => new Date(ms).toISOString().replace('T', ' ').slice(0, -1);

/** A null vector has no elements. */
function jsonValue(type: string, value: TableRow['values'][number]): unknown {
  if (value === null) return type.startsWith('vector<') ? [] : null;
  if (Array.isArray(value)) {
    const element = type.replace(/^list<(.*)>$/, '$1');
    return value.map((each) => jsonValue(element, each));
  }
  if (type === 'bool') return value === 1;
  if (type === 'timestamp') return instantText(value as number);
  return typeof value === 'bigint' ? String(value) : value;
}
