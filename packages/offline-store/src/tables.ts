import type { EventSource, Field } from '@forebay/definitions';
import type { OfflineStore } from './client';
import {
  type ClickHousePlace,
  onCluster,
  onEveryServer,
  shardEngine,
  shardingField,
  shardTable,
} from './cluster';
import { CLICKHOUSE_TYPES } from './column-types';
import { FEATURE_SAMPLES_STATEMENTS } from './feature-samples-tables';
import { quoteName, quoteText } from './identifiers';
import { SERVED_LOG_STATEMENTS } from './served-log-tables';

/**
 * Columns that Forebay adds to each archive table.
 * `_log`, `_offset`: the position (see "tie" in docs/CODEC.md); `_known_at`: when the event became known;
 * `_arrived_at`: the broker's time of the record, of a loaded row the time of the load; `_claim`: of several rows of one position the
 * one with the highest counts: whoever looks fields up has a higher claim than those who read the partition before.
 */
export const POSITION_COLUMNS = {
  log: '_log',
  offset: '_offset',
  knownAt: '_known_at',
  arrivedAt: '_arrived_at',
  claim: '_claim',
} as const;

/**
 * Columns that an archive has beyond those whose records are copied into an internal topic, which is what is read: where a copy stands
 * there. `_log` and `_offset` are the original's.
 */
export const READ_COLUMNS = { log: '_read_log', offset: '_read_offset' } as const;

/** The columns of the position that records were read at, by which reading goes on. */
export function readPositionOf({
  rekey,
}: Pick<EventSource, 'rekey'>): typeof READ_COLUMNS | typeof POSITION_COLUMNS {
  return rekey === undefined ? POSITION_COLUMNS : READ_COLUMNS;
}

/** In the order in which a block has them. */
export function positionColumnsOf({ rekey }: Pick<EventSource, 'rekey'>): readonly string[] {
  const columns = Object.values(POSITION_COLUMNS);
  return rekey === undefined ? columns : [...columns, ...Object.values(READ_COLUMNS)];
}

/** `_log` of a loaded row is the number of its load, below this; of a Kafka record this + its partition. */
export const FIRST_PARTITION_LOG = 8_192;

export const REGISTRY_TABLE = '_forebay_registry';
export const LOADS_TABLE = '_forebay_loads';
export const OFFSETS_TABLE = '_forebay_archive_offsets';
export const RUNS_TABLE = '_forebay_runs';
export const TOPICS_TABLE = '_forebay_topics';
/** Replays of dead letters that count. */
export const REPLAYS_TABLE = '_forebay_replays';

const INSTANT = CLICKHOUSE_TYPES.timestamp;

/** Number of the insert that brought a row: who was first, whatever the writers' clocks say. */
export const INSERT_ORDER = '_block_number';
const KEEP_INSERT_ORDER = 'SETTINGS enable_block_number_column = 1';

const META_TABLES = [
  // append-only: one row per apply; `snapshot` is the base64 of the registry snapshot's protobuf bytes
  `CREATE TABLE IF NOT EXISTS ${REGISTRY_TABLE} (version UInt64, applied_at ${INSTANT}, author String, project String,
    snapshot String, summary String, entry UUID)
    ENGINE = MergeTree ORDER BY (version, applied_at) ${KEEP_INSERT_ORDER}`,
  // `archive` is the archive's table: names of sources are unique in their project only
  // the newest row of (archive, load_number) holds; states: started, finished, failed
  `CREATE TABLE IF NOT EXISTS ${LOADS_TABLE} (archive String, load_number UInt16, load_id String, attempt UUID, state LowCardinality(String),
    complete_until ${INSTANT}, rows UInt64, skipped UInt64, started_at ${INSTANT}, changed_at ${INSTANT}, detail String)
    ENGINE = MergeTree ORDER BY (archive, load_number, changed_at) ${KEEP_INSERT_ORDER}`,
  // one row per writer session and partition: the archive holds all of [from_offset, to_offset)
  `CREATE TABLE IF NOT EXISTS ${OFFSETS_TABLE} (archive String, epoch UInt16, partition UInt32, from_offset UInt64, to_offset UInt64, at ${INSTANT})
    ENGINE = ReplacingMergeTree(to_offset) ORDER BY (archive, epoch, partition, from_offset)`,
  // one row per topic and epoch, the first one holds: `id` is Kafka's ('': not known)
  `CREATE TABLE IF NOT EXISTS ${TOPICS_TABLE} (topic String, epoch UInt16, id String, noticed_at ${INSTANT})
    ENGINE = MergeTree ORDER BY (topic, epoch) ${KEEP_INSERT_ORDER}`,
  `CREATE TABLE IF NOT EXISTS ${RUNS_TABLE} (run String, kind LowCardinality(String), view String, state LowCardinality(String),
    cut Nullable(${INSTANT}), clock ${INSTANT}, values UInt64, chunks UInt32, started_at ${INSTANT}, changed_at ${INSTANT}, detail String)
    ENGINE = MergeTree ORDER BY (view, run, changed_at)`,
  // (topic, partition, offset, arrived_at): where the original stood; read_…: where its replay stands that counts
  `CREATE TABLE IF NOT EXISTS ${REPLAYS_TABLE} (archive String, topic String, partition UInt32, offset UInt64, arrived_at ${INSTANT},
    read_epoch UInt16, read_partition UInt32, read_offset UInt64, recorded_at ${INSTANT})
    ENGINE = ReplacingMergeTree ORDER BY (archive, topic, partition, offset, arrived_at, read_epoch, read_partition, read_offset)`,
];

/** Those that make the tables of Forebay's own. */
export function metaStatements(cluster: string | null): string[] {
  const statements = [...META_TABLES, ...SERVED_LOG_STATEMENTS, ...FEATURE_SAMPLES_STATEMENTS];
  return statements.map((statement) => onEveryServer(statement, cluster));
}

/** Creates what is missing of the tables that Forebay keeps its own records in. Idempotent. */
export async function createMetaTables(store: OfflineStore): Promise<void> {
  for (const statement of metaStatements(store.cluster)) await store.command(statement);
}

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
  return `CREATE TABLE IF NOT EXISTS ${quoteName(table)}${onCluster(cluster)} (${[...columns].map(columnSql).join(', ')}, ${byPosition})
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
  const additions = [...archiveLayout(source).columns].map(
    (column) => `ADD COLUMN IF NOT EXISTS ${columnSql(column)}`,
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
