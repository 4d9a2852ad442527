/** A table source and view of the test's own, its rows in ClickHouse, and what a naive reading says of them. */
import { randomInt } from 'node:crypto';
import {
  compileTableView,
  encodeTableCells,
  encodeTableValue,
  firstTickOf,
  newTableOutput,
  rowHash,
  type TableCellValue,
  type TableLayout,
  type TableSlot,
  TableValue,
} from '@forebay/algebra';
import { DAY_MS, MINUTE_MS } from '@forebay/contract';
import type { TableField, TableSource, TableView } from '@forebay/definitions';
import type { OfflineStore } from '@forebay/offline-store';
import { uniqueName } from '../support/stack';
import { randomFrom } from './offline-store-fixtures';

const metadata = { owner: 'tests', description: '', tags: {} };

/** A multiple of the minute. */
export const TABLE_TICK = Date.UTC(2026, 4, 10, 12);

export const EVERY_MINUTE = { intervalMs: MINUTE_MS, waitMs: 10_000, delayMs: 30_000 };

/** A source with the key `user`, the event time `at`, and if `knownAt` the field `known`. */
export function tableSource(
  fields: readonly TableField[],
  more: Partial<TableSource> & { readonly twoClocks?: boolean } = {},
): TableSource {
  const { twoClocks = false, ...rest } = more;
  return {
    id: randomInt(1_000_000, 2_000_000_000),
    name: 'profiles',
    table: uniqueName('profiles'),
    query: null,
    fields: [
      { name: 'user', type: 'string' },
      { name: 'at', type: 'timestamp' },
      ...(twoClocks ? [{ name: 'known', type: 'timestamp' } as const] : []),
      ...fields,
    ],
    eventTime: 'at',
    knownAt: twoClocks ? 'known' : null,
    metadata,
    ...rest,
  };
}

/** A view of all fields but the key and the times. */
export function tableView(source: TableSource, more: Partial<TableView> = {}): TableView {
  const keyFields = more.keyFields ?? ['user'];
  const not = new Set([...keyFields, source.eventTime, source.knownAt]);
  return {
    id: randomInt(1_000_000, 2_000_000_000),
    name: 'profile',
    version: 1,
    entity: 'user',
    source: source.name,
    keyFields,
    features: source.fields
      .filter(({ name }) => !not.has(name))
      .map(({ name, type }) => ({ name, field: name, type, description: '' })),
    maxAgeMs: null,
    schedule: EVERY_MINUTE,
    metadata,
    fingerprint: '',
    ...more,
  };
}

export interface ProfileRow {
  readonly user: string;
  readonly at: number;
  readonly known?: number;
  /** By feature. */
  readonly values: readonly (TableCellValue | null)[];
}

/** Columns of the ClickHouse table, in the order of the source's fields. */
export async function createTable(
  store: OfflineStore,
  source: TableSource,
  types: readonly string[],
): Promise<void> {
  const columns = source.fields.map(({ name }, i) => `\`${name}\` ${types[i]}`);
  await store.command(`CREATE TABLE ${source.table} (${columns.join(', ')}) ENGINE = MergeTree ORDER BY ()`);
}

/** Rows for a table whose instants are DateTime64(3); values are JSON as ClickHouse reads it. */
export async function insertProfiles(
  store: OfflineStore,
  source: TableSource,
  rows: readonly ProfileRow[],
): Promise<void> {
  const values = source.fields
    .map(({ name }) => name)
    .filter((name) => !['user', source.eventTime, source.knownAt].includes(name));
  await store.insertRows(
    source.table as string,
    rows.map((row) => ({
      user: row.user,
      at: instant(row.at),
      ...(source.knownAt === null ? {} : { known: instant(row.known ?? row.at) }),
      ...Object.fromEntries(values.map((name, i) => [name, row.values[i] ?? null])),
    })),
  );
}

const instant = (ms: number) => new Date(ms).toISOString().replace('T', ' ').slice(0, -1);

/** The values that a run of the tick writes, by entity: sorted rows, nothing else. */
export function naiveValues(
  layout: TableLayout,
  rows: readonly ProfileRow[],
  tickMs: number,
): Map<string, Buffer> {
  const { schedule } = layout.view;
  const found = new Map<string, Buffer>();
  for (const user of new Set(rows.map((row) => row.user))) {
    const slots = rows
      .filter((row) => row.user === user)
      .map((row): TableSlot => {
        const knownAtMs = row.known ?? row.at;
        return {
          eventTimeMs: row.at,
          knownAtMs,
          validFromMs: firstTickOf(schedule, row.at, knownAtMs),
          cells: encodeTableCells(layout, row.values),
        };
      })
      .sort(laterFirst);
    const seenAt = (tick: number) => slots.find(({ validFromMs }) => validFromMs <= tick);
    const now = seenAt(tickMs);
    if (now === undefined) continue;
    const before = now.validFromMs === tickMs ? seenAt(tickMs - schedule.intervalMs) : undefined;
    const held = before === undefined ? [now] : [now, before];
    const earlier = slots.some(({ validFromMs }) => validFromMs < (held.at(-1) as TableSlot).validFromMs);
    found.set(user, Buffer.from(encodeTableValue(held, earlier)));
  }
  return found;
}

function laterFirst(a: TableSlot, b: TableSlot): number {
  const [x, y] = [rowHash(a.cells), rowHash(b.cells)];
  return b.eventTimeMs - a.eventTimeMs || b.knownAtMs - a.knownAtMs || y.high - x.high || y.low - x.low;
}

export const layoutOf = (source: TableSource, more: Partial<TableView> = {}): TableLayout =>
  compileTableView(tableView(source, more), source);

/** Rows around ticks, with ties, corrections, late and early knowledge. */
export function manyRows(seed: number, count: number): ProfileRow[] {
  const random = randomFrom(seed);
  const pick = (list: readonly number[]) => list[Math.floor(random() * list.length)] as number;
  return Array.from({ length: count }, (): ProfileRow => {
    const at = TABLE_TICK + MINUTE_MS * pick([-6, -3, -2, -1, 0, 1, 2]) + pick([-1, 0, 0, 1, 30_000]);
    const known = at + pick([0, 0, 0, -MINUTE_MS, 9_999, 10_000, 10_001, MINUTE_MS, 3 * MINUTE_MS]);
    const values = [pick([1, 2, 3]), random() < 0.3 ? null : `v${pick([1, 2])}`];
    return { user: `u${Math.floor(random() * (count / 6))}`, at, known, values };
  });
}

/** Entities whose rows do not change around the tick. */
export function oldRows(count: number): ProfileRow[] {
  return Array.from({ length: count }, (_, i) => ({
    user: `old${i}`,
    at: TABLE_TICK - DAY_MS + i,
    values: [i, 'x'],
  }));
}

/** A source with both clocks, and its rows in ClickHouse. */
export async function twoClockTable(store: OfflineStore, rows: readonly ProfileRow[]): Promise<TableLayout> {
  const fields: TableField[] = [
    { name: 'rank', type: 'int32' },
    { name: 'label', type: 'string' },
  ];
  const source = tableSource(fields, { twoClocks: true });
  const instant = "DateTime64(3, 'UTC')";
  await createTable(store, source, ['String', instant, instant, 'Nullable(Int32)', 'Nullable(String)']);
  await insertProfiles(store, source, rows);
  return layoutOf(source);
}

/** The newest row's values, and when it is valid from. */
export function newest(layout: TableLayout, value: Buffer): unknown[] {
  const cursor = new TableValue(layout);
  expect(cursor.open(value)).toBe(true);
  const output = newTableOutput(layout);
  cursor.read(0, output);
  return layout.features.map(({ index, shape }) => {
    const other = output.others[index] ?? null;
    if (other instanceof Uint8Array) return [...new Float32Array(new Uint8Array(other).buffer)];
    if (shape.kind !== 'scalar' || shape.type === 'int64' || shape.type === 'string') return other;
    return Number.isNaN(output.numbers[index]) ? null : output.numbers[index];
  });
}
