import { type OfflineStore, openOfflineStore } from '@forebay/offline-store';
import { connectRedis, type RedisConnection } from '@forebay/online-store';
import { useOwnClickHouse, useOwnRedis, waitFor } from '../support/stack';
import { countLogged } from './served-log-fixture';
import { experimentRegistry } from './serving-experiment';
import { type RunningService, Seeder, startService } from './serving-fixture';

const T = Date.UTC(2026, 4, 4, 12, 30);
const DATABASE = 'outage';
const MEMORY_BYTES = 256 * 1_024;

let connection: RedisConnection;
let service: RunningService;

// Before the servers stop: hooks run in the order in which they stand.
afterAll(async () => {
  await service.stop();
  await connection.close();
});

const redis = useOwnRedis();
const clickhouse = useOwnClickHouse();

beforeAll(async () => {
  connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
  const seeder = new Seeder(connection, experimentRegistry());
  await seeder.apply();
  await seeder.streamRuns('spending', T);
});

const start = () =>
  startService({
    redisUrl: redis.url,
    clock: () => T,
    logClickhouseUrl: clickhouse.url,
    clickhouseDatabase: DATABASE,
    logShare: 1,
    logFlushEveryMs: 20,
    logMemoryBytes: MEMORY_BYTES,
    logDrainDeadlineMs: 500,
  });

const USERS = Array.from({ length: 500 }, (_, i) => i);

const ask = () =>
  service.client.getOnlineFeatures({ project: 'trial', featureService: 'plain', keys: { user: USERS } });

async function metric(name: string, labels = ''): Promise<number> {
  const text = await (await fetch(service.metricsUrl)).text();
  const lines = text.split('\n').filter((line) => line.startsWith(name) && line.includes(labels));
  return lines.reduce((sum, line) => sum + Number(line.split(' ')[1]), 0);
}

const dropped = (labels: string) => metric('forebay_served_log_dropped_total', labels);
const inserted = () => metric('forebay_served_log_rows_total', 'table="served_vectors"');

async function withStore<T>(use: (store: OfflineStore) => Promise<T>): Promise<T> {
  const store = await openOfflineStore({ url: clickhouse.url, database: DATABASE });
  try {
    return await use(store);
  } finally {
    await store.close();
  }
}

const all = { deadlineMs: 60_000 };

test('while the database is away everything is served, memory stays bounded, drops are counted; afterwards the log goes on', async () => {
  await clickhouse.server.kill9();
  service = await start(); // serving does not need the database, not even to start
  let served = 0;
  let most = 0;
  const noted = async () => {
    most = Math.max(most, await metric('forebay_served_log_memory_bytes'));
  };
  while ((await dropped('full')) < 2_000) {
    const answer = await ask();
    expect(answer.rowCount).toBe(USERS.length);
    served += USERS.length;
    await noted();
  }
  await waitFor(async () => (await metric('forebay_served_log_insert_failures_total')) > 2, {
    ...all,
    message: 'no attempt failed',
  });
  await noted();
  // vectors, and the block of layouts
  expect(most).toBeLessThanOrEqual(MEMORY_BYTES + 1_024 * 1_024);
  expect(most).toBeGreaterThan(MEMORY_BYTES / 2);
  expect(await inserted()).toBe(0);
  expect(
    await service.client.logPredictions({
      project: 'trial',
      predictions: [{ requestId: 'r', prediction: 1 }],
    }),
  ).toEqual({
    accepted: 1,
    dropped: 0,
  });

  await clickhouse.server.restart();
  const lost = await dropped('full');
  await waitFor(async () => (await inserted()) === served - lost, {
    ...all,
    message: 'what waited is not inserted',
  });
  expect(await withStore(countLogged)).toBe(served - lost);
  await ask();
  served += USERS.length;
  await waitFor(async () => (await inserted()) === served - lost, {
    ...all,
    message: 'new rows are not inserted',
  });
  expect(await withStore(countLogged)).toBe(served - lost);
  expect(await dropped('full')).toBe(lost);
});

test('a database that hangs holds nothing up, and a block that was on its way is there once', async () => {
  const before = await inserted();
  const lost = await dropped('full');
  clickhouse.server.pause();
  let served = 0;
  for (let i = 0; i < 4; i++) {
    expect((await ask()).rowCount).toBe(USERS.length);
    served += USERS.length;
  }
  clickhouse.server.resume();
  const expected = before + served - ((await dropped('full')) - lost);
  await waitFor(async () => (await inserted()) >= expected, {
    ...all,
    message: 'what waited is not inserted',
  });
  expect(await withStore(countLogged)).toBe(expected);
});

test('a service that stops does not wait for a database that is away, and counts what it could not insert', async () => {
  await clickhouse.server.kill9();
  await ask();
  const startedMs = performance.now();
  const { metricsUrl } = service;
  await fetch(metricsUrl);
  await service.stop();
  expect(performance.now() - startedMs).toBeLessThan(8_000);
  await clickhouse.server.restart();
  service = await start();
});
