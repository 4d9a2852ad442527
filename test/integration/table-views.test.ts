import { DAY_MS, floorTo, HOUR_MS, MINUTE_MS } from '@forebay/contract';
import type { TableField, TableView } from '@forebay/definitions';
import { createMetaTables, listRuns, type OfflineStore, openOfflineStore } from '@forebay/offline-store';
import {
  connectRedis,
  entityPartKey,
  PARTS,
  type RedisConnection,
  readTableMarker,
  removeViewMarkers,
  tableMarkerKey,
} from '@forebay/online-store';
import { sharedStack, useDatabase, useOwnRedis } from '../support/stack';
import { randomFrom } from './offline-store-fixtures';
import { type RunningService, startService } from './serving-fixture';
import { createTable, insertProfiles, type ProfileRow, tableSource } from './table-fixture';
import { EVERY_TYPE, rowAt, ServedTable, type TableServers } from './table-views-fixture';

/** A tick of a view of every minute, near now: Redis counts how long values live by its own clock. */
const TICK = floorTo(Date.now(), HOUR_MS);
const INSTANT = "DateTime64(3, 'UTC')";
const BUCKET = 0;

let offline: OfflineStore;
let redis: RedisConnection;
let service: RunningService;
let servers: TableServers;
let nowMs = TICK;

// Before the servers stop: hooks run in the order in which they stand.
afterAll(async () => {
  await service.stop();
  await redis.close();
  await offline.close();
});

const ownRedis = useOwnRedis();
const database = useDatabase('table_views');

beforeAll(async () => {
  offline = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
  await createMetaTables(offline);
  redis = await connectRedis({ url: ownRedis.url, role: 'batch', setting: 'REDIS_URL' });
  service = await startService({ redisUrl: ownRedis.url, clock: () => nowMs, defaultDeadlineMs: 5_000 });
  const setClock = (ms: number) => {
    nowMs = ms;
  };
  servers = { offline, redis, service, setClock };
});

const RANK: readonly TableField[] = [{ name: 'rank', type: 'int32' }];

/** A view of a table of ranks with both clocks. */
async function ranks(rows: readonly ProfileRow[], more: Partial<TableView> = {}): Promise<ServedTable> {
  const source = tableSource(RANK, { twoClocks: true });
  await createTable(offline, source, ['String', INSTANT, INSTANT, 'Nullable(Int32)']);
  await insertProfiles(offline, source, rows);
  return ServedTable.create(servers, source, more);
}

const rank = (user: string, at: number, value: number | null, known?: number): ProfileRow => ({
  user,
  at,
  values: [value],
  ...(known === undefined ? {} : { known }),
});

/** Value, or the status where there is none or it is not exact. */
async function ranksAt(table: ServedTable, users: readonly string[], ms: number): Promise<unknown[]> {
  const answers = await table.read(users, ms);
  return answers.map(({ values, statuses, reason }) => {
    if (statuses.rank === 'PRESENT') return values.rank;
    return reason === null ? statuses.rank : [statuses.rank, reason, values.rank];
  });
}

const stored = (table: ServedTable, user: string) =>
  redis.client.getBuffer(entityPartKey(BUCKET, table.view.id, PARTS.table, user));

/** As a server that went back in time. */
async function forget(table: ServedTable, ...users: string[]): Promise<void> {
  const keys = users.map((user) => entityPartKey(BUCKET, table.view.id, PARTS.table, user));
  await redis.client.del(tableMarkerKey(BUCKET, table.view.id), ...keys);
}

const runsOf = async (table: ServedTable) => {
  const runs = await listRuns(offline, 1_000);
  return runs.filter(({ view }) => view === `demo.${table.view.name}@1`);
};

/** The clock of a run for a tick. */
const runClock = (tickMs: number) => tickMs + 10_000;

test('values of every type are served, embeddings of 768 numbers among them', async () => {
  const source = tableSource(EVERY_TYPE.map(({ name, type }) => ({ name, type })));
  await createTable(offline, source, ['String', INSTANT, ...EVERY_TYPE.map(({ column }) => column)]);
  const at = new Date(TICK - 1).toISOString().slice(0, -1);
  await offline.command(`INSERT INTO ${source.table} VALUES
    ('whole', '${at}', true, -2147483648, -9223372036854775808, 0.1, '1969-07-20 20:17:40.123', 'Grüße 👋', [true, false],
      [-1, 2147483647], [9223372036854775807, -1], [0.5, -1e300], ['1970-01-01', '1969-12-31'], ['', 'é'], arrayMap(i -> i / 768, range(768))),
    ('empty', '${at}', NULL, NULL, NULL, NULL, NULL, NULL, [], [], [], [], [], [], [])`);
  const table = await ServedTable.create(servers, source);
  expect(await table.run(runClock(TICK))).toMatchObject({
    cut_ms: TICK,
    values_written: 2,
    events_scanned: 2,
    chunks: 1,
    warnings: [],
  });
  const [whole, empty, nobody] = await table.read(['whole', 'empty', 'nobody'], table.clockOf(TICK));
  expect(whole?.values).toEqual({
    flag: true,
    rank: -2_147_483_648,
    total: -9_223_372_036_854_775_808n,
    share: 0.1,
    seen: Date.UTC(1969, 6, 20, 20, 17, 40, 123),
    label: 'Grüße 👋',
    flags: [true, false],
    ranks: [-1, 2_147_483_647],
    totals: [9_223_372_036_854_775_807n, -1],
    shares: [0.5, -1e300],
    days: [0, -DAY_MS],
    labels: ['', 'é'],
    embedding: Float32Array.from({ length: 768 }, (_, i) => i / 768),
  });
  expect(new Set(Object.values(whole?.statuses ?? {}))).toEqual(new Set(['PRESENT']));
  expect(empty?.values).toMatchObject({ flag: null, total: null, label: null, flags: [], embedding: null });
  expect(empty?.statuses).toMatchObject({ rank: 'NULL_VALUE', labels: 'PRESENT', embedding: 'NULL_VALUE' });
  expect(new Set(Object.values(nobody?.statuses ?? {}))).toEqual(new Set(['NOT_FOUND']));
});

test('runs tick by tick serve what a plain reading of the rows says, at every tick and between', async () => {
  const random = randomFrom(99);
  const pick = (list: readonly number[]) => list[Math.floor(random() * list.length)] as number;
  const users = Array.from({ length: 25 }, (_, i) => `u${i}`);
  const rows = Array.from({ length: 400 }, (_, i): ProfileRow => {
    const at = TICK + MINUTE_MS * pick([-5, -2, -1, 0, 1, 2, 3, 4, 5]) + pick([-1, 0, 0, 1, 20_000]);
    const known = at + i * 2 + pick([0, 0, -MINUTE_MS, 10_000, MINUTE_MS]); // no ties of both clocks
    return rank(users[i % 25] as string, at, i, known);
  });
  const table = await ranks(rows);
  const naive = (tick: number) =>
    users.map((user) => rowAt(table.view, rows, user, tick)?.values[0] ?? 'NOT_FOUND');
  for (let tick = TICK; tick <= TICK + 5 * MINUTE_MS; tick += MINUTE_MS) {
    await table.run(runClock(tick));
    expect(await ranksAt(table, users, table.clockOf(tick))).toEqual(naive(tick));
    expect(await ranksAt(table, users, table.clockOf(tick) + MINUTE_MS - 1)).toEqual(naive(tick));
    if (tick > TICK)
      expect(await ranksAt(table, users, table.clockOf(tick) - 1)).toEqual(naive(tick - MINUTE_MS));
  }
  const last = TICK + 5 * MINUTE_MS;
  const incremental = await ranksAt(table, users, table.clockOf(last));
  const full = await table.run(runClock(last) + 1, { full: true });
  expect(full.values_written).toBe(users.length);
  expect(await ranksAt(table, users, table.clockOf(last))).toEqual(incremental);
});

test('a row is not seen before its time, and a run in progress shows nothing of it', async () => {
  const table = await ranks([rank('a', TICK - 1, 1), rank('a', TICK + 1, 2)]);
  await table.run(runClock(TICK));
  const interrupted = { report: () => {}, signal: AbortSignal.timeout(60_000) };
  // the run of the next tick writes, and ends before its marker moves
  const failing = table.run(runClock(TICK + MINUTE_MS), {
    ...interrupted,
    report: () => {
      throw new Error('stopped');
    },
  });
  await expect(failing).rejects.toThrow('stopped');
  expect((await stored(table, 'a'))?.[1]).toBe(2); // both rows are there
  expect(await ranksAt(table, ['a'], table.clockOf(TICK))).toEqual([1]);
  expect(await ranksAt(table, ['a'], table.clockOf(TICK + MINUTE_MS))).toEqual([
    ['DEGRADED', 'incomplete', 2],
  ]);
  await table.run(runClock(TICK + MINUTE_MS) + 1);
  expect(await ranksAt(table, ['a'], table.clockOf(TICK + MINUTE_MS))).toEqual([2]);
  const feature = { view: table.view.name, feature: 'rank' };
  const { explanation } = await service.client.explainFeature({
    project: 'demo',
    feature,
    keys: { user: 'a' },
  });
  expect(explanation).toMatchObject({ value: 2, clocks: { tickMs: TICK + MINUTE_MS } });
  expect(explanation.table?.rows.map(({ value, taken }) => `${value} ${taken}`)).toEqual([
    '2 true',
    '1 false',
  ]);
});

test('ticks that were missed are made up by the next run', async () => {
  const table = await ranks([rank('a', TICK, 1), rank('a', TICK + 3 * MINUTE_MS, 2), rank('b', TICK + 1, 3)]);
  await table.run(runClock(TICK));
  const later = TICK + 5 * MINUTE_MS;
  expect(await ranksAt(table, ['a', 'b'], table.clockOf(later))).toEqual([
    ['DEGRADED', 'incomplete', 1],
    ['DEGRADED', 'incomplete', null],
  ]);
  expect(await table.run(runClock(later))).toMatchObject({ cut_ms: later, values_written: 2 });
  expect(await ranksAt(table, ['a', 'b'], table.clockOf(later))).toEqual([2, 3]);
});

test('a correction counts from when it became known', async () => {
  const at = TICK - 5 * MINUTE_MS;
  const table = await ranks([rank('a', at, 1), rank('a', at, 2, TICK + 10_001), rank('a', at - 1, 9, TICK)]);
  await table.run(runClock(TICK));
  expect(await ranksAt(table, ['a'], table.clockOf(TICK))).toEqual([1]);
  expect(await table.run(runClock(TICK + MINUTE_MS))).toMatchObject({ values_written: 1, warnings: [] });
  expect(await ranksAt(table, ['a'], table.clockOf(TICK + MINUTE_MS))).toEqual([2]);
});

test('of rows with the same times one is chosen, the same one at every run', async () => {
  const table = await ranks([1, 2, 3, 4, 5].map((value) => rank('a', TICK, value)));
  await table.run(runClock(TICK));
  const [first] = await ranksAt(table, ['a'], table.clockOf(TICK));
  await offline.command(`OPTIMIZE TABLE ${table.source.table} FINAL`);
  await table.run(runClock(TICK) + 1, { full: true });
  expect(await ranksAt(table, ['a'], table.clockOf(TICK))).toEqual([first]);
});

test('a row that was added to a time that had been read makes the next run a full one, and it says so', async () => {
  const table = await ranks([rank('a', TICK - 1, 1), rank('b', TICK - 1, 1)]);
  await table.run(runClock(TICK));
  await insertProfiles(offline, table.source, [rank('b', TICK, 2), rank('c', TICK, 3)]);
  const result = await table.run(runClock(TICK + MINUTE_MS));
  expect(result).toMatchObject({ values_written: 3 });
  expect(result.warnings).toEqual([
    expect.stringMatching(
      /rows were added to "profiles", or taken out, at times .* needs a known_at, or a longer wait/,
    ),
  ]);
  expect(await ranksAt(table, ['a', 'b', 'c'], table.clockOf(TICK + MINUTE_MS))).toEqual([1, 2, 3]);
  expect((await table.run(runClock(TICK + 2 * MINUTE_MS))).warnings).toEqual([
    expect.stringContaining('no row of "profiles" is new since the tick'),
  ]);
});

test('a row that was taken out, or changed in place, is mended by a full run', async () => {
  const table = await ranks([rank('a', TICK - 2, 1), rank('a', TICK - 1, 2), rank('b', TICK - 1, 3)]);
  await table.run(runClock(TICK));
  await offline.command(`TRUNCATE TABLE ${table.source.table}`);
  await insertProfiles(offline, table.source, [rank('a', TICK - 2, 1), rank('b', TICK - 1, 4)]);
  await table.run(runClock(TICK) + 1, { full: true });
  expect(await ranksAt(table, ['a', 'b'], table.clockOf(TICK))).toEqual([1, 4]);
});

test('the value of one entity is made anew, be it lost or damaged', async () => {
  const table = await ranks([rank('a', TICK - 1, 1), rank('b', TICK - 1, 2), rank('c', TICK - 1, 3)]);
  await table.run(runClock(TICK));
  const keyOf = (user: string) => entityPartKey(BUCKET, table.view.id, PARTS.table, user);
  await redis.client.del(keyOf('a'));
  // what tells which row is later
  await redis.client.setrange(keyOf('b'), 8, Buffer.alloc(32, 0x7f));
  const before = await redis.client.getBuffer(keyOf('c'));
  for (const user of ['a', 'b']) expect(await table.rebuild(user, runClock(TICK) + 1)).toBe(1);
  expect(await ranksAt(table, ['a', 'b', 'c'], table.clockOf(TICK))).toEqual([1, 2, 3]);
  expect(await redis.client.getBuffer(keyOf('c'))).toEqual(before);
  expect(await table.rebuild('nobody', runClock(TICK) + 1)).toBe(0);
});

describe('max_age', () => {
  const aged = { maxAgeMs: 2 * MINUTE_MS };

  test('values that are older at the tick are null, and say why', async () => {
    const table = await ranks(
      [rank('a', TICK - 2 * MINUTE_MS, 1), rank('b', TICK - 2 * MINUTE_MS - 1, 2)],
      aged,
    );
    await table.run(runClock(TICK));
    expect(await ranksAt(table, ['a', 'b'], table.clockOf(TICK))).toEqual([1, 'OUTSIDE_MAX_AGE']);
    await table.run(runClock(TICK + MINUTE_MS));
    expect(await ranksAt(table, ['a', 'b'], table.clockOf(TICK + MINUTE_MS))).toEqual([
      'OUTSIDE_MAX_AGE',
      'OUTSIDE_MAX_AGE',
    ]);
  });

  test('an entity that is not in the table any more keeps its value until then, and it dies a while later', async () => {
    const table = await ranks([rank('a', TICK - 1, 1)], { maxAgeMs: DAY_MS });
    await table.run(runClock(TICK));
    await offline.command(`TRUNCATE TABLE ${table.source.table}`);
    const result = await table.run(runClock(TICK + MINUTE_MS));
    expect(result.warnings?.join()).toContain('no value was written');
    expect(await ranksAt(table, ['a'], table.clockOf(TICK + MINUTE_MS))).toEqual([1]);
    const diesAt = await redis.client.pexpiretime(entityPartKey(BUCKET, table.view.id, PARTS.table, 'a'));
    expect(diesAt).toBe(TICK - 1 + DAY_MS + 2 * MINUTE_MS + table.view.schedule.delayMs + HOUR_MS);
  });

  test('without it a value stays', async () => {
    const table = await ranks([rank('a', Date.UTC(1969, 6, 20), 1)]);
    await table.run(runClock(TICK));
    expect(await ranksAt(table, ['a'], table.clockOf(TICK))).toEqual([1]);
    expect(await redis.client.pttl(entityPartKey(BUCKET, table.view.id, PARTS.table, 'a'))).toBe(-1);
  });
});

describe('a run', () => {
  test('of an older tick than the finished one writes nothing, and says so', async () => {
    const table = await ranks([rank('a', TICK - 1, 1)]);
    await table.run(runClock(TICK + MINUTE_MS));
    const result = await table.run(runClock(TICK + MINUTE_MS), { cutMs: TICK });
    expect(result).toMatchObject({ cut_ms: TICK, values_written: 0 });
    expect(result.warnings).toEqual([expect.stringContaining('has finished, so its values stand')]);
  });

  test('for a tick that means nothing is refused', async () => {
    const table = await ranks([]);
    for (const [cutMs, reason] of [
      [TICK + 1, /is no multiple of the view's interval 1m/],
      [TICK + MINUTE_MS, /is later than .*, the newest whose rows are all known \(wait 10s\)/],
      [TICK - 5 * MINUTE_MS, /nobody reads the values of the tick/],
    ] as const)
      await expect(table.run(runClock(TICK), { cutMs })).rejects.toThrow(reason);
  });

  test('that adds to values which are lost meanwhile writes them all', async () => {
    const table = await ranks([rank('a', TICK - 1, 1), rank('b', TICK + 1, 2)]);
    await table.run(runClock(TICK));
    let lost = false;
    const result = await table.run(runClock(TICK + MINUTE_MS), {
      report: () => {
        if (!lost) void forget(table, 'a', 'b');
        lost = true;
      },
    });
    expect(result.values_written).toBe(2);
    expect(await readTableMarker(redis, BUCKET, table.view.id)).toMatchObject({ tickMs: TICK + MINUTE_MS });
    const parts = await Promise.all(['a', 'b'].map((user) => stored(table, user)));
    expect(parts.map((value) => value !== null)).toEqual([true, true]);
  });

  test('after the marker was lost writes every value', async () => {
    const table = await ranks([rank('a', TICK - 1, 1), rank('b', TICK + 1, 2)]);
    await table.run(runClock(TICK));
    await removeViewMarkers(redis, BUCKET, table.view.id);
    expect(await ranksAt(table, ['a'], table.clockOf(TICK))).toEqual([['DEGRADED', 'incomplete', 1]]);
    expect(await table.run(runClock(TICK + MINUTE_MS))).toMatchObject({ values_written: 2 });
  });

  test('in many chunks writes each entity once', async () => {
    const rows = Array.from({ length: 2_500 }, (_, i) => rank(`u${i}`, TICK - 1, i));
    const table = await ranks(rows);
    expect(await table.run(runClock(TICK), {}, 1_000)).toMatchObject({ values_written: 2_500, chunks: 3 });
    expect(await ranksAt(table, ['u0', 'u7', 'u2499'], table.clockOf(TICK))).toEqual([0, 7, 2_499]);
  });

  test('is recorded, a failed one with what made it fail, and leaves no value', async () => {
    const source = tableSource([{ name: 'embedding', type: 'vector<3>' }]);
    await createTable(offline, source, ['String', INSTANT, 'Array(Float32)']);
    const at = new Date(TICK - 1).toISOString().slice(0, -1);
    await offline.command(
      `INSERT INTO ${source.table} VALUES ('a', '${at}', [1, 2, 3]), ('b', '${at}', [1, 2])`,
    );
    const table = await ServedTable.create(servers, source);
    const message =
      /embedding" is no vector of 3 numbers in 1 row: one of 2 for entity "b"; correct these rows, or leave them out in a query/;
    await expect(table.run(runClock(TICK))).rejects.toThrow(message);
    expect(await stored(table, 'a')).toBeNull();
    expect(await runsOf(table)).toMatchObject([
      { state: 'failed', kind: 'materialize', cutMs: null, detail: expect.stringMatching(message) },
    ]);
  });
});

describe('a run that writes nothing says why', () => {
  const warningsOf = async (table: ServedTable) => (await table.run(runClock(TICK))).warnings;

  test.each<[string, readonly ProfileRow[], Partial<TableView>, RegExp]>([
    ['no rows', [], {}, /no value was written for the tick .*: "profiles" has no rows$/],
    [
      'only later rows',
      [rank('a', TICK + HOUR_MS, 1)],
      {},
      /no row of "profiles" has come into force and was known by then; the earliest is of /,
    ],
    [
      'only old rows',
      [rank('a', TICK - DAY_MS, 1)],
      { maxAgeMs: MINUTE_MS },
      /every row of "profiles" is older than max_age \(1m\)$/,
    ],
  ])('%s', async (_, rows, more, warning) => {
    expect(await warningsOf(await ranks(rows, more))).toEqual([expect.stringMatching(warning)]);
  });

  test('only rows without a key or a time', async () => {
    const source = tableSource(RANK);
    await createTable(offline, source, ['Nullable(String)', `Nullable(${INSTANT})`, 'Int32']);
    await offline.command(
      `INSERT INTO ${source.table} VALUES (NULL, now(), 1), (NULL, now(), 1), ('a', NULL, 1)`,
    );
    const table = await ServedTable.create(servers, source);
    const place = `view "${table.view.name}@1"`;
    expect((await warningsOf(table))?.map((warning) => warning.replace(place, 'PLACE'))).toEqual([
      'PLACE: 2 rows of "profiles" have a null join key (user) and are of no entity',
      'PLACE: 1 row of "profiles" have no event time (at) and are never seen',
      expect.stringMatching(/every row of "profiles" lacks a join key or its event time$/),
    ]);
  });
});
