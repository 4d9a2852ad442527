import type { TableCellValue, TableLayout } from '@forebay/algebra';
import { DAY_MS, MINUTE_MS } from '@forebay/contract';
import type { TableField } from '@forebay/definitions';
import {
  type OfflineStore,
  openOfflineStore,
  readTableColumns,
  streamTableValues,
  surveyTable,
  type TableRun,
} from '@forebay/offline-store';
import { sharedStack, useDatabase } from '../support/stack';
import {
  createTable,
  layoutOf,
  manyRows,
  naiveValues,
  newest,
  oldRows,
  type ProfileRow,
  TABLE_TICK,
  tableSource,
  twoClockTable,
} from './table-fixture';

const TICK = TABLE_TICK;
const database = useDatabase('tables');
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

async function valuesOf(layout: TableLayout, of: TableRun = run(), chunks = 1): Promise<Map<string, Buffer>> {
  const columns = await readTableColumns(store, layout.source);
  const found = new Map<string, Buffer>();
  for (let chunk = 0; chunk < chunks; chunk++) {
    for await (const { keys, values } of streamTableValues(store, layout, columns, of, { chunk, chunks })) {
      for (const [i, key] of keys.entries()) {
        expect(found.has(key.toString())).toBe(false);
        found.set(key.toString(), Buffer.from(values[i] as Buffer));
      }
    }
  }
  return found;
}

const EVERY_TYPE: readonly (TableField & { readonly column: string })[] = [
  { name: 'flag', type: 'bool', column: 'Nullable(Bool)' },
  { name: 'rank', type: 'int32', column: 'Nullable(Int32)' },
  { name: 'total', type: 'int64', column: 'Nullable(Int64)' },
  { name: 'share', type: 'double', column: 'Nullable(Float64)' },
  { name: 'seen', type: 'timestamp', column: "Nullable(DateTime64(3, 'UTC'))" },
  { name: 'label', type: 'string', column: 'LowCardinality(Nullable(String))' },
  { name: 'flags', type: 'list<bool>', column: 'Array(Bool)' },
  { name: 'ranks', type: 'list<int32>', column: 'Array(Int32)' },
  { name: 'totals', type: 'list<int64>', column: 'Array(Int64)' },
  { name: 'shares', type: 'list<double>', column: 'Array(Float64)' },
  { name: 'days', type: 'list<timestamp>', column: 'Array(Date32)' },
  { name: 'labels', type: 'list<string>', column: 'Array(String)' },
  { name: 'embedding', type: 'vector<3>', column: 'Array(Float32)' },
];

test('values of every type are the bytes that the codec writes, nulls and empty lists too', async () => {
  const source = tableSource(EVERY_TYPE.map(({ name, type }) => ({ name, type })));
  await createTable(store, source, [
    'String',
    "DateTime64(3, 'UTC')",
    ...EVERY_TYPE.map(({ column }) => column),
  ]);
  const layout = layoutOf(source);
  const whole = `('a', '2026-05-10 11:00:00.001', true, -2147483648, -9223372036854775808, 0.1, '1969-07-20 20:17:40.123', 'Grüße 👋',
    [true, false], [-1, 2147483647], [9223372036854775807, -1], [0.5, -1e300], ['1970-01-01', '1969-12-31'], ['', 'é', 'abc'], [1, -0.5, 3.25])`;
  const empty = `('b', '2026-05-10 11:00:00.002', NULL, NULL, NULL, NULL, NULL, NULL, [], [], [], [], [], [], [])`;
  const odd = `('c', '2026-05-10 11:00:00.003', false, 0, 0, nan, NULL, '', [], [], [], [1, inf], [], [], [1, nan, 2])`;
  const zeros = `('d', '2026-05-10 11:00:00.004', false, 0, 0, -0., NULL, '', [], [], [], [-0.], [], [], [-0., 0, 0])`;
  await store.command(`INSERT INTO ${source.table} VALUES ${whole}, ${empty}, ${odd}, ${zeros}`);

  const at = Date.UTC(2026, 4, 10, 11);
  const a: TableCellValue[] = [
    1,
    -2_147_483_648,
    -9_223_372_036_854_775_808n,
    0.1,
    Date.UTC(1969, 6, 20, 20, 17, 40, 123),
    'Grüße 👋',
    [1, 0],
    [-1, 2_147_483_647],
    [9_223_372_036_854_775_807n, -1],
    [0.5, -1e300],
    [0, -DAY_MS],
    ['', 'é', 'abc'],
    [1, -0.5, 3.25],
  ];
  const b = [null, null, null, null, null, null, [], [], [], [], [], [], null];
  const c = [0, 0, 0, null, null, '', [], [], [], null, [], [], null];
  const d = [0, 0, 0, 0, null, '', [], [], [], [0], [], [], [0, 0, 0]];
  const rows = [a, b, c, d].map(
    (values, i): ProfileRow => ({ user: 'abcd'[i] as string, at: at + 1 + i, values }),
  );
  const values = await valuesOf(layout);
  expect(values).toEqual(naiveValues(layout, rows, TICK));
  expect(newest(layout, values.get('a') as Buffer)).toEqual(a);
  expect(newest(layout, values.get('d') as Buffer)).toEqual(d);
});

test('columns of wider types become what the fields are', async () => {
  const source = tableSource([
    { name: 'b', type: 'bool' },
    { name: 'i', type: 'int32' },
    { name: 'l', type: 'int64' },
    { name: 'm', type: 'int64' },
    { name: 'd', type: 'double' },
    { name: 'f', type: 'double' },
    { name: 's', type: 'string' },
    { name: 'u', type: 'string' },
    { name: 't', type: 'timestamp' },
    { name: 'n', type: 'timestamp' },
    { name: 'v', type: 'vector<2>' },
  ]);
  const types = ["Enum8('x' = 1)", 'DateTime', 'UInt8', 'UInt16', 'UInt64', 'UInt32', 'Decimal(18, 4)'];
  types.push('Float32', "Enum16('x' = 1)", 'UUID', "DateTime64(6, 'Europe/Berlin')", 'DateTime64(9)');
  types.push('Array(Float64)');
  await createTable(store, source, types);
  await store.command(
    `INSERT INTO ${source.table} VALUES ('x', '2026-05-10 11:00:00', 2, 65535, 9223372036854775807, 4294967295, -1.5, 0.1, 'x',
      '61f0c404-5cb3-11e7-907b-a6006ad3dba0', '1970-01-01 00:59:59.999999', '1969-12-31 23:59:59.998000001', [0.1, 1e-300])`,
  );
  const layout = layoutOf(source);
  expect(newest(layout, (await valuesOf(layout)).get('x') as Buffer)).toEqual([
    1,
    65_535,
    9_223_372_036_854_775_807n,
    4_294_967_295,
    -1.5,
    Math.fround(0.1),
    'x',
    '61f0c404-5cb3-11e7-907b-a6006ad3dba0',
    -1,
    -2,
    [Math.fround(0.1), 0],
  ]);
});

test('the latest row that the tick sees, and the one of the tick before where it is new, as a naive reading says', async () => {
  const rows = manyRows(20_261_125, 900);
  const layout = await twoClockTable(store, rows);
  for (let tick = TICK - 3 * MINUTE_MS; tick <= TICK + 4 * MINUTE_MS; tick += MINUTE_MS) {
    const wanted = naiveValues(layout, rows, tick);
    expect(await valuesOf(layout, run(tick))).toEqual(wanted);
    expect(await valuesOf(layout, run(tick), 3)).toEqual(wanted);
  }
});

test('an incremental run makes the bytes of a full one, for the entities whose rows are new', async () => {
  const rows = [...manyRows(7, 600), ...oldRows(20)];
  const layout = await twoClockTable(store, rows);
  for (const [base, tick] of [
    [TICK - MINUTE_MS, TICK],
    [TICK - 4 * MINUTE_MS, TICK + MINUTE_MS],
  ] as const) {
    const full = naiveValues(layout, rows, tick);
    const before = naiveValues(layout, rows, base);
    const changed = await valuesOf(layout, run(tick, { changedSinceMs: base }));
    for (const [user, value] of changed) expect(value).toEqual(full.get(user));
    const slot = (value: Buffer | undefined) => value?.subarray(8, 8 + value.readUInt32LE(4));
    const missed = [...full].filter(
      ([user, value]) =>
        !changed.has(user) && !(slot(value) as Buffer).equals(slot(before.get(user)) ?? Buffer.alloc(0)),
    );
    expect(missed).toEqual([]);
    expect(changed.size).toBeGreaterThan(0);
    expect(changed.size).toBeLessThan(full.size);
  }
});

test('rows that no longer count are not read', async () => {
  const rows = [
    { user: 'old', at: TICK - DAY_MS - 1, values: [1, 'x'] },
    { user: 'new', at: TICK - DAY_MS, values: [2, 'y'] },
  ];
  const layout = await twoClockTable(store, rows);
  expect([...(await valuesOf(layout, run(TICK, { sinceMs: TICK - DAY_MS }))).keys()]).toEqual(['new']);
});

test('days count from midnight in UTC, whatever the zone of the server', async () => {
  const query = `SELECT toString(number) AS user, toDate('2026-05-08') + number AS at, true AS flag FROM numbers(3)`;
  const layout = layoutOf(tableSource([{ name: 'flag', type: 'bool' }], { table: null, query }));
  const seen = async (sinceMs: number) => [...(await valuesOf(layout, run(TICK, { sinceMs }))).keys()].sort();
  expect(await seen(Date.UTC(2026, 4, 9))).toEqual(['1', '2']);
  expect(await seen(Date.UTC(2026, 4, 9) + 1)).toEqual(['2']);
});

test('a survey counts what is seen, what is new, and what is of no entity', async () => {
  const source = tableSource([{ name: 'rank', type: 'int32' }], { twoClocks: true });
  const instant = "Nullable(DateTime64(3, 'UTC'))";
  await createTable(store, source, ['Nullable(String)', instant, instant, 'Int32']);
  await store.command(`INSERT INTO ${source.table} VALUES
    ('a', '2026-05-10 11:59:00', NULL, 1), ('a', '2026-05-10 11:58:00', '2026-05-10 12:00:10', 1), ('b', '2026-05-10 12:00:00.001', NULL, 1),
    ('c', '2026-05-10 09:00:00', NULL, 1), (NULL, '2026-05-10 11:00:00', NULL, 1), ('d', NULL, NULL, 1), (NULL, NULL, NULL, 1)`);
  const layout = layoutOf(source);
  const columns = await readTableColumns(store, source);
  const survey = (tickMs: number, baseMs: number | null) =>
    surveyTable(store, layout, columns, {
      tickMs,
      baseMs,
      sinceMs: TICK - 60 * MINUTE_MS,
      digestMs: 5 * MINUTE_MS,
    });
  const { digest, baseDigest, ...counts } = await survey(TICK, TICK - MINUTE_MS);
  expect(counts).toEqual({
    rows: 7,
    withoutKey: 2,
    withoutTime: 2,
    seen: 3,
    counting: 2,
    changed: 1,
    nextEventTimeMs: TICK + 1,
  });
  expect([digest.rows, baseDigest.rows]).toEqual([2, 1]);
  expect((await survey(TICK - MINUTE_MS, null)).digest).toEqual(baseDigest);
  await store.command(`INSERT INTO ${source.table} VALUES ('e', '2026-05-10 11:58:30', NULL, 1)`);
  expect((await survey(TICK, TICK - MINUTE_MS)).baseDigest).not.toEqual(baseDigest);
});

test('a table of another database, and a query with CTEs, unions and settings', async () => {
  const rows = "SELECT 'a' AS user, toDateTime64('2026-05-10 11:00:00', 3, 'UTC') AS at, toInt32(1) AS rank";
  const table = `${database.name}.in_a_database`;
  await store.command(`CREATE TABLE ${table} ENGINE = MergeTree ORDER BY user AS ${rows}`);
  const rank: TableField[] = [{ name: 'rank', type: 'int32' }];
  const byTable = layoutOf(tableSource(rank, { table }));
  expect([...(await valuesOf(byTable)).keys()]).toEqual(['a']);
  const query = `WITH mine AS (SELECT * FROM ${table}) SELECT * FROM mine UNION ALL SELECT 'b', at, toInt32(2) FROM mine SETTINGS max_threads = 1`;
  const byQuery = layoutOf(tableSource(rank, { table: null, query }));
  expect([...(await valuesOf(byQuery)).keys()].sort()).toEqual(['a', 'b']);
});

test('a query is a table too, with comments and a rank over all', async () => {
  const query = `
    SELECT toString(number) AS user, toDateTime64('2026-05-10 11:00:00', 3, 'UTC') AS at,
      row_number() OVER (ORDER BY number DESC) AS rank, number / 4 AS share
    FROM numbers(5) -- the fifth is the first`;
  const fields: TableField[] = [
    { name: 'rank', type: 'int64' },
    { name: 'share', type: 'double' },
  ];
  const layout = layoutOf(tableSource(fields, { table: null, query }));
  const values = await valuesOf(layout);
  expect(newest(layout, values.get('4') as Buffer)).toEqual([1, 1]);
  expect(newest(layout, values.get('0') as Buffer)).toEqual([5, 0]);
});

test('embeddings of 768 numbers', async () => {
  const query = `SELECT toString(number) AS user, toDateTime64('2026-05-10 11:00:00', 3, 'UTC') AS at,
    arrayMap(i -> toFloat32(number + i / 768), range(768)) AS embedding FROM numbers(3)`;
  const source = tableSource([{ name: 'embedding', type: 'vector<768>' }], { table: null, query });
  const layout = layoutOf(source);
  const values = await valuesOf(layout);
  const [embedding] = newest(layout, values.get('2') as Buffer) as [number[]];
  expect(embedding).toEqual(Array.from({ length: 768 }, (_, i) => Math.fround(2 + i / 768)));
  expect((values.get('2') as Buffer).length).toBe(8 + 32 + 1 + 4 + 4 * 768);
});

test('join keys of several types are written as they are asked for', async () => {
  const query = `SELECT 'a.b{c}%' AS user, toInt64(-5) AS shop, true AS vip, toDateTime64('2026-05-10 11:00:00', 3, 'UTC') AS at, 1 AS rank`;
  const source = tableSource(
    [
      { name: 'shop', type: 'int64' },
      { name: 'vip', type: 'bool' },
      { name: 'rank', type: 'int32' },
    ],
    { table: null, query },
  );
  const layout = layoutOf(source, { keyFields: ['user', 'shop', 'vip'] });
  expect([...(await valuesOf(layout)).keys()]).toEqual(['a%2Eb%7Bc%7D%25.-5.true']);
});
