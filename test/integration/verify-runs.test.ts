/** Values of a view on a schedule are verified as of the tick of its last run; those of table views in table-views.test.ts. */
import { floorTo, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import { encodeRegistry } from '@forebay/definitions';
import { connectRedis, PARTS, publishRegistry, type RedisConnection } from '@forebay/online-store';
import { useDatabase, useOwnRedis } from '../support/stack';
import { connectServers, type Servers, Visits } from './batch-fixture';
import { verifyView } from './table-views-fixture';

const SCHEDULE = { intervalMs: HOUR_MS, waitMs: MINUTE_MS, delayMs: 2 * MINUTE_MS };
const TICK = floorTo(Date.now() - 10 * MINUTE_MS, HOUR_MS);
const USERS = ['a', 'b', 'c'];

let shared: Servers;
let redis: RedisConnection;
let visits: Visits;

// Before the servers stop: hooks run in the order in which they stand.
afterAll(async () => {
  visits.remove();
  await redis.close();
  await shared.close();
});

const ownRedis = useOwnRedis();
const database = useDatabase('verify_runs');

beforeAll(async () => {
  redis = await connectRedis({ url: ownRedis.url, role: 'batch', setting: 'REDIS_URL' });
  shared = await connectServers(database.name);
  const onSchedule = { batch: null, stream: null, schedule: SCHEDULE };
  visits = await Visits.create({ ...shared, redis }, onSchedule);
  const { source, view } = visits;
  const metadata = { owner: 'tests', description: '', tags: {} };
  const demo = {
    name: 'demo',
    entities: [{ id: 1, name: view.entity, joinKeys: [{ name: 'user', type: 'string' }], metadata }],
    eventSources: [source],
    joinedSources: [],
    sequenceSources: [],
    tableSources: [],
    aggregationViews: [view],
    tableViews: [],
    onDemandViews: [],
    functions: [],
    featureServices: [],
  } as const;
  const snapshot = {
    version: 1,
    appliedAtMs: 0,
    appliedBy: 'tests',
    projects: [demo],
    nextId: 2_000_000_001,
  };
  await publishRegistry(redis, { version: 1, snapshot: encodeRegistry(snapshot) }, 0);
});

const verify = () => verifyView({ offline: shared.offline, redis }, visits.view);
const values = () => redis.client.keys(`f:*${visits.view.id}.*`);

test('nothing differs after a run, nor after history was loaded that it has not seen; a lost or wrong value does', async () => {
  await expect(verify()).rejects.toThrow(/no run has finished yet/);
  await visits.load(
    USERS.flatMap((user, i) => [[user, TICK - (i + 1) * HOUR_MS] as const]),
    TICK,
  );
  await visits.materialize({ clock: Date.now }, { cutMs: TICK });
  const same = { entities: 3, values_compared: 6, values_different: 0, values_degraded: 0 };
  expect(await verify()).toMatchObject(same);
  await visits.load([['a', TICK - 30 * MINUTE_MS]], TICK);
  expect(await verify()).toMatchObject(same);
  const [first, second] = (await values()).sort() as [string, string];
  await redis.client.del(first);
  const bytes = (await redis.client.getBuffer(second)) as Buffer;
  await redis.client.set(second, bytes.subarray(0, bytes.length - 1));
  const { values_different: different, values_degraded: degraded, differences } = await verify();
  expect([different, degraded]).toEqual([2, 2]);
  expect(differences).toMatchObject([
    {
      entity_key: 'a',
      as_of_ms: TICK + SCHEDULE.delayMs,
      online: '0 NOT_FOUND',
      recomputed: '1',
      segment: expect.stringMatching(/^there is no batch value of the tick /),
    },
    { entity_key: 'a', online: '0 NOT_FOUND', recomputed: '1' },
  ]);
  expect(Object.values(PARTS)).toContain(first.split('.').at(-2));
});
