import { encodeTableCells, type TableCellValue, TableValue } from '@forebay/algebra';
import type { TableField } from '@forebay/definitions';
import {
  type OfflineStore,
  openOfflineStore,
  readTableColumns,
  streamTableValues,
} from '@forebay/offline-store';
import { sharedStack, useDatabase } from '../support/stack';
import { layoutOf, TABLE_TICK, tableSource } from './table-fixture';

const database = useDatabase('table_cells');
let store: OfflineStore;

beforeAll(async () => {
  store = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
});
afterAll(() => store.close());

/** What a field is, its column, and the SQL by which a test reads it as JSON. */
const FIELDS: readonly (TableField & { readonly column: string; readonly read: string })[] = [
  { name: 'b', type: 'bool', column: 'Nullable(Bool)', read: 'toInt8(b)' },
  { name: 'i', type: 'int32', column: 'Nullable(Int16)', read: 'i' },
  { name: 'l', type: 'int64', column: 'Nullable(Int64)', read: 'toString(l)' },
  { name: 'd', type: 'double', column: 'Nullable(Float64)', read: 'd' },
  { name: 'f', type: 'double', column: 'Float32', read: 'toFloat64(f)' },
  {
    name: 't',
    type: 'timestamp',
    column: "Nullable(DateTime64(3, 'UTC'))",
    read: 'toUnixTimestamp64Milli(t)',
  },
  {
    name: 'u',
    type: 'timestamp',
    column: "DateTime64(6, 'UTC')",
    read: 'floor(toUnixTimestamp64Micro(u) / 1000)',
  },
  { name: 's', type: 'string', column: 'Nullable(String)', read: 's' },
  { name: 'li', type: 'list<int32>', column: 'Array(Int32)', read: 'li' },
  { name: 'll', type: 'list<int64>', column: 'Array(Int64)', read: 'arrayMap(x -> toString(x), ll)' },
  {
    name: 'ld',
    type: 'list<double>',
    column: 'Array(Float64)',
    read: 'if(arrayAll(x -> isFinite(x), ld), ld, [nan])',
  },
  { name: 'ls', type: 'list<string>', column: 'Array(String)', read: 'ls' },
  { name: 'v', type: 'vector<2>', column: 'Array(Float32)', read: 'arrayMap(x -> toFloat64(x), v)' },
];

type Json = null | number | string | readonly (null | number | string)[];

/** What the cell holds, from what JSON said of the column. */
function cellOf({ type }: TableField, value: Json): TableCellValue | null {
  if (value === null) return null;
  const one = (item: null | number | string) =>
    type.includes('int64') ? BigInt(item as string) : typeof item === 'number' ? item + 0 : (item as string);
  if (!Array.isArray(value)) return one(value as number | string);
  if (value.includes(null) || (value.length === 0 && type.startsWith('vector'))) return null;
  return value.map(one);
}

test.each([1, 2, 3])(
  'random values of every type are the bytes that the codec writes (seed %i)',
  async (seed) => {
    const table = `cells_${seed}`;
    const columns = FIELDS.map(({ name, column }) => `${name} ${column}`).join(', ');
    await store.command(
      `CREATE TABLE ${table} (user String, at DateTime64(3, 'UTC'), ${columns}) ENGINE = MergeTree ORDER BY user`,
    );
    const structure = FIELDS.filter(({ name }) => name !== 'v').map(
      ({ name, column }) => `${name} ${column}`,
    );
    await store.command(`
    INSERT INTO ${table} SELECT toString(rowNumberInAllBlocks()), '2026-05-10 11:00:00', ${structure.map((column) => column.split(' ')[0]).join(', ')},
      if(rowNumberInAllBlocks() % 5 = 0, [], [toFloat32(f), toFloat32(ifNull(i, 0))])
    FROM generateRandom('${structure.join(', ').replaceAll("'", "\\'")}', ${seed}, 12, 6) LIMIT 2000`);
    const read = FIELDS.map(({ name, read }) => `${read} AS c_${name}`).join(', ');
    const rows = await store.rows<Readonly<Record<string, Json>>>(`SELECT user, ${read} FROM ${table}`);
    const source = tableSource(
      FIELDS.map(({ name, type }) => ({ name, type })),
      { table },
    );
    const layout = layoutOf(source);
    const run = { tickMs: TABLE_TICK, changedSinceMs: null, sinceMs: null };
    const found = new Map<string, Buffer>();
    const types = await readTableColumns(store, source);
    for await (const { keys, values } of streamTableValues(store, layout, types, run, {
      chunk: 0,
      chunks: 1,
    }))
      for (const [i, key] of keys.entries()) found.set(key.toString(), Buffer.from(values[i] as Buffer));
    expect(found.size).toBe(2_000);
    const cursor = new TableValue(layout);
    for (const row of rows) {
      const value = found.get(row.user as string) as Buffer;
      expect(cursor.open(value)).toBe(true);
      const cells = encodeTableCells(
        layout,
        FIELDS.map((field) => cellOf(field, row[`c_${field.name}`] as Json)),
      );
      expect(value.subarray(8 + 32).toString('hex')).toBe(Buffer.from(cells).toString('hex'));
    }
  },
);
