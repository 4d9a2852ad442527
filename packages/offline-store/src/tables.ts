import type { EventSource, Field } from '@forebay/definitions';
import type { OfflineStore } from './client';
import { CLICKHOUSE_TYPES } from './column-types';
import { quoteName } from './identifiers';
import { SERVED_LOG_STATEMENTS } from './served-log-tables';

/**
 * Columns that Forebay adds to each archive table.
 * `_log`, `_offset`: the position (see "tie" in docs/CODEC.md); `_known_at`: when the event became known;
 * `_arrived_at`: the broker's time of the record, of a loaded row the time of the load.
 */
export const POSITION_COLUMNS = {
  log: '_log',
  offset: '_offset',
  knownAt: '_known_at',
  arrivedAt: '_arrived_at',
} as const;

/** `_log` of a loaded row is the number of its load, below this; of a Kafka record this + its partition. */
export const FIRST_PARTITION_LOG = 8_192;

export const REGISTRY_TABLE = '_forebay_registry';
export const LOADS_TABLE = '_forebay_loads';
export const OFFSETS_TABLE = '_forebay_archive_offsets';
export const RUNS_TABLE = '_forebay_runs';

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
  `CREATE TABLE IF NOT EXISTS ${RUNS_TABLE} (run String, kind LowCardinality(String), view String, state LowCardinality(String),
    cut Nullable(${INSTANT}), clock ${INSTANT}, values UInt64, chunks UInt32, started_at ${INSTANT}, changed_at ${INSTANT}, detail String)
    ENGINE = MergeTree ORDER BY (view, run, changed_at)`,
];

/** Creates what is missing of the tables that Forebay keeps its own records in. Idempotent. */
export async function createMetaTables(store: OfflineStore): Promise<void> {
  for (const statement of [...META_TABLES, ...SERVED_LOG_STATEMENTS]) await store.command(statement);
}

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
    engine: 'ReplacingMergeTree',
    partitionKey: `toYYYYMM(${source.eventTime})`,
    sortingKey: archiveSortingKey(source),
    columns: new Map([
      ...source.fields.map((field): [string, string] => [field.name, columnType(source, field)]),
      [POSITION_COLUMNS.log, 'UInt16'],
      [POSITION_COLUMNS.offset, 'UInt64'],
      [POSITION_COLUMNS.knownAt, INSTANT],
      [POSITION_COLUMNS.arrivedAt, INSTANT],
    ]),
  };
}

export function archiveTableSql(source: EventSource): string {
  const { engine, columns, sortingKey } = archiveLayout(source);
  return `CREATE TABLE IF NOT EXISTS ${quoteName(source.table)} (${[...columns].map(columnSql).join(', ')})
    ENGINE = ${engine} PARTITION BY toYYYYMM(${quoteName(source.eventTime)})
    ORDER BY (${sortingKey.map(quoteName).join(', ')})
    SETTINGS allow_nullable_key = 1`;
}

/** Adds the columns that the table lacks. */
export function archiveColumnsSql(source: EventSource): string {
  const additions = [...archiveLayout(source).columns].map(
    (column) => `ADD COLUMN IF NOT EXISTS ${columnSql(column)}`,
  );
  return `ALTER TABLE ${quoteName(source.table)} ${additions.join(', ')}`;
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
