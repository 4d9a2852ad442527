import { connect } from '@forebay/client';
import { SECOND_MS } from '@forebay/contract';
import { connectRedis, type RedisConnection } from '@forebay/online-store';
import { status } from '@grpc/grpc-js';
import { callStatusOf, ownClient } from '../support/serving-load';
import { useOwnRedis, waitFor } from '../support/stack';
import { type RunningService, Seeder, startService } from './serving-fixture';
import { checkHealth, describeSymbol, listServices, watchHealth } from './serving-grpc';
import { flightsRegistry } from './serving-project';

const FEATURE_SERVICE = 'forebay.v1.FeatureService';
const SOON = { deadlineMs: 15_000 };

let connection: RedisConnection;
let seeder: Seeder;
const running: RunningService[] = [];

// Before the server stops: hooks run in the order in which they stand.
afterEach(async () => {
  for (const service of running.splice(0)) await service.stop();
});
afterAll(() => connection.close());

const redis = useOwnRedis({ persistence: 'aof' });

beforeAll(async () => {
  connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
  seeder = new Seeder(connection, flightsRegistry());
});

async function start(options: Partial<Parameters<typeof startService>[0]> = {}): Promise<RunningService> {
  const service = await startService({ redisUrl: redis.url, ...options });
  running.push(service);
  return service;
}

const request = { project: 'flights', featureService: 'delays', keys: { airport: ['ORD'] } };
/** A client that never tries again shows what the server says. */
const ask = (service: RunningService, deadlineMs = 5_000) => {
  const client = connect({ address: service.address, attempts: 1 });
  return client.getOnlineFeatures(request, { deadlineMs }).finally(() => client.close());
};

test('before anything is applied calls are UNAVAILABLE and health says NOT_SERVING; afterwards both change', async () => {
  const service = await start();
  expect(await checkHealth(service.address, '')).toBe('NOT_SERVING');
  // what a probe of liveness asks: a process that waits is not to be ended
  expect(await checkHealth(service.address, 'process')).toBe('SERVING');
  await expect(ask(service)).rejects.toMatchObject({
    reason: 'unavailable',
    message: 'nothing applied yet: run forebay apply',
  });
  const watch = watchHealth(service.address, FEATURE_SERVICE);
  await seeder.apply();
  await waitFor(() => watch.seen.at(-1) === 'SERVING', { ...SOON, message: 'the watcher is told SERVING' });
  expect(watch.seen).toEqual(['NOT_SERVING', 'SERVING']);
  watch.cancel();
  expect((await ask(service)).rowCount).toBe(1);
  expect(await checkHealth(service.address, '')).toBe('SERVING');
  expect(await checkHealth(service.address, FEATURE_SERVICE)).toBe('SERVING');
});

test('health knows no service that is not there', async () => {
  const service = await start();
  await expect(checkHealth(service.address, 'forebay.v1.Nothing')).rejects.toMatchObject({
    code: status.NOT_FOUND,
  });
});

test.each(['v1', 'v1alpha'] as const)(
  'reflection %s lists the services, and describes their messages',
  async (version) => {
    const service = await start();
    const services = await listServices(service.address, version);
    expect(services).toEqual(expect.arrayContaining([FEATURE_SERVICE, 'grpc.health.v1.Health']));
    for (const symbol of [FEATURE_SERVICE, 'forebay.v1.GetOnlineFeaturesRequest', 'grpc.health.v1.Health']) {
      const files = await describeSymbol(service.address, symbol, version);
      const text = Buffer.concat([...files]).toString('latin1');
      expect([symbol, text.includes(symbol.slice(symbol.lastIndexOf('.') + 1))]).toEqual([symbol, true]);
    }
  },
);

test('a connection that has come of age is left for a new one, and no call fails', async () => {
  const service = await start({ maxConnectionAgeMs: 300, maxConnectionAgeGraceMs: 5_000 });
  const client = connect({ address: service.address, attempts: 1 });
  const startedMs = performance.now();
  let reads = 0;
  while (performance.now() - startedMs < 1_500) {
    expect((await client.getOnlineFeatures(request)).rowCount).toBe(1);
    reads++;
  }
  client.close();
  expect(reads).toBeGreaterThan(50);
});

test('calls beyond those that a connection may have wait at the client', async () => {
  const service = await start({ maxConcurrentStreams: 2 });
  const client = ownClient(service.address);
  expect(await callStatusOf(client)).toBe(status.OK); // the client knows the server's settings now
  redis.server.pause();
  const calls = Array.from({ length: 20 }, () => callStatusOf(client, 10_000));
  const inFlight = async () => {
    const metrics = await (await fetch(service.metricsUrl)).text();
    return Number(
      /^forebay_requests_in_flight\{[^}]*FeatureService\/GetOnlineFeatures"\} (\d+)$/m.exec(metrics)?.[1],
    );
  };
  try {
    await waitFor(async () => (await inFlight()) === 2, { ...SOON, message: 'two are at the server' });
  } finally {
    redis.server.resume();
  }
  expect(new Set(await Promise.all(calls))).toEqual(new Set([status.OK]));
  client.close();
});

test('with Redis away calls fail at once as UNAVAILABLE, health is NOT_SERVING, and all comes back with it', async () => {
  const service = await start();
  expect((await ask(service)).rowCount).toBe(1);
  await redis.server.kill9();
  try {
    await waitFor(async () => (await checkHealth(service.address, '')) === 'NOT_SERVING', {
      ...SOON,
      message: 'health flips',
    });
    const startedMs = performance.now();
    await expect(ask(service)).rejects.toMatchObject({
      reason: 'unavailable',
      message: expect.stringMatching(/^redis \S+ is away: /),
    });
    expect(performance.now() - startedMs).toBeLessThan(SECOND_MS);
  } finally {
    await redis.server.restart();
  }
  await waitFor(async () => (await checkHealth(service.address, '')) === 'SERVING', {
    ...SOON,
    message: 'health is back',
  });
  expect((await ask(service)).rowCount).toBe(1);
});

test('a Redis that does not answer costs a call its deadline, never more, and calls beyond the limit are refused', async () => {
  const service = await start({ maxInFlight: 2, defaultDeadlineMs: 400 });
  redis.server.pause();
  try {
    const startedMs = performance.now();
    const outcomes = await Promise.allSettled([ask(service, 300), ask(service, 300), ask(service, 300)]);
    const reasons = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? outcome.reason.reason : 'answered',
    );
    expect(reasons.sort()).toEqual(['deadline_exceeded', 'deadline_exceeded', 'overloaded']);
    expect(performance.now() - startedMs).toBeLessThan(3 * SECOND_MS);
    const metrics = await (await fetch(service.metricsUrl)).text();
    expect(metrics).toMatch(/forebay_requests_shed_total\{[^}]*\} 1/);
  } finally {
    redis.server.resume();
  }
  await waitFor(() => ask(service).then(() => true), { ...SOON, message: 'the server answers again' });
});

test('the registry is swapped under reads, none of which fails', async () => {
  const service = await start();
  const failures: unknown[] = [];
  let reads = 0;
  let stopping = false;
  const reader = async () => {
    while (!stopping) {
      await service.client.getOnlineFeatures(request).catch((error) => failures.push(error));
      reads++;
    }
  };
  const readers = [reader(), reader(), reader(), reader()];
  for (let version = seeder.registry.version + 1; version <= 6; version++) {
    const [project] = flightsRegistry().projects;
    if (project === undefined) throw new Error('no project');
    const without =
      version % 2 === 0
        ? project.featureServices.filter(({ version: of }) => of !== 2)
        : project.featureServices;
    const before = reads;
    await new Seeder(connection, {
      ...seeder.registry,
      version,
      projects: [{ ...project, featureServices: without }],
    }).apply();
    const columns = version % 2 === 0 ? 2 : 7;
    await waitFor(async () => (await service.client.getOnlineFeatures(request)).columns.length === columns, {
      ...SOON,
      message: `version ${version} is in use`,
    });
    expect(reads).toBeGreaterThan(before);
  }
  stopping = true;
  await Promise.all(readers);
  expect(failures).toEqual([]);
});

test('a server that stops finishes its calls, and clients go to another: none fails', async () => {
  const [leaving, staying] = [await start(), await start()];
  const port = (service: RunningService) => service.address.split(':')[1];
  const client = connect({
    address: `ipv4:127.0.0.1:${port(leaving)},127.0.0.1:${port(staying)}`,
    attempts: 1,
  });
  await client.waitForReady(10_000);
  const watch = watchHealth(leaving.address, '');
  await waitFor(() => watch.seen.length === 1, { ...SOON, message: 'the watcher is told once' });
  const failures: unknown[] = [];
  let reads = 0;
  let stopping = false;
  const reader = async () => {
    while (!stopping) {
      await client.getOnlineFeatures(request).catch((error) => failures.push(error));
      reads++;
    }
  };
  const readers = Array.from({ length: 8 }, reader);
  await waitFor(() => reads > 200, { ...SOON, message: 'both servers are reading' });
  const startedMs = performance.now();
  await leaving.stop();
  expect(performance.now() - startedMs).toBeLessThan(4 * SECOND_MS);
  expect(watch.seen.at(-1)).toBe('NOT_SERVING');
  const after = reads;
  await waitFor(() => reads > after + 200, { ...SOON, message: 'the other server goes on' });
  stopping = true;
  await Promise.all(readers);
  client.close();
  expect(failures).toEqual([]);
});
