import { basename } from 'node:path';
import { ForebayError, floorTo, formatInstant } from '@forebay/contract';
import type { EntityKeys, EventSource } from '@forebay/definitions';
import { alterArchiveSql } from './archive-tables';
import type { OfflineStore } from './client';
import { countErasedRows, deleteErasedRows, erasedRowsOfLoad } from './entity-rows';
import { readErased } from './erased-list';
import { statFile } from './file-bytes';
import { quoteName } from './identifiers';
import { type ColumnChoice, type ColumnMapping, type LoadFormat, mapColumns } from './load-file';
import { StagedFile } from './load-staging';
import { type Load, listLoads, recordLoad, startLoad } from './loads';
import { POSITION_COLUMNS } from './tables';

export interface LoadOptions {
  readonly source: EventSource;
  /** A file on this machine. */
  readonly file: string;
  readonly format: LoadFormat;
  /** With this load the archive is complete up to this event time (exclusive); rows at or after it are left out and counted. */
  readonly completeUntilMs: number;
  /** The load's name, by which it is done once; default the file's name. */
  readonly id?: string;
  readonly columns?: ColumnChoice;
  /** Added to the event time and to the source's `known_at`; default 0. */
  readonly shiftMs?: number;
  /** The wall clock, ms. */
  readonly clock: () => number;
  /** Awaited when every value of the file is found good, before the first row is in the archive. */
  readonly beforeRows?: () => Promise<void>;
  /** By which columns rows belong to entities: those of erased ones are left out and counted. Left out: nothing is known to be erased. */
  readonly entityKeys?: readonly EntityKeys[];
  /** Told how much of the file has been sent. */
  readonly onProgress?: (sentBytes: number, sizeBytes: number) => void;
}

export interface LoadResult {
  readonly load: Load;
  /** The load was finished before, and nothing was done. */
  readonly alreadyLoaded: boolean;
}

/**
 * Loads a file of history into the source's archive, once per (source, id). A row's position is (load number, row number in the
 * file), so a load that failed half-way and is tried again, even with a corrected file, leaves each event once. Until the load
 * is finished readers leave its rows out. Throws `invalid_request` that names the column and the row.
 */
export async function loadHistory(store: OfflineStore, options: LoadOptions): Promise<LoadResult> {
  const { source, file, format, completeUntilMs, clock } = options;
  const id = options.id ?? basename(file);
  const place = `file "${file}"`;
  const earlier = (await listLoads(store, source)).find((load) => load.id === id);
  if (earlier?.state === 'finished') return repeated(earlier, completeUntilMs);
  await statFile(file, place);
  const mappings = await mapColumns(source, file, format, options.columns ?? {});
  const load = await startLoad(store, source, id, completeUntilMs, clock());
  try {
    if (earlier !== undefined) await removeRemains(store, source, earlier);
    const counts = await fillArchive(store, options, mappings, load);
    await refuseIfTakenOver(store, source, load);
    const finished: Load = { ...load, ...counts, state: 'finished' };
    await recordLoad(store, finished, clock());
    return { load: finished, alreadyLoaded: false };
  } catch (thrown) {
    await refuseIfTakenOver(store, source, load); // a newer try explains any failure of this one
    await recordLoad(store, { ...load, state: 'failed' }, clock(), ForebayError.from(thrown).message);
    throw thrown;
  }
}

/** A newer try of the same load removes this one's rows: only the newest may say how it ended. */
async function refuseIfTakenOver(store: OfflineStore, source: EventSource, load: Load): Promise<void> {
  const newest = (await listLoads(store, source)).find(({ number }) => number === load.number);
  if (newest?.attempt === load.attempt) return;
  throw new ForebayError(
    'conflict',
    `source "${load.source}": load "${load.id}" was started again elsewhere; that one will finish it`,
  );
}

function repeated(load: Load, completeUntilMs: number): LoadResult {
  if (load.completeUntilMs === completeUntilMs) return { load, alreadyLoaded: true };
  throw new ForebayError(
    'failed_precondition',
    `source "${load.source}": load "${load.id}" is done, complete until ${formatInstant(load.completeUntilMs)}, ` +
      `not ${formatInstant(completeUntilMs)}; give the new load an id of its own`,
  );
}

/** What an earlier try left: its staging table and its rows. */
async function removeRemains(store: OfflineStore, source: EventSource, earlier: Load): Promise<void> {
  await store.command(`DROP TABLE IF EXISTS ${quoteName(stagingTable(earlier))} SYNC`);
  await store.command(
    alterArchiveSql(source, store.cluster, `DELETE WHERE ${POSITION_COLUMNS.log} = {log:UInt16}`),
    { log: earlier.number },
    { mutations_sync: '2' },
  );
}

/** Of its own for each try, so that two of them cannot mix their rows. */
function stagingTable({ table, attempt }: Load): string {
  return `_forebay_stage_${table}_${attempt.replaceAll('-', '')}`;
}

async function fillArchive(
  store: OfflineStore,
  options: LoadOptions,
  mappings: readonly ColumnMapping[],
  load: Load,
): Promise<{ rows: number; skipped: number }> {
  const { source, file, format, completeUntilMs, shiftMs = 0 } = options;
  const { onProgress } = options;
  const staged = await StagedFile.create(
    store,
    source,
    stagingTable(load),
    mappings,
    file,
    format,
    onProgress,
  );
  try {
    const { rows, skipped } = await staged.check(shiftMs, completeUntilMs, `file "${file}"`);
    await options.beforeRows?.();
    await copyToArchive(store, options, staged, load.number);
    const erased = await removeErased(store, options, load.number);
    return { rows: rows - skipped - erased, skipped: skipped + erased };
  } finally {
    await staged.drop();
  }
}

/** Readers leave the load's rows out until it is finished. */
async function removeErased(
  store: OfflineStore,
  { source, entityKeys = [] }: LoadOptions,
  load: number,
): Promise<number> {
  if (entityKeys.length === 0) return 0;
  const rows = erasedRowsOfLoad(source, entityKeys, await readErased(store, source.id), load);
  const count = rows === null ? 0 : await countErasedRows(store, rows);
  if (rows !== null && count > 0) await deleteErasedRows(store, rows);
  return count;
}

async function copyToArchive(
  store: OfflineStore,
  options: LoadOptions,
  staged: StagedFile,
  number: number,
): Promise<void> {
  const { source, shiftMs = 0, completeUntilMs, clock } = options;
  const eventTime = staged.valueSql(source.eventTime);
  const knownAt =
    source.knownAt === null ? eventTime : `ifNull(${staged.valueSql(source.knownAt)}, ${eventTime})`;
  const columns = [...source.fields.map((field) => field.name), ...Object.values(POSITION_COLUMNS)].map(
    quoteName,
  );
  const values = [
    ...source.fields.map((field) => staged.valueSql(field.name)),
    '{log:UInt16}',
    '_forebay_row',
    knownAt,
    "fromUnixTimestamp64Milli({now:Int64}, 'UTC')",
    '0',
  ];
  await store.command(
    `INSERT INTO ${quoteName(source.table)} (${columns.join(', ')})
     SELECT ${values.map((value, i) => `${value} AS ${quoteName(`value${i}`)}`).join(', ')} FROM ${staged.rowsSql}
     WHERE ${eventTime} < fromUnixTimestamp64Milli({until:Int64}, 'UTC')
     SETTINGS max_threads = 1, max_insert_threads = 1, max_partitions_per_insert_block = 0, optimize_on_insert = 0, precise_float_parsing = 1`,
    { shift: shiftMs, until: completeUntilMs, log: number, now: floorTo(clock(), 1) },
  );
}
