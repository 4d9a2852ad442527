import { basename } from 'node:path';
import { floorTo, ForebayError, formatInstant } from '@forebay/contract';
import type { EventSource } from '@forebay/definitions';
import type { OfflineStore } from './client';
import { quoteName } from './identifiers';
import { type ColumnChoice, type LoadFormat, mapColumns, statFile } from './load-file';
import { StagedFile } from './load-staging';
import { listLoads, type Load, recordLoad, startLoad } from './loads';
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
  const earlier = (await listLoads(store, source.name)).find((load) => load.id === id);
  if (earlier?.state === 'finished') return repeated(earlier, completeUntilMs);
  await statFile(file, place);
  const mappings = await mapColumns(source, file, format, options.columns ?? {});
  const load = await startLoad(store, source.name, id, completeUntilMs, clock());
  try {
    const staged = await StagedFile.create(store, source, `_forebay_stage_${source.name}_${load.number}`, mappings, file, format);
    try {
      const { rows, skipped } = await staged.check(options.shiftMs ?? 0, completeUntilMs, place);
      if (earlier !== undefined) await removeRows(store, source, load.number);
      await copyToArchive(store, options, staged, load.number);
      const finished: Load = { ...load, state: 'finished', rows: rows - skipped, skipped };
      await recordLoad(store, finished, clock());
      return { load: finished, alreadyLoaded: false };
    } finally {
      await staged.drop();
    }
  } catch (thrown) {
    await recordLoad(store, { ...load, state: 'failed' }, clock(), ForebayError.from(thrown).message).catch(() => {});
    throw thrown;
  }
}

function repeated(load: Load, completeUntilMs: number): LoadResult {
  if (load.completeUntilMs === completeUntilMs) return { load, alreadyLoaded: true };
  throw new ForebayError(
    'failed_precondition',
    `source "${load.source}": load "${load.id}" is done, complete until ${formatInstant(load.completeUntilMs)}, ` +
      `not ${formatInstant(completeUntilMs)}; give the new load an id of its own`,
  );
}

/** What an earlier try left. */
async function removeRows(store: OfflineStore, source: EventSource, number: number): Promise<void> {
  await store.command(
    `ALTER TABLE ${quoteName(source.table)} DELETE WHERE ${POSITION_COLUMNS.log} = {log:UInt16}`,
    { log: number },
    { mutations_sync: '2' },
  );
}

async function copyToArchive(store: OfflineStore, options: LoadOptions, staged: StagedFile, number: number): Promise<void> {
  const { source, shiftMs = 0, completeUntilMs, clock } = options;
  const eventTime = staged.valueSql(source.eventTime);
  const knownAt = source.knownAt === null ? eventTime : `ifNull(${staged.valueSql(source.knownAt)}, ${eventTime})`;
  const columns = [...source.fields.map((field) => field.name), ...Object.values(POSITION_COLUMNS)].map(quoteName);
  const values = [
    ...source.fields.map((field) => staged.valueSql(field.name)),
    '{log:UInt16}',
    '_forebay_row',
    knownAt,
    "fromUnixTimestamp64Milli({now:Int64}, 'UTC')",
  ];
  await store.command(
    `INSERT INTO ${quoteName(source.table)} (${columns.join(', ')})
     SELECT ${values.map((value, i) => `${value} AS ${quoteName(`value${i}`)}`).join(', ')} FROM ${staged.rowsSql}
     WHERE ${eventTime} < fromUnixTimestamp64Milli({until:Int64}, 'UTC')
     SETTINGS max_threads = 1, max_insert_threads = 1, max_partitions_per_insert_block = 0, optimize_on_insert = 0, precise_float_parsing = 1`,
    { shift: shiftMs, until: completeUntilMs, log: number, now: floorTo(clock(), 1) },
  );
}
