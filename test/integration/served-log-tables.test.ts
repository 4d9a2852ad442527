import { DAY_MS, floorTo, HOUR_MS } from '@forebay/contract';
import type { TableField } from '@forebay/definitions';
import { createMetaTables, type OfflineStore, openOfflineStore } from '@forebay/offline-store';
import { connectRedis, type RedisConnection } from '@forebay/online-store';
import { sharedStack, useDatabase, useOwnRedis, waitFor } from '../support/stack';
import { loggedRows } from './served-log-fixture';
import { type RunningService, startService } from './serving-fixture';
import { createTable, tableSource } from './table-fixture';
import { ServedTable } from './table-views-fixture';

const TICK = floorTo(Date.now(), HOUR_MS);
const INSTANT = "DateTime64(3, 'UTC')";

let offline: OfflineStore;
let redis: RedisConnection;
let service: RunningService;
let nowMs = TICK;

// Before the servers stop: hooks run in the order in which they stand.
afterAll(async () => {
  await service.stop();
  await redis.close();
  await offline.close();
});

const ownRedis = useOwnRedis();
const database = useDatabase('served_tables');

beforeAll(async () => {
  offline = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
  await createMetaTables(offline);
  redis = await connectRedis({ url: ownRedis.url, role: 'batch', setting: 'REDIS_URL' });
  service = await startService({
    redisUrl: ownRedis.url,
    clock: () => nowMs,
    defaultDeadlineMs: 5_000,
    logClickhouseUrl: sharedStack.clickhouseUrl,
    clickhouseDatabase: database.name,
    logShare: 1,
    logFlushEveryMs: 50,
  });
});

test('values of tables are in the log as they were served, vectors and lists of every type among them', async () => {
  const types: readonly (TableField & { readonly column: string })[] = [
    { name: 'flag', type: 'bool', column: 'Nullable(Bool)' },
    { name: 'total', type: 'int64', column: 'Nullable(Int64)' },
    { name: 'share', type: 'double', column: 'Nullable(Float64)' },
    { name: 'seen', type: 'timestamp', column: `Nullable(${INSTANT})` },
    { name: 'label', type: 'string', column: 'Nullable(String)' },
    { name: 'flags', type: 'list<bool>', column: 'Array(Bool)' },
    { name: 'totals', type: 'list<int64>', column: 'Array(Int64)' },
    { name: 'shares', type: 'list<double>', column: 'Array(Float64)' },
    { name: 'days', type: 'list<timestamp>', column: 'Array(Date32)' },
    { name: 'labels', type: 'list<string>', column: 'Array(String)' },
    { name: 'embedding', type: 'vector<768>', column: 'Array(Float32)' },
  ];
  const source = tableSource(types.map(({ name, type }) => ({ name, type })));
  await createTable(offline, source, ['String', INSTANT, ...types.map(({ column }) => column)]);
  const at = new Date(TICK - 1).toISOString().slice(0, -1);
  await offline.command(`INSERT INTO ${source.table} VALUES
    ('whole', '${at}', true, -9223372036854775808, 0.1, '1969-07-20 20:17:40.123', 'Grüße 👋', [true, false],
      [9223372036854775807, -1], [0.1, -1e300], ['1970-01-01', '1969-12-31'], ['', 'é'], arrayMap(i -> i / 768, range(768))),
    ('empty', '${at}', NULL, NULL, NULL, NULL, NULL, [], [], [], [], [], [])`);
  const servers = {
    offline,
    redis,
    service,
    setClock: (ms: number) => {
      nowMs = ms;
    },
  };
  const table = await ServedTable.create(servers, source);
  await table.run(TICK + 10_000);
  const users = ['whole', 'empty', 'nobody'];
  const answers = await table.read(users, table.clockOf(TICK));
  const rows = await waitFor(
    async () => {
      const found = (await loggedRows(offline)).filter(({ as_of_ms }) => as_of_ms === String(nowMs));
      const byUser = users.map((user) => found.find(({ entity_key }) => entity_key === user));
      return byUser.every((row) => row !== undefined && row.views.length > 0) ? byUser : null;
    },
    { deadlineMs: 20_000, message: 'the rows are not in the log' },
  );
  expect(answers[0]?.values).toMatchObject({ total: -9_223_372_036_854_775_808n, days: [0, -DAY_MS] });
  rows.forEach((row, i) => {
    expect(row?.values).toStrictEqual(answers[i]?.values);
    expect(row?.statuses).toEqual(Object.values(answers[i]?.statuses ?? {}));
  });
});
