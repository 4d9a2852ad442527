/** `forebay verify --served-log` on a real ClickHouse: which served values are others than a training set has. */
import {
  createMetaTables,
  type OfflineStore,
  openOfflineStore,
  SERVED_DIFFERENCES_TABLE,
  SERVED_LAYOUTS_TABLE,
  SERVED_VECTORS_TABLE,
  SERVED_VERIFIED_TABLE,
} from '@forebay/offline-store';
import { sameValueSql } from '@forebay/training-set';
import { ordersDefinitions, uniqueName, useCli } from './cli-harness';

let store: OfflineStore;

// Before the servers stop: hooks run in the order in which they stand.
afterAll(() => store.close());

const cli = useCli({ own: ['redis', 'queueRedis'] });

const DAY = ['--from', '2023-12-01T00:00:00Z', '--to', '2023-12-02T00:00:00Z'];
const VIEW = 'by_customer@1';
const FEATURES = ['orders_recent', 'spent_24h', 'orders_lifetime'];

interface Served {
  readonly request: string;
  readonly at: string;
  readonly customer: string;
  readonly values: readonly (number | null)[];
  readonly statuses?: readonly string[];
}

/** Rows as serving writes them, see docs/SERVED-LOG.md. */
async function log(rows: readonly Served[], views = [VIEW, VIEW, VIEW]): Promise<void> {
  const layout = `${views.join()}`;
  await store.insertRows(SERVED_LAYOUTS_TABLE, [
    {
      layout,
      names: FEATURES,
      types: ['int64', 'double', 'int64'],
      views: views.map((view) => view.split('@')[0]),
      view_versions: views.map((view) => Number(view.split('@')[1])),
      places: [1, 2, 3],
    },
  ]);
  await store.insertRows(
    SERVED_VECTORS_TABLE,
    rows.map(({ request, at, customer, values, statuses = FEATURES.map(() => 'PRESENT') }) => ({
      as_of: `2023-12-01 ${at}`,
      project: 'shopping',
      feature_service: 'checkout@1',
      request_id: request,
      row: 0,
      entity_key: customer,
      keys: { customer },
      layout,
      statuses,
      numbers: values.map((value) => value ?? 'nan'),
    })),
  );
}

beforeAll(async () => {
  const { FOREBAY_CLICKHOUSE_URL: url = '', FOREBAY_CLICKHOUSE_DATABASE: database = '' } = cli.environment;
  const definitions = cli.file('orders.ts', ordersDefinitions({ topic: uniqueName('orders') }));
  await cli.json(['apply', definitions]);
  store = await openOfflineStore({ url, database });
  await createMetaTables(store);
  const history = ['2023-12-01T00:00:00Z,c1,1,2.5', '2023-12-01T00:30:00Z,c1,1,1.5'];
  const file = cli.file('history.csv', `time,customer,shop,price\n${history.join('\n')}\n`);
  await cli.json(['load', '--source', 'orders', '--file', file, '--complete-until', '2024-01-01T00:00:00Z']);
});

afterEach(async () => {
  for (const table of [SERVED_VECTORS_TABLE, SERVED_LAYOUTS_TABLE])
    await store.command(`TRUNCATE TABLE ${table}`);
});

const verify = (...more: string[]) => ['verify', '--served-log', ...DAY, ...more];
const counts = (features: readonly Record<string, number>[], name: string) =>
  features.map((feature) => feature[name]);

test('what was served as a training set has it does not differ, whatever was DEGRADED', async () => {
  const none = ['NOT_FOUND', 'NOT_FOUND', 'NOT_FOUND'];
  await log([
    { request: 'a', at: '00:45:00', customer: 'c1', values: [2, 4, 2] },
    { request: 'b', at: '00:45:00', customer: 'nobody', values: [0, 0, 0], statuses: none },
    {
      request: 'c',
      at: '00:46:00',
      customer: 'c1',
      values: [2, 9, 2],
      statuses: ['PRESENT', 'DEGRADED', 'PRESENT'],
    },
  ]);
  const { rows, features, differences } = await cli.json(verify());
  expect(rows).toBe(3);
  expect(
    features.map(({ view, feature }: { view: string; feature: string }) => `${view}:${feature}`),
  ).toEqual(FEATURES.map((feature) => `${VIEW}:${feature}`).sort());
  expect(counts(features, 'compared')).toEqual([3, 3, 2]);
  expect(counts(features, 'degraded')).toEqual([0, 0, 1]);
  expect(counts(features, 'different')).toEqual([0, 0, 0]);
  expect(differences).toEqual([]);
});

test('a value that differs is told with its row, kept, and makes the command fail', async () => {
  await log([
    { request: 'right', at: '00:45:00', customer: 'c1', values: [2, 4, 2] },
    { request: 'wrong', at: '00:45:00', customer: 'c1', values: [2, 4.001, 2] },
    {
      request: 'missing',
      at: '00:50:00',
      customer: 'c1',
      values: [2, 4, null],
      statuses: ['PRESENT', 'PRESENT', 'NULL_VALUE'],
    },
  ]);
  const { code, out, err } = await cli.run(verify());
  expect([code, err]).toMatchObject([1, expect.stringContaining('served 4.001, recomputed 4')]);
  expect(err).toContain(
    `${VIEW}:orders_lifetime of c1 at 2023-12-01T00:50:00.000Z (request missing, row 0): served null NULL_VALUE, recomputed 2`,
  );
  expect(out).toMatch(/spent_24h\s+│ 3\s+│ 1\s+│ 0/);
  expect(
    await store.rows(
      `SELECT feature, request_id, entity_key, served FROM ${SERVED_DIFFERENCES_TABLE} WHERE request_id IN ('wrong', 'missing') ORDER BY feature`,
    ),
  ).toEqual([
    { feature: 'orders_lifetime', request_id: 'missing', entity_key: 'c1', served: 'null NULL_VALUE' },
    { feature: 'spent_24h', request_id: 'wrong', entity_key: 'c1', served: '4.001' },
  ]);
  const [kept] = await store.rows<{ runs: number }>(
    `SELECT toFloat64(uniq(run)) AS runs FROM ${SERVED_VERIFIED_TABLE} WHERE different > 0`,
  );
  expect(kept?.runs).toBe(1);
  const { code: tolerated } = await cli.run(
    verify('--to', '2023-12-01T00:48:00Z', '--tolerance', `${VIEW}:spent_24h=0.01`),
  );
  expect(tolerated).toBe(0);
});

test('an event that became known around the instant may be in the value or not', async () => {
  await log([{ request: 'a', at: '00:30:20', customer: 'c1', values: [1, 2.5, 1] }]);
  const { features } = await cli.json(verify());
  expect(counts(features, 'different')).toEqual([0, 0, 0]);
  expect(counts(features, 'inFlight')).toEqual([1, 1, 1]);
  const { code } = await cli.run(verify('--in-flight', '10s'));
  expect(code).toBe(1);
});

test('of views that the registry does not have any more nothing is said', async () => {
  await log([{ request: 'a', at: '00:45:00', customer: 'c1', values: [7, 4, 2] }], ['gone@3', VIEW, VIEW]);
  const { features, retired } = await cli.json(verify());
  expect(retired).toEqual(['gone@3']);
  expect(counts(features, 'compared')).toEqual([1, 1]);
});

test('a feature that there is not is no feature to tolerate', async () => {
  const { code, err } = await cli.run(verify('--tolerance', `${VIEW}:spend=0.1`));
  expect([code, err]).toMatchObject([1, expect.stringContaining('has no such feature')]);
});

test.each([
  [
    'int64',
    "CAST(9007199254740993, 'Nullable(Int64)')",
    "CAST(9007199254740992, 'Nullable(Int64)')",
    0,
    false,
  ],
  ['int64', "CAST(NULL, 'Nullable(Int64)')", "CAST(NULL, 'Nullable(Int64)')", 0, true],
  ['int64', "CAST(0, 'Nullable(Int64)')", "CAST(NULL, 'Nullable(Int64)')", 0, false],
  ['double', 'toNullable(1e9)', 'toNullable(1e9 + 0.5)', 1e-9, true],
  ['double', 'toNullable(1e9)', 'toNullable(1e9 + 1.5)', 1e-9, false],
  ['double', 'toNullable(0.)', 'toNullable(1e-10)', 1e-9, true],
  ['string', "toNullable('a')", "toNullable('b')", 0, false],
  ['bool', 'toNullable(true)', "CAST(NULL, 'Nullable(Bool)')", 0, false],
  ['list<double>', '[1., 2.]', '[1., 2.0000000001]', 1e-9, true],
  ['list<double>', '[1., 2.]', '[1.]', 1e-9, false],
  ['list<string>', "['a', 'b']", "['b', 'a']", 0, false],
  ['map<string,double>', "map('a', 1., 'b', 2.)", "map('b', 2.0000000001, 'a', 1.)", 1e-9, true],
  ['map<string,double>', "map('a', 1., 'b', 2.)", "map('a', 1., 'c', 2.)", 1e-9, false],
  ['map<int64,int64>', 'map(1, 2)', 'map(1, 3)', 0, false],
  ['vector<2>', '[toFloat32(1), toFloat32(2)]', '[toFloat32(1), toFloat32(2)]', 0, true],
] as const)('%s: %s and %s, with tolerance %d, are the same: %s', async (type, a, b, tolerance, same) => {
  const [row] = await store.rows<{ same: number }>(
    `SELECT toUInt8(${sameValueSql(type, 'a', 'b', tolerance)}) AS same FROM (SELECT ${a} AS a, ${b} AS b)`,
  );
  expect(row?.same === 1).toBe(same);
});
