import type { TableField } from '@forebay/definitions';
import {
  checkTableValues,
  type OfflineStore,
  openOfflineStore,
  readTableColumns,
  type TableRun,
} from '@forebay/offline-store';
import { sharedStack, useDatabase } from '../support/stack';
import { createTable, layoutOf, TABLE_TICK, tableSource } from './table-fixture';

const TICK = TABLE_TICK;
const database = useDatabase('table_columns');
let store: OfflineStore;

beforeAll(async () => {
  store = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
});
afterAll(() => store.close());

const run = (tickMs = TICK, more: Partial<TableRun> = {}): TableRun => ({
  tickMs,
  changedSinceMs: null,
  sinceMs: null,
  ...more,
});

describe('what does not fit is refused', () => {
  const refusal = async (fields: readonly TableField[], columns: readonly string[]): Promise<string> => {
    const source = tableSource(fields);
    await createTable(store, { ...source, fields: source.fields.slice(0, columns.length) }, columns);
    return readTableColumns(store, source).then(
      () => 'accepted',
      (error: Error) => error.message.replace(source.table as string, 'TABLE'),
    );
  };
  const AT = "DateTime64(3, 'UTC')";
  const place = 'table source "profiles", table "TABLE": ';

  test('a column that is missing', async () => {
    expect(await refusal([{ name: 'rank', type: 'int32' }], ['String', AT])).toBe(
      `${place}there is no column "rank": the columns are "user", "at"`,
    );
  });

  test.each<[TableField['type'], string, string]>([
    [
      'int32',
      'UInt64',
      'column "x" is UInt64, and its field int32, which takes Int8, Int16, Int32, UInt8 or UInt16',
    ],
    ['timestamp', 'Int64', 'takes DateTime64, DateTime, Date or Date32'],
    ['double', 'Nullable(Int64)', 'column "x" is Nullable(Int64), and its field double'],
    ['string', 'FixedString(4)', 'takes String, Enum8, Enum16 or UUID'],
    ['bool', 'Array(Bool)', 'column "x" is Array(Bool), and its field bool'],
    ['list<string>', 'String', 'takes Array of String, Enum8, Enum16 or UUID'],
    ['list<int32>', 'Array(Nullable(Int32))', 'which has no nulls in it: take them out in a query'],
    [
      'vector<3>',
      'Array(Int32)',
      'column "x" is Array(Int32), and its field vector<3>, which takes Array of Float32, Float64 or BFloat16',
    ],
    ['vector<3>', 'Array(Array(Float32))', 'takes Array of Float32'],
    ['string', 'Tuple(a Int8, b String)', 'column "x" is Tuple( a Int8, b String)'],
  ])('a field %s from %s', async (type, column, message) => {
    expect(await refusal([{ name: 'x', type }], ['String', AT, column])).toContain(message);
  });

  test('every problem at once', async () => {
    const fields: TableField[] = [
      { name: 'x', type: 'int32' },
      { name: 'y', type: 'int32' },
    ];
    const message = await refusal(fields, ['String', 'String', 'String']);
    expect(message.split('; ')).toHaveLength(3);
  });

  test('a table that is not there, and a query that does not run', async () => {
    const missing = tableSource([], { table: 'nowhere' });
    await expect(readTableColumns(store, missing)).rejects.toThrow(
      /table source "profiles", table "nowhere" cannot be read: clickhouse: UNKNOWN_TABLE/,
    );
    const broken = tableSource([], { table: null, query: 'SELECT 1 FORM numbers(3)' });
    await expect(readTableColumns(store, broken)).rejects.toThrow(
      /table source "profiles", query cannot be read: clickhouse: .*; create what is missing, or correct/s,
    );
  });

  test('join keys that would be those of other entities', async () => {
    const query = `SELECT if(number = 1, unhex('ff41'), 'a') AS user, toUInt64(18446744073709551615 - number) AS shop,
      toDateTime64('2026-05-10 11:00:00', 3, 'UTC') AS at FROM numbers(2)`;
    const source = tableSource([{ name: 'shop', type: 'int64' }], { table: null, query });
    const layout = layoutOf(source, { keyFields: ['user', 'shop'], features: [] });
    const columns = await readTableColumns(store, source);
    await expect(checkTableValues(store, layout, columns, run())).rejects.toThrow(
      /join key field "user" is no UTF-8 text in 1 row: .A for entity ".*"; join key field "shop" is no int64 in 2 rows: 184467440737095516/,
    );
  });

  test('vectors of another length, integers beyond int64, and text that is not UTF-8, with the number of their rows', async () => {
    const query = `SELECT toString(number) AS user, toDateTime64('2026-05-10 11:00:00', 3, 'UTC') AS at,
      arrayResize([toFloat32(1)], number % 3) AS embedding,
      if(number = 5, 18446744073709551615, number) AS big, if(number > 3, unhex('ff41'), 'x') AS label FROM numbers(6)`;
    const fields: TableField[] = [
      { name: 'embedding', type: 'vector<2>' },
      { name: 'big', type: 'int64' },
      { name: 'label', type: 'string' },
    ];
    const layout = layoutOf(tableSource(fields, { table: null, query }));
    const columns = await readTableColumns(store, layout.source);
    await expect(checkTableValues(store, layout, columns, run())).rejects.toThrow(
      'table source "profiles", query: feature "embedding" is no vector of 2 numbers in 2 rows: one of 1 for entity "1"; ' +
        'feature "big" is no int64 in 1 row: 18446744073709551615 for entity "5"; ' +
        'feature "label" is no UTF-8 text in 2 rows: �A for entity "4"; correct these rows, or leave them out in a query',
    );
    await checkTableValues(store, layout, columns, run(Date.UTC(2026, 4, 10, 10)));
    await checkTableValues(store, layout, columns, run(TICK, { changedSinceMs: Date.UTC(2026, 4, 10, 11) }));
  });
});
