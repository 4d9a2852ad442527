import { compileView } from '@forebay/algebra';
import { HOUR_MS } from '@forebay/contract';
import { alterArchiveSql, archiveStatements, shardingSql } from './archive-tables';
import { type ClickHousePlace, everyShardSql, isShardLocal, onEveryServer } from './cluster';
import { FEATURE_SERIES_VIEW } from './feature-samples-tables';
import { source, view } from './orders.fixture';
import { segmentSelectSql, segmentSql } from './segments-sql';
import { metaStatements, OFFSETS_TABLE, REGISTRY_TABLE } from './tables';

const place: ClickHousePlace = { database: 'forebay', cluster: 'main' };
const cutMs = Date.UTC(2024, 0, 31, 12);
const run = { qMs: cutMs + HOUR_MS + 1, cutMs, finishedLoads: [1] };
const share = { chunk: 0, chunks: 1 };

/** A server that runs them for the first time makes tables of them that stay: look at each change. */
describe('statements for a cluster', () => {
  it('make an archive as a table of each shard, and one of all shards, on every server', () => {
    expect(archiveStatements(source, place)).toMatchSnapshot();
  });

  it("make Forebay's own tables on every server, with the same rows", () => {
    const statements = metaStatements('main');
    for (const statement of statements)
      expect(statement).toMatch(
        /^CREATE (VIEW IF NOT EXISTS \w+ ON CLUSTER `main` AS|TABLE .* ON CLUSTER `main` \([\s\S]*ENGINE = Replicated\w*MergeTree\(.*'\{shard\}_\{replica\}')/,
      );
    const ofKind = (table: string) => statements.filter((statement) => statement.includes(` ${table} ON`));
    expect([REGISTRY_TABLE, OFFSETS_TABLE, FEATURE_SERIES_VIEW].flatMap(ofKind)).toMatchSnapshot();
  });

  it('change the rows of an archive where they are', () => {
    expect(alterArchiveSql(source, 'main', 'DELETE WHERE 1')).toBe(
      'ALTER TABLE `_forebay_shard_orders` ON CLUSTER `main` DELETE WHERE 1',
    );
    expect(alterArchiveSql(source, null, 'DELETE WHERE 1')).toBe('ALTER TABLE `orders` DELETE WHERE 1');
  });

  it('keep the parameters of an engine, and refuse an engine whose rows would be of one server', () => {
    const table = (engine: string) => `CREATE TABLE IF NOT EXISTS t (a Int8)\n ENGINE = ${engine} ORDER BY a`;
    expect(onEveryServer(table('ReplacingMergeTree(a)'), 'c')).toBe(
      "CREATE TABLE IF NOT EXISTS t ON CLUSTER `c` (a Int8)\n ENGINE = ReplicatedReplacingMergeTree('/clickhouse/tables/all/{database}/{table}', '{shard}_{replica}', a) ORDER BY a",
    );
    expect(onEveryServer(table('Log'), null)).toBe(table('Log'));
    expect(() => onEveryServer(table('Log'), 'c')).toThrow(/no statement for a cluster is known for/);
    expect(() => onEveryServer('DROP TABLE t', 'c')).toThrow(/no statement for a cluster is known for/);
  });
});

describe('values on a cluster', () => {
  it('are made by each shard of its own events, where it has all of an entity', () => {
    const layout = compileView(view, source);
    expect(isShardLocal(layout)).toBe(true);
    const ofShard = segmentSelectSql(layout, run, share, 'forebay');
    expect(ofShard).toContain('FROM `forebay`.`_forebay_shard_orders` AS t FINAL');
    const { query, parameters } = segmentSql(layout, run, share, place);
    expect(query).toBe(`${everyShardSql(ofShard, 'main')}\nFORMAT RowBinary`);
    expect(parameters).toEqual(segmentSql(layout, run, share).parameters);
  });

  it('are made of the events of all shards by the server that is asked, where a shard has not all of an entity', () => {
    const other = compileView({ ...view, keyFields: ['shop'] }, source);
    expect(isShardLocal(other)).toBe(false);
    expect(segmentSql(other, run, share, place)).toEqual(segmentSql(other, run, share));
    expect(isShardLocal(compileView(view, { ...source, archiveOrder: [] }))).toBe(false);
  });

  it('have copies of an event on one shard, with an order of the archive and without', () => {
    expect(shardingSql(source)).toBe('ifNull(cityHash64(`user`), 0)');
    expect(shardingSql({ ...source, archiveOrder: [] })).toBe('cityHash64(_log, _offset)');
  });
});
