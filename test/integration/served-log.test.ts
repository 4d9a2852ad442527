import type { OnlineFeatures } from '@forebay/client';
import { DAY_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import { EntityPlaces } from '@forebay/definitions';
import { type OfflineStore, openOfflineStore, SERVED_VALUES_VIEW } from '@forebay/offline-store';
import { connectRedis, type RedisConnection } from '@forebay/online-store';
import { sharedStack, useDatabase, useOwnRedis, waitFor } from '../support/stack';
import { countLogged, type LoggedRow, loggedRows } from './served-log-fixture';
import { experimentRegistry } from './serving-experiment';
import { type RunningService, Seeder, startService } from './serving-fixture';
import { shopRegistry } from './serving-shop';
import { ALWAYS, BIG, CUT, purchase, T } from './serving-shop-fixture';

let connection: RedisConnection;
let store: OfflineStore;
let seeder: Seeder;
let service: RunningService;

// Before the servers stop: hooks run in the order in which they stand.
afterAll(async () => {
  await service.stop();
  await connection.close();
  await store.close();
});

const redis = useOwnRedis();
const database = useDatabase('served_log');

beforeAll(async () => {
  connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
  store = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
  const [shop, trial] = [shopRegistry(), experimentRegistry()];
  const projects = [...shop.projects, ...trial.projects.map((project) => withIdsFrom(1_000, project))];
  seeder = new Seeder(connection, { ...shop, version: 17, projects });
  await seeder.apply();
  service = await start(1);
});

/** Two registries in one: ids are given once. */
function withIdsFrom<P extends object>(first: number, project: P): P {
  const moved = (value: unknown): unknown => {
    if (Array.isArray(value)) return value.map(moved);
    if (typeof value !== 'object' || value === null) return value;
    const entries = Object.entries(value).map(([name, of]) => [
      name,
      name === 'id' && typeof of === 'number' ? of + first : moved(of),
    ]);
    return Object.fromEntries(entries);
  };
  return moved(project) as P;
}

const start = (logShare: number, more: object = {}) =>
  startService({
    redisUrl: redis.url,
    clock: () => T,
    defaultDeadlineMs: 5_000,
    logClickhouseUrl: sharedStack.clickhouseUrl,
    clickhouseDatabase: database.name,
    logShare,
    logFlushEveryMs: 50,
    ...more,
  });

/** The rows of one request, when as many are there. */
function logged(requestId: string, rows: number): Promise<LoggedRow[]> {
  return waitFor(
    async () => {
      const found = (await loggedRows(store)).filter((row) => row.request_id === requestId);
      return found.length >= rows && found.every(({ views }) => views.length > 0) ? found : null;
    },
    { deadlineMs: 20_000, message: `${rows} rows of request ${requestId} are not in the log` },
  );
}

/** Exactly, −0 and the bits of floats included. */
function expectSame(rows: readonly LoggedRow[], answer: OnlineFeatures): void {
  expect(rows).toHaveLength(answer.rowCount);
  rows.forEach((row, i) => {
    expect(row.row).toBe(i);
    expect(row.as_of_ms).toBe(String(answer.asOfMs));
    const served = answer.rows[i] as Record<string, unknown>;
    const statuses = Object.values(answer.statuses(i));
    expect(row.statuses).toEqual(statuses);
    for (const [feature, value] of Object.entries(served)) {
      expect([feature, row.values[feature]]).toStrictEqual([feature, value]);
      expect(Object.is(row.values[feature], value) || typeof value === 'object').toBe(true);
    }
  });
}

test('every value of every type is in the log as it was served, with its status', async () => {
  const customers = [7, 8, 9n * 10n ** 17n];
  const of = (customer: number | bigint, ...events: ReturnType<typeof purchase>[]) =>
    events.map((event) => ({ ...event, customer }));
  const old = purchase(T - 3 * DAY_MS, { units: BIG, floor: -3, shop: '"a\\b\n\u0000ä', amount: 0.1 + 0.2 });
  const recent = [
    purchase(T - MINUTE_MS, { units: -BIG, amount: 1e-300, card: false, promised: null }),
    purchase(T - SECOND_MS, { units: null, amount: 5e300, shop: '😀', floor: 2 }),
  ];
  await seeder.streamRuns('everything', T);
  await seeder.batch(
    'everything',
    { cutMs: CUT, runClockMs: T - MINUTE_MS, coverageFromMs: ALWAYS },
    { 7: of(7, old), '900000000000000000': of(9n * 10n ** 17n, old) },
  );
  for (const customer of [7, 9n * 10n ** 17n])
    await seeder.stream('everything', String(customer), of(customer, ...recent), T);
  const answer = await service.client.getOnlineFeatures({
    project: 'shop',
    featureService: 'everything',
    keys: { customer: customers },
    requestId: 'all types',
  });
  expect(answer.requestId).toBe('all types');
  const rows = await logged('all types', 3);
  expectSame(rows, answer);
  const values = rows.flatMap((row) => Object.values(row.values));
  expect(values.filter((value) => typeof value === 'bigint').length).toBeGreaterThan(2);
  expect(values.filter((value) => value instanceof Map && value.size > 0).length).toBeGreaterThan(4);
  expect(rows[0]).toMatchObject({
    project: 'shop',
    feature_service: 'everything@1',
    variant: '',
    entity_key: '7',
    keys: { customer: '7' },
    registry_version: '17',
  });
  expect(rows[2]?.keys).toEqual({ customer: '900000000000000000' });
});

test('data of the request is in the log with the values computed from it', async () => {
  await seeder.streamRuns('shops', T);
  const answer = await service.client.getOnlineFeatures({
    project: 'shop',
    featureService: 'risk',
    keys: { customer: [7, 8], shop: ['Zürich', 'Oslo'] },
    request: { amount: [0.1 + 0.2, null], units: BIG, at: new Date(T + DAY_MS), note: ['gift', null] },
    requestId: 'on demand',
  });
  const rows = await logged('on demand', 2);
  expectSame(rows, answer);
  expect(rows[0]).toMatchObject({
    entity_key: '7.Zürich',
    keys: { customer: '7', shop: 'Zürich' },
    request_doubles: { amount: 0.1 + 0.2 },
    request_integers: { units: String(BIG), at: String(T + DAY_MS) },
    request_strings: { note: 'gift' },
  });
  expect(rows[1]).toMatchObject({ request_doubles: {}, request_strings: {} });
});

test('a list of features is logged without a service, and an answer without a name gets one', async () => {
  const features = [{ view: 'everything', feature: 'purchases_1h' }];
  const answer = await service.client.getOnlineFeatures({
    project: 'shop',
    features,
    keys: { customer: [7] },
  });
  expect(answer.requestId).toMatch(/^[0-9a-f-]{36}$/);
  const rows = await logged(answer.requestId, 1);
  expectSame(rows, answer);
  expect(rows[0]).toMatchObject({ feature_service: '', views: ['everything'] });
});

test('the rows of an experiment have their variant, and the layout that names its views', async () => {
  const users = Array.from({ length: 300 }, (_, i) => i);
  for (const view of ['spending', 'spending@2']) await seeder.streamRuns(view, T);
  const events = [{ at: T - SECOND_MS, user: 3, shop: 'a', amount: 2.5, units: 2n ** 60n }];
  for (const user of users.slice(0, 100))
    for (const view of ['spending', 'spending@2']) await seeder.stream(view, String(user), events, T);
  const answer = await service.client.getOnlineFeatures({
    project: 'trial',
    featureService: 'risk',
    keys: { user: users },
    requestId: 'trial',
  });
  const rows = await logged('trial', 300);
  expectSame(rows, answer);
  expect(rows.map(({ variant }) => variant)).toEqual(users.map((_, row) => answer.variant(row)));
  expect(new Set(rows.map(({ variant }) => variant)).size).toBe(2);
  expect(new Set(rows.map(({ views }) => views.join()))).toEqual(new Set(['spending,spending,spending']));
  // the split can be computed in ClickHouse
  const [{ wrong } = { wrong: -1 }] = await store.rows<{ wrong: number }>(
    `SELECT toUInt32(countIf((xxHash64(concat('trial/risk', '/', entity_key)) % 1000000 < 100000) != (variant = 'daily'))) AS wrong
     FROM _forebay_served_vectors WHERE request_id = 'trial'`,
  );
  expect(wrong).toBe(0);
});

test('an entity is always in the sample or never, and the sample has its share', async () => {
  const sampling = await start(0.2);
  try {
    const customers = Array.from({ length: 3_000 }, (_, i) => 1_000_000 + i);
    const ask = (asked: readonly number[], requestId: string) =>
      sampling.client.getOnlineFeatures({
        project: 'shop',
        featureService: 'habits',
        keys: { customer: asked },
        requestId,
      });
    const places = new EntityPlaces('served-log/shop');
    const sampled = customers.filter((customer) => places.of(String(customer)) < 200_000);
    expect(Math.abs(sampled.length - 600)).toBeLessThan(4 * Math.sqrt(3_000 * 0.2 * 0.8));
    for (let from = 0; from < customers.length; from += 1_000)
      await ask(customers.slice(from, from + 1_000), 'share');
    const rows = await logged('share', sampled.length);
    expect(rows.map(({ entity_key }) => Number(entity_key)).sort()).toEqual(sampled);
    const again = sampled.slice(0, 50);
    for (const customer of again) await ask([customer], 'again');
    expect(await logged('again', again.length)).toHaveLength(again.length);
    const other = customers.find((customer) => !sampled.includes(customer)) as number;
    const unnamed = (asked: readonly number[]) =>
      sampling.client.getOnlineFeatures({
        project: 'shop',
        featureService: 'habits',
        keys: { customer: asked },
      });
    expect((await unnamed([other])).requestId).toBe('');
    expect((await unnamed([other, sampled[0] as number])).requestId).not.toBe('');
  } finally {
    await sampling.stop();
  }
});

test('what waits is inserted when the service stops', async () => {
  const before = await countLogged(store);
  const stopping = await start(1, { logFlushEveryMs: 600_000 });
  await stopping.client.getOnlineFeatures({
    project: 'shop',
    featureService: 'habits',
    keys: { customer: [1, 2, 3, 4, 5] },
  });
  await stopping.client.logPredictions({
    project: 'shop',
    predictions: [{ requestId: 'late', prediction: 1 }],
  });
  await stopping.stop();
  expect(await countLogged(store)).toBe(before + 5);
  const [{ late } = { late: 0 }] = await store.rows<{ late: number }>(
    `SELECT toUInt32(count()) AS late FROM _forebay_predictions WHERE request_id = 'late'`,
  );
  expect(late).toBe(1);
});

test('one row per value, for people', async () => {
  const rows = await store.rows(
    `SELECT feature, view, type, status, value, number FROM ${SERVED_VALUES_VIEW}
     WHERE request_id = 'all types' AND entity_key = '7' AND feature IN ('last_units_7d', 'first_shop', 'purchases_1h', 'by_floor_7d') ORDER BY feature`,
  );
  expect(rows).toEqual([
    {
      feature: 'by_floor_7d',
      view: 'everything',
      type: 'map<int64,int64>',
      status: 'PRESENT',
      value: '{-3:1,1:1,2:1}',
      number: null,
    },
    {
      feature: 'first_shop',
      view: 'everything',
      type: 'string',
      status: 'PRESENT',
      value: '"a\\b\n\u0000ä',
      number: null,
    },
    {
      feature: 'last_units_7d',
      view: 'everything',
      type: 'list<int64>',
      status: 'PRESENT',
      value: `[-${BIG},${BIG}]`,
      number: null,
    },
    { feature: 'purchases_1h', view: 'everything', type: 'int64', status: 'PRESENT', value: '2', number: 2 },
  ]);
});
