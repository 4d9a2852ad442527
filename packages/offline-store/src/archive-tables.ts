/** The table of an event source's archive: its columns, how they are ordered, split and compressed, and its statements. */
import type { EventSource, Field } from '@forebay/definitions';
import { type ClickHousePlace, onCluster, shardEngine, shardingField, shardTable } from './cluster';
import { CLICKHOUSE_TYPES } from './column-types';
import { quoteName, quoteText } from './identifiers';
import { POSITION_COLUMNS, READ_COLUMNS, readPositionOf } from './tables';

const INSTANT = CLICKHOUSE_TYPES.timestamp;

const ARCHIVE_ENGINE = 'ReplacingMergeTree';

/** What the archive table of a source must be. */
export interface ArchiveLayout {
  readonly engine: string;
  readonly partitionKey: string;
  readonly sortingKey: readonly string[];
  /** Type by name, in order. */
  readonly columns: ReadonlyMap<string, string>;
}

/**
 * The archive of an event source. Every field but the event time is Nullable, sort keys included: an event with a null join key
 * is no event of that entity, but may be one of another view's.
 * The position ends the sorting key, so a record that is inserted twice collapses into one; as the partition is a function of
 * the event time, both copies are in one partition, and reads with FINAL need not merge across partitions.
 */
export function archiveLayout(source: EventSource): ArchiveLayout {
  return {
    engine: ARCHIVE_ENGINE,
    partitionKey: `toYYYYMM(${source.eventTime})`,
    sortingKey: archiveSortingKey(source),
    columns: new Map([
      ...source.fields.map((field): [string, string] => [field.name, columnType(source, field)]),
      [POSITION_COLUMNS.log, 'UInt16'],
      [POSITION_COLUMNS.offset, 'UInt64'],
      [POSITION_COLUMNS.knownAt, INSTANT],
      [POSITION_COLUMNS.arrivedAt, INSTANT],
      [POSITION_COLUMNS.claim, 'UInt64'],
      ...(source.rekey === undefined ? [] : READ_COLUMN_TYPES),
    ]),
  };
}

const READ_COLUMN_TYPES: readonly (readonly [string, string])[] = [
  [READ_COLUMNS.log, 'UInt16'],
  [READ_COLUMNS.offset, 'UInt64'],
];

/** The statements that make the archive of a source, or add the columns that it lacks. */
export interface ArchiveStatements {
  /** The table that holds the rows; of a cluster, those of one shard. */
  readonly table: string;
  readonly create: string;
  /** All to be run after `create`, and after the table has been looked at. */
  readonly complete: readonly string[];
}

export function archiveStatements(
  source: EventSource,
  { cluster, database }: ClickHousePlace,
): ArchiveStatements {
  const table = cluster === null ? source.table : shardTable(source.table);
  const [create, complete] = [
    archiveTableSql(source, table, cluster),
    archiveColumnsSql(source, table, cluster),
  ];
  if (cluster === null) return { table, create, complete: [complete] };
  const all = [allShardsSql(source, cluster, database), archiveColumnsSql(source, source.table, cluster)];
  return { table, create, complete: [complete, ...all] };
}

function archiveTableSql(source: EventSource, table: string, cluster: string | null): string {
  const { columns, sortingKey } = archiveLayout(source);
  const { claim } = POSITION_COLUMNS;
  const { log, offset } = readPositionOf(source);
  // a restart asks for the newest positions, which the sorting key does not lead to
  const byPosition = `INDEX _position (${log}, ${offset}) TYPE minmax GRANULARITY 1`;
  const engine = cluster === null ? `${ARCHIVE_ENGINE}(${claim})` : shardEngine(ARCHIVE_ENGINE, claim);
  const compressed = [...columns].map((column) => `${columnSql(column)}${codecSql(source, column[0])}`);
  return `CREATE TABLE IF NOT EXISTS ${quoteName(table)}${onCluster(cluster)} (${compressed.join(', ')}, ${byPosition})
    ENGINE = ${engine} PARTITION BY toYYYYMM(${quoteName(source.eventTime)})
    ORDER BY (${sortingKey.map(quoteName).join(', ')})
    SETTINGS allow_nullable_key = 1`;
}

/** The archive of a cluster: events of one value of the sharding field are on one shard, and so are copies of one event. */
function allShardsSql(source: EventSource, cluster: string, database: string): string {
  const { columns } = archiveLayout(source);
  const shard = quoteText(shardTable(source.table));
  return `CREATE TABLE IF NOT EXISTS ${quoteName(source.table)}${onCluster(cluster)} (${[...columns].map(columnSql).join(', ')})
    ENGINE = Distributed(${quoteName(cluster)}, ${quoteText(database)}, ${shard}, ${shardingSql(source)})`;
}

/** UInt64. An event without a value is of no entity that has the field as a key: the first shards take those. */
export function shardingSql(source: EventSource): string {
  const field = shardingField(source);
  if (field !== null) return `ifNull(cityHash64(${quoteName(field)}), 0)`;
  return `cityHash64(${POSITION_COLUMNS.log}, ${POSITION_COLUMNS.offset})`;
}

/** Adds the columns that the table lacks. */
function archiveColumnsSql(source: EventSource, table: string, cluster: string | null): string {
  const isOfRows = cluster === null || table !== source.table;
  const additions = [...archiveLayout(source).columns].map(
    (column) => `ADD COLUMN IF NOT EXISTS ${columnSql(column)}${isOfRows ? codecSql(source, column[0]) : ''}`,
  );
  return `ALTER TABLE ${quoteName(table)}${onCluster(cluster)} ${additions.join(', ')}`;
}

/** A statement that changes the rows of an archive (`DELETE WHERE …`), wherever they are. */
export function alterArchiveSql(
  { table }: Pick<EventSource, 'table'>,
  cluster: string | null,
  change: string,
): string {
  return `ALTER TABLE ${quoteName(cluster === null ? table : shardTable(table))}${onCluster(cluster)} ${change}`;
}

const RISING_COLUMNS: ReadonlySet<string> = new Set([
  POSITION_COLUMNS.offset,
  POSITION_COLUMNS.knownAt,
  POSITION_COLUMNS.arrivedAt,
  READ_COLUMNS.offset,
]);

/**
 * How a column is compressed (the ADR on archives has the sizes). Along the table's order the fields of the order repeat, which LZ4 packs
 * best, and times and offsets rise.
 */
function codecSql({ archiveOrder, eventTime }: EventSource, name: string): string {
  if (archiveOrder.includes(name)) return ' CODEC(LZ4)';
  return name === eventTime || RISING_COLUMNS.has(name) ? ' CODEC(Delta, ZSTD(1))' : ' CODEC(ZSTD(1))';
}

const columnSql = ([name, type]: readonly [string, string]) => `${quoteName(name)} ${type}`;

/** Entity first: a read of one entity, or of all in order, touches few granules. */
function archiveSortingKey(source: EventSource): string[] {
  const identity = source.eventId === null ? [] : [source.eventId];
  const names = [
    ...source.archiveOrder,
    source.eventTime,
    ...identity,
    POSITION_COLUMNS.log,
    POSITION_COLUMNS.offset,
  ];
  return [...new Set(names)];
}

function columnType(source: EventSource, { name, type }: Field): string {
  return name === source.eventTime ? CLICKHOUSE_TYPES[type] : `Nullable(${CLICKHOUSE_TYPES[type]})`;
}
