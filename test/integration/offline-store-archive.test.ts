import { createServer } from 'node:net';
import {
  ArchiveBlock,
  ArchiveWriter,
  appendRegistry,
  applyEventSource,
  archivedUpTo,
  arrivedFrom,
  createMetaTables,
  firstOffsetsArrived,
  knownFrom,
  listRuns,
  type OfflineStore,
  openOfflineStore,
  readNewestRegistry,
  readRegistryLog,
  recordRun,
} from '@forebay/offline-store';
import { sharedStack, uniqueName, useDatabase } from '../support/stack';
import { eventSource } from './offline-store-fixtures';

const database = useDatabase('archive');
let store: OfflineStore;

beforeAll(async () => {
  store = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
  await createMetaTables(store);
});
afterAll(() => store.close());

const AT = Date.UTC(2024, 0, 31, 23, 59, 59, 999);
const FIELDS = [
  { name: 'at', type: 'timestamp' },
  { name: 'user', type: 'string' },
  { name: 'amount', type: 'double' },
  { name: 'count', type: 'int64' },
  { name: 'size', type: 'int32' },
  { name: 'paid', type: 'bool' },
  { name: 'known', type: 'timestamp' },
] as const;
const newSource = () =>
  eventSource(uniqueName('events'), FIELDS, { archiveOrder: ['user'], knownAt: 'known' });
const position = (offset: number) => ({ log: 8_192, offset, knownAtMs: AT + 5, arrivedAtMs: AT + 3 });

describe('connecting', () => {
  it('creates a database that is not there, and says so when asked twice', async () => {
    const name = uniqueName('created');
    for (let i = 0; i < 2; i++) {
      const opened = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: name });
      expect(await opened.rows('SELECT currentDatabase() AS name')).toEqual([{ name }]);
      await opened.close();
    }
    await store.command(`DROP DATABASE ${name}`);
  });

  it('names the server and the setting when it is not reachable, and no password', async () => {
    const closed = createServer().listen(0, '127.0.0.1');
    await new Promise((resolve) => closed.once('listening', resolve));
    const { port } = closed.address() as { port: number };
    await new Promise((resolve) => closed.close(resolve));
    const opening = openOfflineStore({
      url: `http://reader:secret@127.0.0.1:${port}`,
      database: 'any',
      connectDeadlineMs: 300,
      setting: 'FOREBAY_CLICKHOUSE_URL',
    });
    const error = await opening.then(
      () => null,
      (thrown: Error) => thrown,
    );
    expect(error).toMatchObject({ reason: 'unavailable' });
    expect(error?.message).toContain(`http://127.0.0.1:${port} (FOREBAY_CLICKHOUSE_URL)`);
    expect(error?.message).not.toContain('secret');
  });
});

describe('tables of an event source', () => {
  it('are created once, and gain the columns of a new definition', async () => {
    const source = newSource();
    await applyEventSource(store, source);
    await applyEventSource(store, source);
    const grown = { ...source, fields: [...source.fields, { name: 'note', type: 'string' as const }] };
    await applyEventSource(store, grown);
    const columns = await store.rows<{ name: string; type: string }>(
      `SELECT name, type FROM system.columns WHERE database = currentDatabase() AND table = {table:String}`,
      {
        table: source.table,
      },
    );
    expect(columns.map(({ name, type }) => `${name} ${type}`)).toEqual([
      "at DateTime64(3, 'UTC')",
      'user Nullable(String)',
      'amount Nullable(Float64)',
      'count Nullable(Int64)',
      'size Nullable(Int32)',
      'paid Nullable(Bool)',
      "known Nullable(DateTime64(3, 'UTC'))",
      '_log UInt16',
      '_offset UInt64',
      "_known_at DateTime64(3, 'UTC')",
      "_arrived_at DateTime64(3, 'UTC')",
      '_claim UInt64',
      'note Nullable(String)',
    ]);
  });

  it('are refused when a table of that name can not be theirs, which is left as it is', async () => {
    const source = newSource();
    await applyEventSource(store, source);
    const retyped = source.fields.map((field) =>
      field.name === 'amount' ? { name: 'amount', type: 'string' as const } : field,
    );
    const changed = {
      ...source,
      fields: [...retyped, { name: 'note', type: 'string' as const }],
      archiveOrder: ['size'],
    };
    const refused = applyEventSource(store, changed);
    await expect(refused).rejects.toMatchObject({ reason: 'failed_precondition' });
    await expect(refused).rejects.toThrow(
      `source "${source.name}": its archive table "${store.database}.${source.table}" exists and does not fit: ` +
        'the type of column "amount" is Nullable(Float64) there, and Nullable(String) by the definition; ' +
        'the sorting key is user, at, _log, _offset there, and size, at, _log, _offset by the definition. declare another "table"',
    );
    const columns = await store.rows(
      'SELECT name FROM system.columns WHERE database = currentDatabase() AND table = {table:String}',
      { table: source.table },
    );
    expect(columns).not.toContainEqual({ name: 'note' });
  });
});

describe('archiving', () => {
  it('keeps every value, and each event once however often it is inserted', async () => {
    const source = newSource();
    await applyEventSource(store, source);
    const block = new ArchiveBlock(source);
    block.append([AT, 'zoë 😀', -1.5, 2n ** 63n - 1n, -2_147_483_648, true, AT + 7], position(0));
    block.append([AT + 1, null, null, -9_007_199_254_740_991, null, false, null], position(1));
    block.append([-1, 'x'.repeat(3_000_000), 0, 0, 0, null, null], position(2));
    const writers = [
      new ArchiveWriter(store, source, 0, () => AT),
      new ArchiveWriter(store, source, 0, () => AT),
    ];
    for (const writer of [...writers, ...writers])
      await writer.insert(block, [{ partition: 0, from: 0, to: 3 }]);
    const rows = await store.rows(
      `SELECT substringUTF8(user, 1, 6) AS name, amount, toString(count) AS number, size, paid, _log, toUInt32(_offset) AS place FROM ${source.table} FINAL ORDER BY place`,
    );
    expect(rows).toEqual([
      {
        name: 'zoë 😀',
        amount: -1.5,
        number: '9223372036854775807',
        size: -2_147_483_648,
        paid: true,
        _log: 8_192,
        place: 0,
      },
      {
        name: null,
        amount: null,
        number: '-9007199254740991',
        size: null,
        paid: false,
        _log: 8_192,
        place: 1,
      },
      { name: 'xxxxxx', amount: 0, number: '0', size: 0, paid: null, _log: 8_192, place: 2 },
    ]);
    const [exact] = await store.rows<Record<string, number>>(
      `SELECT count() = 3 AS once, countIf(user = 'zoë 😀') AS name, countIf(toUnixTimestamp64Milli(_known_at) = {at:Int64} + 7) AS declared,
         countIf(toUnixTimestamp64Milli(_known_at) = {at:Int64} + 5) AS recorded, countIf(toUnixTimestamp64Milli(at) = -1) AS before, countIf(length(user) = 3000000) AS long,
         countIf(toUnixTimestamp64Milli(_arrived_at) = {at:Int64} + 3) AS arrived FROM ${source.table} FINAL`,
      { at: AT },
    );
    expect(
      Object.fromEntries(Object.entries(exact ?? {}).map(([name, value]) => [name, Number(value)])),
    ).toEqual({
      once: 1,
      name: 1,
      declared: 1,
      recorded: 2,
      before: 1,
      long: 1,
      arrived: 3,
    });
  });

  it('takes a block that spans more months than ClickHouse allows by default', async () => {
    const source = newSource();
    await applyEventSource(store, source);
    const block = new ArchiveBlock(source);
    for (let month = 0; month < 130; month++)
      block.append([Date.UTC(2000, month, 1), 'ann', 1, 1, 1, true, null], position(month));
    await new ArchiveWriter(store, source, 0, () => AT).insert(block, []);
    expect(await store.rows(`SELECT toUInt32(count()) AS n FROM ${source.table} FINAL`)).toEqual([
      { n: 130 },
    ]);
  });

  it('refuses an event time that the archive cannot hold, and keeps the block whole', () => {
    const block = new ArchiveBlock(newSource());
    block.append([AT, 'ann', 1, 1, 1, true, null], position(0));
    const before = Buffer.from(block.bytes());
    for (const at of [null, Date.UTC(1899, 11, 31), Date.UTC(2300, 0, 1), 0.5]) {
      expect(() => block.append([at, 'ann', 1, 1, 1, true, null], position(1))).toThrow('event time');
    }
    expect(block.rows).toBe(1);
    expect(block.bytes().equals(before)).toBe(true);
  });
});

describe('what is archived without a gap', () => {
  const range = (partition: number, from: number, to: number) => [{ partition, from, to }];

  it('ends at the first gap, and goes on when the gap is filled by anybody', async () => {
    const source = newSource();
    await applyEventSource(store, source);
    const empty = new ArchiveBlock(source);
    const upTo = () => archivedUpTo(store, source, 2);
    expect(await upTo()).toEqual([]);
    const [first, second] = [
      new ArchiveWriter(store, source, 2, () => AT),
      new ArchiveWriter(store, source, 2, () => AT),
    ];
    await first.insert(empty, [...range(0, 100, 150), ...range(1, 0, 5)]);
    await first.insert(empty, [...range(0, 150, 180), ...range(1, 5, 5)]);
    await second.insert(empty, range(0, 200, 250));
    expect(await upTo()).toEqual([
      { partition: 0, first: 100, end: 180, last: { from: 200, to: 250 } },
      { partition: 1, first: 0, end: 5, last: { from: 0, to: 5 } },
    ]);
    await second.insert(empty, range(0, 170, 190));
    expect((await upTo())[0]?.end).toBe(190);
    await second.insert(empty, range(0, 190, 200));
    expect((await upTo())[0]).toEqual({ partition: 0, first: 100, end: 250, last: { from: 100, to: 250 } });
    expect(await archivedUpTo(store, source, 3)).toEqual([]);
  });

  it('is held in one row per writer and partition', async () => {
    const source = newSource();
    await applyEventSource(store, source);
    const writer = new ArchiveWriter(store, source, 0, () => AT);
    for (let i = 0; i < 20; i++) await writer.insert(new ArchiveBlock(source), range(3, i * 10, i * 10 + 10));
    expect(await archivedUpTo(store, source, 0)).toEqual([
      { partition: 3, first: 0, end: 200, last: { from: 0, to: 200 } },
    ]);
    const rows = await store.rows(
      'SELECT toUInt32(count()) AS n FROM _forebay_archive_offsets FINAL WHERE archive = {source:String}',
      { source: source.table },
    );
    expect(rows).toEqual([{ n: 1 }]);
  });

  it('is kept by the table, for sources of two projects may have one name', async () => {
    const source = newSource();
    const namesake = { ...source, table: uniqueName('namesake') };
    await applyEventSource(store, source);
    await applyEventSource(store, namesake);
    await new ArchiveWriter(store, source, 0, () => AT).insert(new ArchiveBlock(source), range(0, 0, 5));
    expect(await archivedUpTo(store, source, 0)).toHaveLength(1);
    expect(await archivedUpTo(store, namesake, 0)).toEqual([]);
  });

  it('begins with a record whose time is asked for', async () => {
    const source = newSource();
    await applyEventSource(store, source);
    const block = new ArchiveBlock(source);
    for (let i = 0; i < 5; i++)
      block.append([AT, 'a', 1, 1, 1, true, null], { ...position(i), knownAtMs: AT + i });
    await new ArchiveWriter(store, source, 0, () => AT).insert(block, range(0, 0, 5));
    const partition = position(0).log - 8_192;
    expect(await knownFrom(store, source, { partition, offset: 3 })).toBe(AT + 3);
    expect(await knownFrom(store, source, { partition, offset: 5 })).toBeNull();
    expect(await knownFrom(store, source, { partition: partition + 1, offset: 0 })).toBeNull();
  });
});

describe('records by their arrival', () => {
  it('are found by an offset and by an instant; what is not archived arrived later', async () => {
    const source = newSource();
    await applyEventSource(store, source);
    const block = new ArchiveBlock(source);
    const append = (partition: number, offset: number, arrivedAtMs: number) =>
      block.append([AT, 'a', 1, 1, 1, true, null], {
        ...position(offset),
        log: 8_192 + partition,
        arrivedAtMs,
      });
    for (let i = 0; i < 5; i++) append(0, i, AT + i);
    append(3, 7, AT + 2);
    // of a load, which came from no topic
    block.append([AT, 'a', 1, 1, 1, true, null], { ...position(0), log: 1 });
    await new ArchiveWriter(store, source, 0, () => AT).insert(block, [{ partition: 0, from: 0, to: 5 }]);
    const from = (partition: number, offset: number) => arrivedFrom(store, source, { partition, offset });
    expect(await Promise.all([from(0, 3), from(0, 5), from(3, 0), from(1, 0)])).toEqual([
      AT + 3,
      AT + 4,
      AT + 2,
      null,
    ]);
    const since = async (sinceMs: number) =>
      Object.fromEntries(await firstOffsetsArrived(store, source, sinceMs));
    expect(await since(AT + 2)).toEqual({ 0: 2, 3: 7 });
    expect(await since(AT + 3)).toEqual({ 0: 3 });
    expect(await since(Number.NEGATIVE_INFINITY)).toEqual({ 0: 0, 3: 7 });
    expect(await since(AT + 9)).toEqual({});
  });
});

describe('the log of applied registries', () => {
  it('gives the newest snapshot, keeps the old ones, and refuses a version that is not the next', async () => {
    expect(await readNewestRegistry(store)).toBeNull();
    const entry = (version: number) => ({
      version,
      appliedAtMs: AT + version,
      author: 'ann',
      project: 'demo',
      snapshot: Uint8Array.from([0, 255, version]),
      summary: `change ${version}`,
    });
    await appendRegistry(store, entry(1));
    await appendRegistry(store, entry(2));
    await expect(appendRegistry(store, entry(2))).rejects.toMatchObject({ reason: 'conflict' });
    await expect(appendRegistry(store, entry(4))).rejects.toThrow(
      "version 4 can't be applied after version 2",
    );
    const newest = await readNewestRegistry(store);
    expect({ ...newest, snapshot: [...(newest?.snapshot ?? [])] }).toEqual({
      ...entry(2),
      snapshot: [0, 255, 2],
    });
    expect((await readRegistryLog(store, 10)).map(({ version, author }) => `${version} ${author}`)).toEqual([
      '2 ann',
      '1 ann',
    ]);
  });

  it('lets one of several appliers of one version through', async () => {
    const newest = (await readNewestRegistry(store))?.version ?? 0;
    const entry = {
      version: newest + 1,
      appliedAtMs: AT,
      author: 'ann',
      project: 'demo',
      snapshot: new Uint8Array(3),
      summary: '',
    };
    const outcomes = await Promise.allSettled(Array.from({ length: 4 }, () => appendRegistry(store, entry)));
    expect(outcomes.filter(({ status }) => status === 'fulfilled')).toHaveLength(1);
    expect((await readNewestRegistry(store))?.version).toBe(newest + 1);
  });
});

describe('the log of batch runs', () => {
  it('gives each run in its newest state, the newest run first', async () => {
    const run = {
      run: uniqueName('run'),
      kind: 'materialize',
      view: 'airports@1',
      state: 'started' as const,
      cutMs: null as number | null,
      qMs: AT + 1,
      values: 0,
      chunks: 0,
      startedAtMs: AT + 1,
      changedAtMs: AT + 1,
      detail: '',
    };
    const finished = {
      ...run,
      state: 'finished' as const,
      cutMs: AT,
      values: 229,
      chunks: 3,
      changedAtMs: AT + 9,
    };
    const later = { ...run, run: uniqueName('run'), startedAtMs: AT + 5, changedAtMs: AT + 5 };
    for (const state of [run, finished, later]) await recordRun(store, state);
    expect(await listRuns(store, 10)).toEqual([later, finished]);
    expect(await listRuns(store, 1)).toEqual([later]);
  });
});
