import type { EventSource } from '@forebay/definitions';
import type { OfflineStore } from './client';
import { onEveryServer } from './cluster';
import { CLICKHOUSE_TYPES } from './column-types';
import { ERASED_STATEMENTS } from './erased-list';
import { FEATURE_SAMPLES_STATEMENTS } from './feature-samples-tables';
import { PROFILE_STATEMENTS } from './profiles/profile-tables';
import { SERVED_LOG_STATEMENTS } from './served-log-tables';
import { SERVED_VERIFICATION_STATEMENTS } from './served-verification-tables';
import { STAGED_STATEMENTS } from './staged-sql';
import { VERIFICATION_STATEMENTS } from './verification-tables';

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
  const statements = [
    ...META_TABLES,
    ...SERVED_LOG_STATEMENTS,
    ...SERVED_VERIFICATION_STATEMENTS,
    ...FEATURE_SAMPLES_STATEMENTS,
    ...VERIFICATION_STATEMENTS,
    ...STAGED_STATEMENTS,
    ...PROFILE_STATEMENTS,
    ...ERASED_STATEMENTS,
  ];
  return statements.map((statement) => onEveryServer(statement, cluster));
}

/** Creates what is missing of the tables that Forebay keeps its own records in, on every server of a cluster. Idempotent. */
export async function createMetaTables(store: OfflineStore): Promise<void> {
  for (const statement of metaStatements(store.cluster)) await store.command(statement);
}

/** The same where the server lacks some of them, as those of a later version; else it is one question instead of many statements. */
export async function createMissingMetaTables(store: OfflineStore): Promise<void> {
  const wanted = metaStatements(null).map((statement) => /IF NOT EXISTS (\w+)/.exec(statement)?.[1]);
  const [row] = await store.rows<{ found: number }>(
    'SELECT toUInt32(count()) AS found FROM system.tables WHERE database = currentDatabase() AND has({wanted:Array(String)}, name)',
    { wanted },
  );
  if (row?.found !== wanted.length) await createMetaTables(store);
}
