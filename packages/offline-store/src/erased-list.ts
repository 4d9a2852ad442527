/** Which entities were erased, and up to where: what lies before that is not read, archived or materialized again (docs/ERASURE.md). */
import { xxHash64 } from '@forebay/contract';
import type { OfflineStore } from './client';
import { CLICKHOUSE_TYPES, instantText } from './column-types';

/** One row for each source of the project and erasure. */
export const ERASED_TABLE = '_forebay_erased';
/** What each erasure has done. */
export const ERASURES_TABLE = '_forebay_erasures';
/** Directories of training sets that jobs have made. */
export const EXPORTS_TABLE = '_forebay_exports';

const INSTANT = CLICKHOUSE_TYPES.timestamp;
const NAMES = 'LowCardinality(String)';

export const ERASED_STATEMENTS: readonly string[] = [
  // `partitions` and `ends`: up to where (exclusive) the source's topics held events then; of a table source none
  `CREATE TABLE IF NOT EXISTS ${ERASED_TABLE} (source_id UInt32, entity ${NAMES}, key_hash UInt64, erased_at ${INSTANT}, erasure String,
    partitions Array(UInt32), ends Array(UInt64))
    ENGINE = ReplacingMergeTree ORDER BY (source_id, entity, key_hash, erased_at, erasure)`,
  `CREATE TABLE IF NOT EXISTS ${ERASURES_TABLE} (erasure String, project ${NAMES}, entity ${NAMES}, key_hash UInt64, erased_at ${INSTANT},
    finished_at ${INSTANT}, requested_by String, reason String, report String)
    ENGINE = ReplacingMergeTree(finished_at) ORDER BY (project, entity, key_hash, erasure)`,
  `CREATE TABLE IF NOT EXISTS ${EXPORTS_TABLE} (project ${NAMES}, directory String, manifest_sha256 String, rows UInt64, made_at ${INSTANT})
    ENGINE = ReplacingMergeTree(made_at) ORDER BY (project, directory)`,
];

/** How the list knows an entity: by the xxHash64 of its encoded key, so that it does not hold what was to be erased. Decimal. */
export function erasedKeyHash(entityKey: string): string {
  return String(xxHash64(Buffer.from(entityKey)));
}

export interface ErasedSource {
  readonly sourceId: number;
  /** By the numbers of the partitions of the source's topics: the end then, as offsets are kept. */
  readonly ends: ReadonlyMap<number, number>;
}

export interface Erasure {
  /** Its name: that of the run. */
  readonly erasure: string;
  readonly entity: string;
  readonly keyHash: string;
  readonly erasedAtMs: number;
}

export async function recordErased(
  store: OfflineStore,
  { erasure, entity, keyHash, erasedAtMs }: Erasure,
  sources: readonly ErasedSource[],
): Promise<void> {
  if (sources.length === 0) return;
  await store.insertRows(
    ERASED_TABLE,
    sources.map(({ sourceId, ends }) => ({
      source_id: sourceId,
      entity,
      key_hash: keyHash,
      erased_at: instantText(erasedAtMs),
      erasure,
      partitions: [...ends.keys()],
      ends: [...ends.values()],
    })),
  );
}

/** An erased entity, as a source knows it. */
export interface ErasedEntity {
  readonly entity: string;
  readonly keyHash: string;
  /** Of the last erasure. */
  readonly erasedAtMs: number;
  /** By partition number: events before it are erased. */
  readonly ends: ReadonlyMap<number, number>;
}

/** Each entity once: of several erasures the furthest. */
export async function readErased(store: OfflineStore, sourceId: number): Promise<ErasedEntity[]> {
  const rows = await store.rows<{
    entity: string;
    keyHash: string;
    at: number;
    partitions: number[];
    ends: number[];
  }>(
    `SELECT entity, toString(key_hash) AS keyHash, toFloat64(toUnixTimestamp64Milli(erased_at)) AS at, partitions,
       arrayMap(end -> toFloat64(end), t.ends) AS ends
     FROM ${ERASED_TABLE} AS t WHERE source_id = {source:UInt32} ORDER BY erased_at`,
    { source: sourceId },
  );
  const found = new Map<
    string,
    { entity: string; keyHash: string; erasedAtMs: number; ends: Map<number, number> }
  >();
  for (const { entity, keyHash, at, partitions, ends } of rows) {
    const label = `${entity}/${keyHash}`;
    const known = found.get(label) ?? { entity, keyHash, erasedAtMs: at, ends: new Map<number, number>() };
    known.erasedAtMs = Math.max(known.erasedAtMs, at);
    for (const [i, partition] of partitions.entries())
      known.ends.set(partition, Math.max(known.ends.get(partition) ?? 0, ends[i] as number));
    found.set(label, known);
  }
  return [...found.values()];
}

/** A condition over the columns `key` and `et` of rows, and its parameters; null: nothing of the source was erased. */
export interface ErasedCondition {
  readonly sql: (key: string) => string;
  readonly parameters: Readonly<Record<string, unknown>>;
}

/** Leaves out rows of erased entities of up to the instant of the erasure: what is later is new. */
export async function erasedCondition(
  store: OfflineStore,
  sourceId: number,
  entity: string,
): Promise<ErasedCondition | null> {
  const erased = (await readErased(store, sourceId)).filter((each) => each.entity === entity);
  if (erased.length === 0) return null;
  return {
    sql: (key) =>
      `(NOT has({erased_keys:Array(UInt64)}, xxHash64(${key})) OR et > {erased_at:Array(Int64)}[indexOf({erased_keys:Array(UInt64)}, xxHash64(${key}))])`,
    parameters: {
      erased_keys: erased.map(({ keyHash }) => BigInt(keyHash)),
      erased_at: erased.map(({ erasedAtMs }) => erasedAtMs),
    },
  };
}

export interface RecordedErasure extends Erasure {
  readonly project: string;
  readonly finishedAtMs: number;
  readonly requestedBy: string;
  readonly reason: string;
  /** As JSON. */
  readonly report: string;
}

export async function recordErasure(store: OfflineStore, done: RecordedErasure): Promise<void> {
  await store.insertRows(ERASURES_TABLE, [
    {
      erasure: done.erasure,
      project: done.project,
      entity: done.entity,
      key_hash: done.keyHash,
      erased_at: instantText(done.erasedAtMs),
      finished_at: instantText(done.finishedAtMs),
      requested_by: done.requestedBy,
      reason: done.reason,
      report: done.report,
    },
  ]);
}

export interface TrainingSetExport {
  readonly project: string;
  readonly directory: string;
  readonly manifestSha256: string;
  readonly rows: number;
  readonly madeAtMs: number;
}

export async function recordExport(store: OfflineStore, made: TrainingSetExport): Promise<void> {
  await store.insertRows(EXPORTS_TABLE, [
    {
      project: made.project,
      directory: made.directory,
      manifest_sha256: made.manifestSha256,
      rows: made.rows,
      made_at: instantText(made.madeAtMs),
    },
  ]);
}

/** Directories of training sets of a project. */
export async function listExports(store: OfflineStore, project: string): Promise<string[]> {
  const rows = await store.rows<{ directory: string }>(
    `SELECT DISTINCT directory FROM ${EXPORTS_TABLE} WHERE project = {project:String} ORDER BY directory`,
    { project },
  );
  return rows.map(({ directory }) => directory);
}
