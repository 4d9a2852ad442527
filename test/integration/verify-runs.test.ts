/** Values that nothing but runs writes are verified as of the tick of the last run: those of table views, and of views on a schedule. */
import { floorTo, HOUR_MS, type Message, MINUTE_MS, messageFromJson } from '@forebay/contract';
import { encodeRegistry } from '@forebay/definitions';
import {
  connectRedis,
  entityPartKey,
  PARTS,
  publishRegistry,
  type RedisConnection,
  removeViewMarkers,
} from '@forebay/online-store';
import { TableViewRun, VerifyHandler } from '@forebay/service-batch';
import { runToEnd } from '../support/run-view';
import { useDatabase, useOwnRedis } from '../support/stack';
import { connectServers, type Servers, Visits } from './batch-fixture';
import {
  createTable,
  EVERY_MINUTE,
  insertProfiles,
  type ProfileRow,
  tableSource,
  tableView,
} from './table-fixture';

const BUCKET = 0;
const SCHEDULE = { intervalMs: HOUR_MS, waitMs: MINUTE_MS, delayMs: 2 * MINUTE_MS };
const TICK = floorTo(Date.now() - 10 * MINUTE_MS, HOUR_MS);
const USERS = ['a', 'b', 'c'];
const INSTANT = "DateTime64(3, 'UTC')";

const RANKS = tableSource([{ name: 'rank', type: 'int32' }], { twoClocks: true });
const RANK = tableView(RANKS, { name: 'rank' });

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
  const metadata = { owner: 'tests', description: '', tags: {} };
  const joinKeys = [{ name: 'user', type: 'string' }] as const;
  const demo = {
    name: 'demo',
    entities: [visits.view.entity, RANK.entity].map((name, i) => ({ id: i + 1, name, joinKeys, metadata })),
    eventSources: [visits.source],
    joinedSources: [],
    sequenceSources: [],
    tableSources: [RANKS],
    aggregationViews: [visits.view],
    tableViews: [RANK],
    onDemandViews: [],
    functions: [],
    featureServices: [],
  };
  const snapshot = {
    version: 1,
    appliedAtMs: 0,
    appliedBy: 'tests',
    projects: [demo],
    nextId: 2_000_000_001,
  };
  await publishRegistry(redis, { version: 1, snapshot: encodeRegistry(snapshot) }, 0);
});

/** A verification of all entities of a view, in this process and without a queue. */
async function verify(view: string): Promise<Message<'VerifyResult'>> {
  const { offline } = shared;
  const stores = { offline, redis, clock: Date.now };
  const handler = new VerifyHandler({ ...stores, archiveDeadlineMs: 1_000, verifyShare: 1 });
  const job = messageFromJson('VerifyJob', { project: 'demo', view, version: 1 });
  const plan = await handler.plan(job);
  const { signal } = new AbortController();
  const reference = { kind: 'verify', id: '1' } as const;
  const context = { signal, job: reference, startedAtMs: 0, report: () => undefined };
  for (let chunk = 0; chunk < handler.chunksOf(plan); chunk++)
    await handler.runChunk(job, plan, chunk, context);
  const finish = await handler.finish(job, plan, new Map());
  if (finish.kind !== 'done') throw new Error(`the verification has not ended: ${finish.kind}`);
  return messageFromJson('VerifyResult', finish.result);
}

test('of a view on a schedule nothing differs after a run, nor after a load that it has not seen; a lost value does', async () => {
  const name = visits.view.name;
  await expect(verify(name)).rejects.toThrow(/no run has finished yet/);
  await visits.load(
    USERS.map((user, i) => [user, TICK - (i + 1) * HOUR_MS] as const),
    TICK,
  );
  await visits.materialize({ clock: Date.now }, { cutMs: TICK });
  const same = { entities: 3, values_compared: 6, values_different: 0, values_degraded: 0 };
  expect(await verify(name)).toMatchObject(same);
  await visits.load([['a', TICK - 30 * MINUTE_MS]], TICK);
  expect(await verify(name)).toMatchObject(same);
  const keys = (await redis.client.keys(`f:*${visits.view.id}.*`)).sort();
  const [first, second] = keys as [string, string];
  await redis.client.del(first);
  const bytes = (await redis.client.getBuffer(second)) as Buffer;
  await redis.client.set(second, bytes.subarray(0, bytes.length - 1));
  const { values_different: different, values_degraded: degraded, differences } = await verify(name);
  expect([different, degraded]).toEqual([2, 2]);
  const lost = { entity_key: 'a', online: '0 NOT_FOUND', recomputed: '1' };
  expect(differences).toMatchObject([
    {
      ...lost,
      as_of_ms: TICK + SCHEDULE.delayMs,
      segment: expect.stringMatching(/^there is no batch value of the tick /),
    },
    lost,
  ]);
});

const rank = (user: string, at: number, value: number | null): ProfileRow => ({
  user,
  at,
  known: at,
  values: [value],
});

test('of a table view a value that is another than that of the table is found, with the row that it is of', async () => {
  const { offline } = shared;
  await createTable(offline, RANKS, ['String', INSTANT, INSTANT, 'Nullable(Int32)']);
  await insertProfiles(offline, RANKS, [
    rank('a', TICK - 5_000, 1),
    rank('b', TICK - 4_000, 2),
    rank('c', TICK - 3_000, null),
  ]);
  const clock = () => TICK + EVERY_MINUTE.waitMs;
  const unrecorded = (thrown: unknown) => {
    throw thrown;
  };
  const stores = { offline, redis, clock, eventsPerChunk: 1_000_000, onUnrecorded: unrecorded };
  await runToEnd(new TableViewRun(stores, { project: 'demo', view: RANK, source: RANKS }), {
    cutMs: null,
    full: false,
    report: () => undefined,
    signal: new AbortController().signal,
  });
  expect(await verify('rank')).toMatchObject({ entities: 3, values_compared: 3, values_different: 0 });
  await insertProfiles(offline, RANKS, [rank('d', TICK + 1_000, 4)]);
  expect(await verify('rank')).toMatchObject({ entities: 3, values_different: 0 });
  const keyOf = (user: string) => entityPartKey(BUCKET, RANK.id, PARTS.table, user);
  const wrong = (await redis.client.getBuffer(keyOf('b'))) as Buffer;
  wrong[wrong.length - 4] = 7;
  await redis.client.set(keyOf('b'), wrong);
  await redis.client.del(keyOf('a'));
  const { values_different: different, differences } = await verify('rank');
  expect(different).toBe(2);
  expect(differences).toMatchObject([
    {
      entity_key: 'a',
      feature: 'rank',
      as_of_ms: TICK + EVERY_MINUTE.delayMs,
      online: 'null NOT_FOUND',
      recomputed: '1',
      segment: expect.stringMatching(/^stored no row; recomputed the row of /),
    },
    { entity_key: 'b', feature: 'rank', online: '7', recomputed: '2' },
  ]);
  await removeViewMarkers(redis, BUCKET, RANK.id);
  await expect(verify('rank')).rejects.toThrow(/no run has finished yet/);
});
