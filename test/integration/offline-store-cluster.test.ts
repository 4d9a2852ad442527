/**
 * What a cluster of ClickHouse servers would run, on one: that its statements can be parsed, and that shards, for which databases stand
 * here, make together what one server makes.
 */
import { compileView, type ViewLayout } from '@forebay/algebra';
import type { EventSource } from '@forebay/definitions';
import {
  ArchiveBlock,
  ArchiveWriter,
  applyEventSource,
  archiveStatements,
  createMetaTables,
  everyShardSql,
  metaStatements,
  type OfflineStore,
  openOfflineStore,
  quoteName,
  type SegmentRun,
  segmentParameters,
  segmentSelectSql,
  segmentSql,
  shardingSql,
  shardTable,
} from '@forebay/offline-store';
import { sharedStack, useDatabase } from '../support/stack';
import { aggregationView, DAY, eventSource, HOUR, randomFrom, sliding } from './offline-store-fixtures';

const SHARDS = 3;
const EVENTS = 3_000;
const CUT = Date.UTC(2024, 2, 10, 6);
const RUN: SegmentRun = { qMs: CUT + HOUR, cutMs: CUT, finishedLoads: [1] };
const WHOLE = { chunk: 0, chunks: 1 };

const database = useDatabase('cluster');
const shards = Array.from({ length: SHARDS }, () => useDatabase('shard'));
let store: OfflineStore;

const source = eventSource(
  'orders',
  [
    { name: 'at', type: 'timestamp' },
    { name: 'user', type: 'string' },
    { name: 'shop', type: 'int64' },
    { name: 'amount', type: 'double' },
  ],
  { archiveOrder: ['user'] },
);

const features = [
  { operation: 'count', window: sliding(DAY, HOUR) },
  { operation: 'sum', input: 'amount', window: sliding(7 * DAY, HOUR) },
  { operation: 'last', input: 'amount', window: sliding(30 * DAY, DAY) },
  { operation: 'distinct_count', input: 'shop', window: sliding(7 * DAY, DAY), parameters: { exact: 64 } },
] as const;
const layoutBy = (...keys: string[]) => compileView(aggregationView(source, keys, features), source);

beforeAll(async () => {
  store = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: database.name });
  await createMetaTables(store);
  await applyEventSource(store, source);
  await archive();
  for (const [shard, { name }] of shards.entries()) await fillShard(name, shard);
});
afterAll(() => store.close());

/** Each record twice, as after a replay. */
async function archive(): Promise<void> {
  const random = randomFrom(7);
  const block = new ArchiveBlock(source);
  for (let offset = 0; offset < EVENTS; offset++) {
    const user = random() < 0.02 ? null : `user-${Math.floor(40 * random())}`;
    const at = CUT + HOUR - Math.floor(random() * 20 * DAY);
    block.append([at, user, Math.floor(9 * random()), Math.round(1_000 * random()) / 8], {
      log: 8_192,
      offset,
      knownAtMs: at,
      arrivedAtMs: at,
    });
  }
  const writer = new ArchiveWriter(store, source, 0, () => 0);
  await writer.insert(block, []);
  await writer.insert(block, []);
}

/** As a Distributed table spreads rows: by the remainder of the sharding key. */
async function fillShard(name: string, shard: number): Promise<void> {
  const table = shardTable(source.table);
  const own = await openOfflineStore({ url: sharedStack.clickhouseUrl, database: name });
  await applyEventSource(own, { ...source, table });
  await own.close();
  await store.command(
    `INSERT INTO ${quoteName(name)}.${quoteName(table)} SELECT * FROM ${quoteName(source.table)} WHERE ${shardingSql(source)} % ${SHARDS} = ${shard}`,
  );
}

async function valuesOf(select: string, layout: ViewLayout): Promise<Map<string, string>> {
  const rows = await store.rows<{ key: string; bytes: string }>(
    `SELECT key, hex(value) AS bytes FROM (${select})`,
    segmentParameters(layout, RUN, WHOLE),
  );
  return new Map(rows.map(({ key, bytes }) => [key, bytes]));
}

test('a server that is of no such cluster is told apart when it is connected', async () => {
  const { name } = database;
  await expect(
    openOfflineStore({ url: sharedStack.clickhouseUrl, database: name, cluster: 'nowhere' }),
  ).rejects.toMatchObject({
    reason: 'invalid_configuration',
    message: expect.stringContaining('the server knows no cluster "nowhere"'),
  });
});

test('every statement for a cluster is one that ClickHouse can read', async () => {
  const place = { database: 'forebay', cluster: 'main' };
  const sources: EventSource[] = [source, { ...source, archiveOrder: [] }];
  const statements = [
    ...metaStatements(place.cluster),
    ...sources.flatMap((each) => {
      const { create, complete } = archiveStatements(each, place);
      return [create, ...complete];
    }),
    segmentSql(layoutBy('user'), RUN, WHOLE, place).query,
  ];
  for (const statement of statements) {
    const [row] = await store.rows<{ text: string }>('SELECT formatQuery({statement:String}) AS text', {
      statement,
    });
    expect(row?.text).toMatch(/ON CLUSTER main|FROM cluster\('main', view\(/);
  }
});

test.each([[['user']], [['user', 'shop']]])(
  'shards make the values by %p together, byte for byte',
  async (keys) => {
    const layout = layoutBy(...keys);
    const wanted = await valuesOf(segmentSelectSql(layout, RUN, WHOLE), layout);
    expect(wanted.size).toBeGreaterThan(30);
    const found = new Map<string, string>();
    for (const { name } of shards) {
      const own = await valuesOf(segmentSelectSql(layout, RUN, WHOLE, name), layout);
      expect(own.size).toBeGreaterThan(0);
      for (const [key, value] of own) {
        expect(found.has(key)).toBe(false);
        found.set(key, value);
      }
    }
    expect(found).toEqual(wanted);
  },
);

test('a server takes the statement from another one, with its parameters', async () => {
  const layout = layoutBy('user');
  const [first] = shards as [{ name: string }];
  const select = segmentSelectSql(layout, RUN, WHOLE, first.name);
  const sent = everyShardSql(select, 'main').replace("cluster('main'", "remote('127.0.0.1'");
  expect(await valuesOf(sent, layout)).toEqual(await valuesOf(select, layout));
});

test('values of entities that are spread over shards are made of the events of all', async () => {
  const layout = layoutBy('shop');
  const databases = shards.map(({ name }) => `^${name}$`).join('|');
  // stands for the Distributed table: rows of all shards, under the name of the archive
  const all = { ...source, table: 'all_shards' };
  await store.command(
    `CREATE TABLE all_shards AS ${quoteName(source.table)} ENGINE = Merge(REGEXP('${databases}'), '^${shardTable(source.table)}$')`,
  );
  const spread = compileView(aggregationView(all, ['shop'], features), all);
  const wanted = await valuesOf(segmentSelectSql(layout, RUN, WHOLE), layout);
  expect(wanted.size).toBe(9);
  expect(await valuesOf(segmentSelectSql(spread, RUN, WHOLE), spread)).toEqual(wanted);
});
