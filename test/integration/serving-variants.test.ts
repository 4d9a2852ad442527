import { HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { type FeatureService, VariantSplit } from '@forebay/definitions';
import { connectRedis, type RedisConnection } from '@forebay/online-store';
import { useOwnRedis, waitFor } from '../support/stack';
import { experimentRegistry } from './serving-experiment';
import { type RunningService, Seeder, startService } from './serving-fixture';

const T = Date.UTC(2026, 4, 4, 12, 30);
const USERS = Array.from({ length: 400 }, (_, i) => i);

let connection: RedisConnection;
let seeder: Seeder;
let service: RunningService;
const nowMs = T;

// Before the server stops: hooks run in the order in which they stand.
afterAll(async () => {
  await service.stop();
  await connection.close();
});

const redis = useOwnRedis();

beforeAll(async () => {
  connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
  seeder = new Seeder(connection, experimentRegistry());
  await seeder.apply();
  service = await startService({ redisUrl: redis.url, clock: () => nowMs });
  for (const view of ['spending', 'spending@2', 'visits']) await seeder.streamRuns(view, T - 200);
  for (const user of USERS.slice(0, 200)) {
    const click = (at: number, units: bigint) => ({ at, user, shop: `shop${user % 7}`, amount: 1.5, units });
    const events = [click(T - 2 * HOUR_MS, 2n ** 60n + BigInt(user)), click(T - MINUTE_MS, 3n)];
    await seeder.stream('spending', String(user), events, T - 500);
    await seeder.stream('spending@2', String(user), events, T - 500);
    await seeder.stream('visits', `${user}.shop${user % 7}`, events, T - 500);
  }
});

const serviceOf = (name: string) =>
  seeder.registry.projects[0]?.featureServices.find((each) => each.name === name) as FeatureService;

const ask = (users: readonly number[], more: object = {}) =>
  service.client.getOnlineFeatures({
    project: 'trial',
    featureService: 'risk',
    keys: { user: users },
    ...more,
  });

const expected: Record<'hourly' | 'daily', (user: number) => object> = {
  hourly: (user) =>
    user < 200 ? { paid: 1.5, units: 1, shop: `shop${user % 7}` } : { paid: 0, units: 0, shop: null },
  daily: (user) =>
    user < 200
      ? { paid: 3, units: 2n ** 60n + BigInt(user), shop: `shop${user % 7}` }
      : { paid: 0, units: null, shop: null },
};

test('each row has the values of its variant, which the answer names, at one instant', async () => {
  const split = new VariantSplit('trial', 'risk', serviceOf('risk').variants);
  const names = USERS.map((user) => (split.variantOf(String(user)) === 0 ? 'hourly' : 'daily'));
  const answer = await ask(USERS);
  expect(USERS.map((_, row) => answer.variant(row))).toEqual(names);
  expect(answer.rows).toEqual(USERS.map((user, row) => expected[names[row] as 'hourly' | 'daily'](user)));
  expect(USERS.map((_, row) => answer.status(row, 2))).toEqual(
    USERS.map((user) => (user < 200 ? 'PRESENT' : 'NOT_FOUND')),
  );
  expect(answer.asOfMs).toBe(T);
  const daily = names.filter((name) => name === 'daily').length;
  expect(daily).toBeGreaterThan(20);
  expect(daily).toBeLessThan(65);
});

test('one entity has one variant, whatever the request and its order', async () => {
  const all = await ask(USERS);
  const backwards = await ask(USERS.toReversed());
  for (const user of USERS.slice(0, 40)) {
    const alone = await ask([user]);
    expect(alone.variant(0)).toBe(all.variant(user));
    expect(alone.rows[0]).toEqual(all.rows[user]);
    expect(backwards.variant(USERS.length - 1 - user)).toBe(all.variant(user));
  }
});

test('a variant that is asked for by name answers for all rows', async () => {
  for (const variant of ['hourly', 'daily'] as const) {
    const answer = await ask([1, 2, 300], { variant });
    expect(answer.rows).toEqual([1, 2, 300].map(expected[variant]));
    expect([0, 1, 2].map((row) => answer.variant(row))).toEqual([variant, variant, variant]);
  }
  await expect(ask([1], { variant: 'weekly' })).rejects.toMatchObject({
    reason: 'not_found',
    message: 'risk@1 has no variant "weekly": it has hourly, daily',
  });
  await expect(ask([1], { featureService: 'plain', variant: 'daily' })).rejects.toMatchObject({
    reason: 'not_found',
    message: 'plain@1 has no variant "daily": it has none',
  });
});

test('composite keys are split by all of them, and rows take their own data of the request with them', async () => {
  const users = USERS.slice(0, 60);
  const shops = users.map((user) => `shop${user % 7}`);
  const split = new VariantSplit('trial', 'pairs', serviceOf('pairs').variants);
  const answer = await service.client.getOnlineFeatures({
    project: 'trial',
    featureService: 'pairs',
    keys: { user: users, shop: shops },
    request: {
      limit: users.map((user) => user / 4),
      note: users.map((user) => (user % 3 === 0 ? null : `n${user}`)),
    },
    includeViewTimes: true,
  });
  const variants = users.map((user) => split.variantOf(`shop${user % 7}.${user}`));
  expect(users.map((_, row) => answer.variant(row))).toEqual(
    variants.map((variant) => ['control', 'other', 'canary'][variant]),
  );
  expect(new Set(variants).size).toBeGreaterThan(1);
  users.forEach((user, row) => {
    const other = variants[row] === 1;
    const { excess, noted, visits } = answer.rows[row] as Record<string, unknown>;
    expect(excess).toBe(other ? 3 - user / 2 : 1.5 - user / 4);
    expect(noted).toBe(user % 3 === 0 ? null : `n${user}${other ? '?' : '!'}`);
    expect(visits).toBe(2);
  });
  expect(answer.views.map(({ view, version }) => `${view}@${version}`).sort()).toEqual([
    'spending@1',
    'spending@2',
    'visits@1',
  ]);
});

test('mistakes name the rows of the request', async () => {
  const users = USERS.slice(0, 60);
  const answer = service.client.getOnlineFeatures({
    project: 'trial',
    featureService: 'pairs',
    keys: { user: users, shop: users.map(String) },
    request: { limit: users, note: users.map((user) => (user === 41 ? 5 : null)) },
  });
  await expect(answer).rejects.toMatchObject({
    reason: 'invalid_request',
    message: expect.stringContaining('row 41'),
  });
});

test('the information of the service tells its variants and their shares', async () => {
  const info = await service.client.getFeatureServiceInfo('trial', 'risk');
  expect(info.variants).toEqual([
    { name: 'hourly', share: 0.9 },
    { name: 'daily', share: 0.1 },
  ]);
});

test('rows are counted by variant', async () => {
  await ask([1, 2, 3], { variant: 'daily' });
  const text = await (await fetch(service.metricsUrl)).text();
  expect(text).toMatch(/forebay_variant_rows_total\{.*feature_service="risk@1".*variant="daily".*\} \d+/);
});

test('other shares move entities to the variant that grows, and no others', async () => {
  const before = await ask(USERS);
  const snapshot = experimentRegistry([60, 40]);
  const next = new Seeder(connection, { ...snapshot, version: 2 });
  await next.apply();
  const daily = (answer: typeof before) => USERS.filter((user) => answer.variant(user) === 'daily');
  const after = await waitFor(
    async () => {
      const moved = daily(await ask(USERS));
      return moved.length > daily(before).length ? moved : null;
    },
    { deadlineMs: 20_000, message: 'the new shares are not served' },
  );
  expect(after.length).toBeGreaterThan(120);
  expect(after).toEqual(expect.arrayContaining(daily(before)));
});
