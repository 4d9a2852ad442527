import type { OnlineFeatures } from '@forebay/client';
import { HOUR_MS, MINUTE_MS, SECOND_MS } from '@forebay/contract';
import { connectRedis, type RedisConnection } from '@forebay/online-store';
import { Redis } from 'ioredis';
import { useOwnRedis } from '../support/stack';
import { type Event, type RunningService, Seeder, startService } from './serving-fixture';
import { flightsRegistry } from './serving-project';

/** Half past noon, so that hours and windows have something on both sides. */
const T = Date.UTC(2026, 4, 4, 12, 30);
const CUT = Date.UTC(2026, 4, 4, 10);
const DAY_MS = 24 * HOUR_MS;

let connection: RedisConnection;
let seeder: Seeder;
let raw: Redis;
let service: RunningService;
let nowMs = T;

// Before the server stops: hooks run in the order in which they stand.
afterAll(async () => {
  await service.stop();
  await connection.close();
  raw.disconnect();
});

const redis = useOwnRedis();

beforeAll(async () => {
  connection = await connectRedis({ url: redis.url, role: 'admin', setting: 'REDIS_URL' });
  raw = new Redis(redis.url);
  seeder = new Seeder(connection, flightsRegistry());
  await seeder.apply();
  service = await startService({ redisUrl: redis.url, clock: () => nowMs, maxRows: 500 });
});

beforeEach(async () => {
  nowMs = T;
  await raw.flushall();
});

const flight = (at: number, rest: Event = {}): Event => ({
  airport: 'ORD',
  destination: 'LAX',
  at,
  delay: 10,
  meters: 5,
  ...rest,
});

function ask(
  featureService: string,
  keys: Record<string, readonly (string | number | bigint | boolean)[]>,
): Promise<OnlineFeatures> {
  return service.client.getOnlineFeatures({
    project: 'flights',
    featureService,
    keys,
    includeViewTimes: true,
  });
}

const departures = (...airports: string[]) => ask('delays@2', { airport: airports });

test('history and stream make one number, and everything is PRESENT', async () => {
  const marker = { cutMs: CUT, runClockMs: CUT + 2 * HOUR_MS, coverageFromMs: Number.NEGATIVE_INFINITY };
  const old = [T - 20 * DAY_MS, T - 3 * HOUR_MS].map((at) =>
    flight(at, { delay: 40, destination: 'SFO', meters: 2n ** 60n }),
  );
  await seeder.batch('departures', marker, { ORD: old });
  const recent = [T - 90 * MINUTE_MS, T - 30 * MINUTE_MS, T - SECOND_MS].map((at, i) =>
    flight(at, { delay: i }),
  );
  await seeder.stream('departures', 'ORD', recent, T - 500);
  await seeder.streamRuns('departures', T - 200);

  const read = await departures('ORD');
  expect(read.rows).toEqual([
    {
      flights_1h: 2,
      flights_30d: 5,
      mean_delay_1h: 1.5,
      last_destination_1d: 'LAX',
      last_delays_1d: [2, 1, 0],
      longest_1d: 2n ** 60n,
      destinations_1d: 2,
    },
  ]);
  expect(read.allPresent).toBe(true);
  expect(read.asOfMs).toBe(T);
  expect(read.views).toMatchObject([
    { view: 'departures', version: 1, freshnessMs: 200, cutMs: CUT, tickMs: null },
  ]);
  expect(read.degraded).toEqual([]);
});

test('values slide with the instant though nothing was written', async () => {
  await seeder.stream('departures', 'ORD', [flight(T - 30 * MINUTE_MS)], T);
  await seeder.streamRuns('departures', T);
  const first = await departures('ORD');
  nowMs = T + HOUR_MS;
  await seeder.progress('departures', nowMs);
  const later = await departures('ORD');
  expect([first, later].map(({ rows }) => rows[0]?.flights_1h)).toEqual([1, 0]);
  expect(later.asOfMs).toBe(nowMs);
});

test('an empty window is 0 or null, and an entity without events in a complete history is NOT_FOUND', async () => {
  await seeder.batch(
    'departures',
    { cutMs: CUT, runClockMs: T - MINUTE_MS, coverageFromMs: Number.NEGATIVE_INFINITY },
    {},
  );
  await seeder.stream('departures', 'ORD', [flight(T - 2 * HOUR_MS, { delay: null })], T);
  await seeder.streamRuns('departures', T);
  const read = await ask('delays@1', { airport: ['ORD', 'QQQ'] });
  expect(read.rows).toEqual([
    { flights_1h: 0, mean_delay_1h: null },
    { flights_1h: 0, mean_delay_1h: null },
  ]);
  expect([read.statuses(0), read.statuses(1)]).toEqual([
    { flights_1h: 'PRESENT', mean_delay_1h: 'NULL_VALUE' },
    { flights_1h: 'NOT_FOUND', mean_delay_1h: 'NOT_FOUND' },
  ]);
});

test("the instant is the newest clock in any value when that is later than the server's", async () => {
  await seeder.stream('departures', 'ORD', [flight(T + SECOND_MS - 1)], T + SECOND_MS);
  await seeder.stream('departures', 'ATL', [flight(T - 1)], T);
  await seeder.streamRuns('departures', T);
  const read = await departures('ATL', 'ORD');
  expect(read.asOfMs).toBe(T + SECOND_MS);
  expect(read.rows.map(({ flights_1h }) => flights_1h)).toEqual([1, 1]);
});

describe('values are DEGRADED, with the best value and the reason,', () => {
  beforeEach(() => seeder.stream('departures', 'ORD', [flight(T - 30 * MINUTE_MS)], T));

  const reasonsOf = (read: OnlineFeatures) =>
    read.degraded.map(({ row, view, reason }) => [row, view, reason.split(':')[0]]);

  test('without any progress', async () => {
    const read = await departures('ORD');
    expect(new Set(Object.values(read.statuses(0)))).toEqual(new Set(['DEGRADED']));
    expect(read.rows[0]).toMatchObject({ flights_1h: 1, last_destination_1d: 'LAX' });
    expect(reasonsOf(read)).toEqual([[0, 'departures', 'no_progress']]);
    expect(read.views[0]).toMatchObject({ freshnessMs: null, cutMs: null });
  });

  test('without a marker of the stream', async () => {
    await seeder.progress('departures', T);
    expect(reasonsOf(await departures('ORD'))).toEqual([[0, 'departures', 'no_marker']]);
  });

  test('when the stream is behind, and a null stays a null', async () => {
    await seeder.streamRuns('departures', T);
    expect((await departures('ORD')).rows[0]?.last_destination_1d).toBe('LAX');
    nowMs = T + 61 * SECOND_MS;
    const read = await departures('ORD', 'QQQ');
    expect(reasonsOf(read)).toEqual([
      [0, 'departures', 'stale'],
      [1, 'departures', 'stale'],
    ]);
    expect(read.views[0]?.freshnessMs).toBe(61 * SECOND_MS);
    expect(read.rows[1]).toMatchObject({ last_destination_1d: null, longest_1d: null, last_delays_1d: [] });
  });

  test('where history is missing, and only there', async () => {
    await seeder.streamRuns('departures', T);
    const read = await departures('ORD');
    expect(read.statuses(0)).toMatchObject({ flights_1h: 'PRESENT', flights_30d: 'DEGRADED' });
    expect(reasonsOf(read)).toEqual([[0, 'departures', 'incomplete']]);
    const recent = await ask('delays@1', { airport: ['ORD'] });
    expect(recent.allPresent).toBe(true);
    expect(recent.degraded).toEqual([]);
  });

  test('when a value or a marker has a format of the future', async () => {
    await seeder.streamRuns('departures', T);
    const { view } = seeder.view('departures');
    await raw.set(`f:{0}${view.id}.s.ATL`, Buffer.alloc(24, 99));
    expect(reasonsOf(await departures('ATL'))).toEqual([[0, 'departures', 'unreadable']]);
    await raw.set(`m:{0}${view.id}.s`, Buffer.alloc(16, 99));
    expect(reasonsOf(await departures('ORD'))).toEqual([[0, 'departures', 'no_marker']]);
  });

  test('when a part of a value is gone', async () => {
    await seeder.streamRuns('departures', T);
    await raw.del(`f:{0}${seeder.view('departures').view.id}.o.ORD`);
    expect(reasonsOf(await departures('ORD'))).toEqual([[0, 'departures', 'torn']]);
  });
});

test('several entities in one service, rows in the order of the request', async () => {
  const plane = 9007199254740993n;
  await seeder.stream('departures', 'ORD', [flight(T - 1), flight(T - 2)], T);
  await seeder.stream('routes', 'ATL.LAX', [flight(T - 1, { airport: 'ATL', plane })], T);
  await seeder.streamRuns('departures', T);
  await seeder.streamRuns('routes', T);
  const read = await ask('trip', { destination: ['LAX', 'LAX'], airport: ['ATL', 'ORD'] });
  expect(read.rows).toMatchObject([
    { flights_1h: 0, route_flights_1d: 1, route_planes_1d: [plane] },
    { flights_1h: 2, route_flights_1d: 0, route_planes_1d: [] },
  ]);
  expect(read.columns.map(({ key }) => key)).toEqual([
    'flights_1h',
    'last_destination_1d',
    'route_flights_1d',
    'route_delay_1d',
    'route_planes_1d',
    'longest_1d',
  ]);
});

test('keys of int64 beyond 2^53, of int32 and of bool are exact', async () => {
  const plane = 9007199254740993n;
  await seeder.stream('planes', String(plane), [flight(T - 1, { plane })], T);
  await seeder.stream('gates', '-7.true', [flight(T - 1, { gate: -7, domestic: true })], T);
  await seeder.streamRuns('planes', T);
  await seeder.streamRuns('gates', T);
  const planes = await ask('plane', { plane: [plane, plane - 1n] });
  expect(planes.rows).toEqual([{ plane_flights_1h: 1 }, { plane_flights_1h: 0 }]);
  const gates = await ask('gate', { gate: [-7, -7], domestic: [false, true] });
  expect(gates.rows).toEqual([{ gate_flights_1h: 0 }, { gate_flights_1h: 1 }]);
});

test('more rows than one command takes are read in parts, and stay in order', async () => {
  const airports = Array.from({ length: 500 }, (_, i) => `A${i}`);
  for (const i of [0, 77, 133, 134, 499])
    await seeder.stream('departures', `A${i}`, new Array(i + 1).fill(flight(T - 1)), T);
  await seeder.streamRuns('departures', T);
  const read = await departures(...airports);
  const counts = read.rows.map(({ flights_1h }) => flights_1h);
  expect(counts.flatMap((count, i) => (count === 0 ? [] : [[i, count]]))).toEqual([
    [0, 1],
    [77, 78],
    [133, 134],
    [134, 135],
    [499, 500],
  ]);
});

test('a list of features instead of a service, the newest version of a view by default', async () => {
  await seeder.stream('departures', 'ORD', [flight(T - 1)], T);
  await seeder.streamRuns('departures', T);
  const read = await service.client.getOnlineFeatures({
    project: 'flights',
    features: [
      { view: 'departures', feature: 'last_destination_1d' },
      { view: 'departures', version: 1, feature: 'flights_1h' },
    ],
    keys: { airport: ['ORD'] },
  });
  expect(read.rows).toEqual([{ last_destination_1d: 'LAX', flights_1h: 1 }]);
});

test.each([
  ['an unknown project', { project: 'flight' }, 'not_found', /did you mean "flights"/],
  [
    'an unknown service',
    { featureService: 'delay' },
    'not_found',
    /no feature service "delay".*delays@1, delays@2/,
  ],
  ['an unknown version', { featureService: 'delays@9' }, 'not_found', /no feature service "delays@9"/],
  [
    'a missing key',
    { keys: {} },
    'invalid_request',
    /join key "airport" is missing: delays@2 needs airport \(string\)/,
  ],
  [
    'an extra key',
    { keys: { airport: ['ORD'], gate: ['1'] } },
    'invalid_request',
    /join key "gate" is not one of/,
  ],
  [
    'a key of a wrong type',
    { keys: { airport: [5] } },
    'invalid_request',
    /"airport", row 0: the value is number 5, not a string/,
  ],
  ['no rows', { keys: { airport: [] } }, 'invalid_request', /"airport" has no rows/],
  [
    'too many rows',
    { keys: { airport: new Array(501).fill('A') } },
    'invalid_request',
    /501 entity rows, and at most 500/,
  ],
])('%s is refused precisely', async (_, change, reason, message) => {
  const request = { project: 'flights', featureService: 'delays', keys: { airport: ['ORD'] }, ...change };
  const failure = service.client.getOnlineFeatures(
    request as Parameters<typeof service.client.getOnlineFeatures>[0],
  );
  await expect(failure).rejects.toMatchObject({
    name: 'FeatureCallError',
    reason,
    message: expect.stringMatching(message),
  });
});

test('tells what a feature service is', async () => {
  const info = await service.client.getFeatureServiceInfo('flights', 'trip');
  expect(info).toMatchObject({
    name: 'trip',
    version: 1,
    joinKeys: [
      { name: 'airport', type: 'string' },
      { name: 'destination', type: 'string' },
    ],
    request: [],
    registryVersion: 1,
  });
  expect(info.features).toHaveLength(6);
  expect(info.features[4]).toEqual({
    key: 'route_planes_1d',
    name: 'route_planes_1d',
    type: 'list<int64>',
    view: 'routes',
    viewVersion: 1,
  });
  await expect(service.client.getFeatureServiceInfo('flights', 'trips')).rejects.toMatchObject({
    reason: 'not_found',
  });
});

test('counts what was served', async () => {
  await seeder.stream('departures', 'ORD', [flight(T - 1)], T);
  await departures('ORD');
  const metrics = await (await fetch(service.metricsUrl)).text();
  expect(metrics).toMatch(
    /forebay_feature_values_total\{[^}]*view="departures@1"[^}]*status="DEGRADED"[^}]*\} \d+/,
  );
  expect(metrics).toMatch(/forebay_degraded_values_total\{[^}]*reason="no_progress"/);
  expect(metrics).toMatch(/rpc_server_call_duration_seconds_count\{[^}]*GetOnlineFeatures[^}]*OK/);
  expect(metrics).toMatch(/forebay_registry_version(\{[^}]*\})? 1/);
});
