/**
 * A copy of a range of an archive, laid out for reading by entity: what a backfill of several views makes their values from. The archive is
 * read once for all of them, a range of time after the other; a chunk's events are then found by the primary key.
 */
import type { ViewLayout } from '@forebay/algebra';
import type { EventSource } from '@forebay/definitions';
import type { ExpressionType } from '@forebay/expressions';
import { archiveLayout } from './archive-tables';
import { archiveConditionSql, fieldSql } from './archived-rows-sql';
import { isRefusedFor, type OfflineStore } from './client';
import { instantText } from './column-types';
import { entityKeySql, joinKeySql } from './entity-key-sql';
import { quoteName } from './identifiers';
import { chunkNumberSql, type SegmentChunk } from './segments-sql';
import { SLICES_TABLE, STAGED_COLUMNS, STAGED_PREFIX, stagedTable } from './staged-sql';
import { POSITION_COLUMNS } from './tables';

const { entity: ENTITY, chunk: CHUNK } = STAGED_COLUMNS;

/** A range of event time, ms, `[from, until)`; null: from the beginning. */
export interface TimeSlice {
  readonly fromMs: number | null;
  readonly untilMs: number;
  readonly events: number;
}

/** A field of the source that is a join key. */
export interface StagedKey {
  readonly name: string;
  readonly type: ExpressionType;
}

export interface StagedRun {
  readonly run: string;
  readonly source: EventSource;
  /** The source's fields that are the keys of an entity, by its number. */
  readonly entities: readonly (readonly StagedKey[])[];
  readonly chunks: number;
  readonly buckets: number;
  readonly finishedLoads: readonly number[];
}

/** The keys of a view whose events can be staged; null: they are derived, its source has no archive of its own, or the archive is on a cluster. */
export function stagedKeys(
  layout: ViewLayout,
  { cluster }: Pick<OfflineStore, 'cluster'>,
): StagedKey[] | null {
  const { source, keyIndexes, columns, sourceFieldCount } = layout;
  if (cluster !== null || source.pairing !== undefined) return null;
  if (keyIndexes.some((index) => index >= sourceFieldCount)) return null;
  return keyIndexes.map((index) => columns[index] as StagedKey);
}

/** Idempotent. */
export async function createStaged(store: OfflineStore, { run, source }: StagedRun): Promise<void> {
  const columns = [...archiveLayout(source).columns].map(([name, type]) => `${quoteName(name)} ${type}`);
  const { log, offset } = POSITION_COLUMNS;
  await store.command(`CREATE TABLE IF NOT EXISTS ${stagedTable(run)} (${[...columns, `${ENTITY} UInt8`, `${CHUNK} UInt32`].join(', ')})
    ENGINE = ReplacingMergeTree ORDER BY (${ENTITY}, ${CHUNK}, ${log}, ${offset})`);
}

export async function isStaged(store: OfflineStore, run: string): Promise<boolean> {
  const [row] = await store.rows<{ found: number }>(
    'SELECT toUInt8(count()) AS found FROM system.tables WHERE database = currentDatabase() AND name = {name:String}',
    { name: stagedTable(run) },
  );
  return row?.found === 1;
}

const QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING = '216';

/**
 * Stages the events of a slice, once for each entity. What an insert has done whose worker died, and which went on without it, is not done
 * again; what it left undone is: it adds the same rows, of which a reader sees one.
 *
 * @param threads 0: as many as the server likes
 * @returns false: such an insert still runs
 */
export async function stageSlice(
  store: OfflineStore,
  staged: StagedRun,
  number: number,
  slice: TimeSlice,
  threads: number,
): Promise<boolean> {
  if (await isThere(store, staged, slice)) return true;
  try {
    await insertSlice(store, staged, number, slice, threads);
    return true;
  } catch (thrown) {
    if (isRefusedFor(QUERY_WITH_SAME_ID_IS_ALREADY_RUNNING, thrown)) return false;
    throw thrown;
  }
}

/** Whether all of a slice is staged. In a table without any of it that is found out at once. */
async function isThere(store: OfflineStore, staged: StagedRun, slice: TimeSlice): Promise<boolean> {
  const { run, source, entities } = staged;
  const { where, parameters } = rangeOf(staged, slice);
  const some = await store.rows(`SELECT 1 FROM ${stagedTable(run)} AS t WHERE ${where} LIMIT 1`, parameters);
  if (some.length === 0) return false;
  const [row] = await store.rows<{ all: number }>(
    `SELECT toUInt8((SELECT count() FROM ${stagedTable(run)} AS t FINAL WHERE ${where})
     = ${entities.length} * (SELECT count() FROM ${quoteName(source.table)} AS t FINAL WHERE ${where})) AS all`,
    parameters,
    FINAL_BY_PARTITION,
  );
  return row?.all === 1;
}

async function insertSlice(
  store: OfflineStore,
  staged: StagedRun,
  number: number,
  slice: TimeSlice,
  threads: number,
): Promise<void> {
  const { run, source, entities, chunks, buckets } = staged;
  const names = [...archiveLayout(source).columns.keys()].map(quoteName);
  const share = { chunk: 0, chunks, buckets };
  const places = entities.map((keys, i) => `(toUInt8(${i}), ${chunkOfSql(source, keys, share)})`);
  const { where, parameters } = rangeOf(staged, slice);
  await store.command(
    `INSERT INTO ${stagedTable(run)} (${[...names, ENTITY, CHUNK].join(', ')})
     SELECT ${names.join(', ')}, place.1, place.2 FROM (
       SELECT ${names.map((name) => `t.${name} AS ${name}`).join(', ')}, [${places.join(', ')}] AS places
       FROM ${quoteName(source.table)} AS t FINAL WHERE ${where}
     ) ARRAY JOIN places AS place`,
    { ...parameters, chunks, ...(buckets === 1 ? {} : { buckets }) },
    { ...FINAL_BY_PARTITION, ...(threads === 0 ? {} : { max_threads: threads }) },
    `${stagedTable(run)}_${number}`,
  );
}

const FINAL_BY_PARTITION = { do_not_merge_across_partitions_select_final: 1 } as const;

/** The condition for a slice's events, of the archive and of what is staged of it. */
function rangeOf({ source, finishedLoads }: StagedRun, { fromMs, untilMs }: TimeSlice) {
  const range = { from: fromMs === null ? null : 'slice_from', until: 'slice_until', known: null };
  return {
    where: archiveConditionSql(source, range),
    parameters: {
      ...(fromMs === null ? {} : { slice_from: fromMs }),
      slice_until: untilMs,
      finished: finishedLoads,
    },
  };
}

/** That a slice is staged, and so is not staged again. */
export async function recordSlice(
  store: OfflineStore,
  run: string,
  number: number,
  { events }: Pick<TimeSlice, 'events'>,
  atMs: number,
): Promise<void> {
  await store.insertRows(SLICES_TABLE, [{ run, slice: number, events, at: instantText(atMs) }]);
}

/** Events of an entity without one of its keys are nobody's: they are in some chunk, and its views leave them out. */
function chunkOfSql(source: EventSource, fields: readonly StagedKey[], share: SegmentChunk): string {
  const keys = fields.map(({ name, type }) => {
    const field = source.fields.find((each) => each.name === name)!;
    return joinKeySql(`assumeNotNull(${fieldSql(name, field.type)})`, type);
  });
  return `toUInt32(${chunkNumberSql(entityKeySql(keys), share)})`;
}

/** By number, how many events each slice has that is staged. */
export async function stagedSlices(store: OfflineStore, run: string): Promise<ReadonlyMap<number, number>> {
  const rows = await store.rows<{ slice: number; events: number }>(
    `SELECT slice, toFloat64(t.events) AS events FROM ${SLICES_TABLE} AS t FINAL WHERE run = {run:String}`,
    { run },
  );
  return new Map(rows.map(({ slice, events }) => [slice, events]));
}

export async function dropStaged(store: OfflineStore, run: string): Promise<void> {
  await store.command(`DROP TABLE IF EXISTS ${stagedTable(run)}`);
}

/** Drops what jobs left behind that nobody can let go on any more: they are kept for a week. */
export async function dropAbandonedStages(store: OfflineStore): Promise<void> {
  const abandoned = await store.rows<{ name: string }>(
    `SELECT name FROM system.tables WHERE database = currentDatabase() AND startsWith(name, '${STAGED_PREFIX}') AND name != '${SLICES_TABLE}'
     AND metadata_modification_time < now() - INTERVAL 8 DAY`,
  );
  for (const { name } of abandoned) await store.command(`DROP TABLE IF EXISTS ${quoteName(name)}`);
}

/** Events by month, which are the parts of an archive, oldest first. @param fromMs null: from the beginning */
export async function eventsByMonth(
  store: OfflineStore,
  source: EventSource,
  fromMs: number | null,
  untilMs: number,
): Promise<{ readonly monthMs: number; readonly events: number }[]> {
  const time = quoteName(source.eventTime);
  const since = fromMs === null ? '' : `AND ${time} >= fromUnixTimestamp64Milli({from:Int64}, 'UTC')`;
  return store.rows(
    `SELECT toFloat64(toUnixTimestamp(toDateTime(toStartOfMonth(${time}), 'UTC'))) * 1000 AS monthMs, toFloat64(count()) AS events
     FROM ${quoteName(source.table)} WHERE ${time} < fromUnixTimestamp64Milli({until:Int64}, 'UTC') ${since}
     GROUP BY monthMs ORDER BY monthMs`,
    { until: untilMs, ...(fromMs === null ? {} : { from: fromMs }) },
  );
}
