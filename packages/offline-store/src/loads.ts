import { randomUUID } from 'node:crypto';
import { ForebayError } from '@forebay/contract';
import type { EventSource } from '@forebay/definitions';
import type { OfflineStore } from './client';
import { instantText } from './column-types';
import { RIGHT_LOADS_FROM } from './pair-rows-sql';
import { FIRST_PARTITION_LOG, INSERT_ORDER, LOADS_TABLE } from './tables';

export type LoadState = 'started' | 'finished' | 'failed';

/** One load of history into a source's archive. */
export interface Load {
  /** The name of the source. */
  readonly source: string;
  /** The source's archive table, which no other source has. */
  readonly table: string;
  /** Stands in the position of each of its rows; 1 … 8191. */
  readonly number: number;
  /** The name that the person gave; a load is done once per name. */
  readonly id: string;
  /** Which try of this load; a number belongs to the first who took it. */
  readonly attempt: string;
  readonly state: LoadState;
  /** With all finished loads the archive is complete up to this event time (exclusive). */
  readonly completeUntilMs: number;
  readonly rows: number;
  readonly skipped: number;
  readonly startedAtMs: number;
}

/** What loads know of their source: they are kept by its table, and people know it by its name. */
export type LoadedSource = Pick<EventSource, 'name' | 'table'>;

export const LAST_LOAD_NUMBER = FIRST_PARTITION_LOG - 1;

/** All loads of a source by number, each in its newest state. */
export async function listLoads(store: OfflineStore, source: LoadedSource): Promise<Load[]> {
  const rows = await store.rows<{
    number: number;
    id: string;
    attempt: string;
    state: LoadState;
    until: number;
    rows: number;
    skipped: number;
    started: number;
  }>(LIST_SQL, { archive: source.table });
  return rows.map((row) => ({
    source: source.name,
    table: source.table,
    number: row.number,
    id: row.id,
    attempt: row.attempt,
    state: row.state,
    completeUntilMs: row.until,
    rows: row.rows,
    skipped: row.skipped,
    startedAtMs: row.started,
  }));
}

/** The try that began last says how the load stands; what an earlier one says after that is too late. */
const LIST_SQL = `
  SELECT load_number AS number, load_id AS id, toString(attempt) AS attempt, state, toFloat64(toUnixTimestamp64Milli(complete_until)) AS until,
    toFloat64(rows) AS rows, toFloat64(skipped) AS skipped, toFloat64(toUnixTimestamp64Milli(started_at)) AS started
  FROM (
    SELECT *, ${INSERT_ORDER} AS place, maxIf(${INSERT_ORDER}, state = 'started') OVER (PARTITION BY load_number, attempt) AS began
    FROM ${LOADS_TABLE} WHERE archive = {archive:String}
  )
  ORDER BY load_number, began DESC, place DESC LIMIT 1 BY load_number`;

/** The declared end of loaded history: the largest of the finished loads; null without any. */
export function loadedUntil(loads: readonly Load[]): number | null {
  const ends = loads.filter((load) => load.state === 'finished').map((load) => load.completeUntilMs);
  return ends.length === 0 ? null : Math.max(...ends);
}

/** Loads whose rows are all there; readers must leave out the rows of all others, those that begin later among them. */
export function finishedLoads(loads: readonly Load[]): number[] {
  return loads.filter((load) => load.state === 'finished').map((load) => load.number);
}

/**
 * The numbers by which statements know the finished loads of a source: its own, or of a joined source those of the left input and,
 * behind `RIGHT_LOADS_FROM`, those of the right one.
 */
export async function finishedLoadsOf(
  store: OfflineStore,
  { pairing, ...source }: EventSource,
): Promise<number[]> {
  const listed = async (input: EventSource) => finishedLoads(await listLoads(store, input));
  if (pairing === undefined) return listed(source);
  if (pairing.kind === 'sequence') return listed(pairing.source);
  const [left, right] = await Promise.all([listed(pairing.left), listed(pairing.right)]);
  return [...left, ...right.map((number) => RIGHT_LOADS_FROM + number)];
}

/** Takes a number for a new load, or for another try of one that did not finish. Throws `conflict` when somebody else was first. */
export async function startLoad(
  store: OfflineStore,
  source: LoadedSource,
  id: string,
  completeUntilMs: number,
  nowMs: number,
): Promise<Load> {
  const loads = await listLoads(store, source);
  const earlier = loads.find((load) => load.id === id);
  const number = earlier?.number ?? 1 + Math.max(0, ...loads.map((load) => load.number));
  if (number > LAST_LOAD_NUMBER) {
    throw new ForebayError(
      'failed_precondition',
      `source "${source.name}": all ${LAST_LOAD_NUMBER} numbers of loads are used; load larger files`,
    );
  }
  const load: Load = {
    source: source.name,
    table: source.table,
    number,
    id,
    attempt: randomUUID(),
    state: 'started',
    completeUntilMs,
    rows: 0,
    skipped: 0,
    startedAtMs: nowMs,
  };
  await recordLoad(store, load, nowMs);
  const [first] = await store.rows<{ id: string }>(
    `SELECT load_id AS id FROM ${LOADS_TABLE} WHERE archive = {archive:String} AND load_number = {number:UInt16} ORDER BY ${INSERT_ORDER} LIMIT 1`,
    { archive: source.table, number },
  );
  if (first?.id !== id) {
    throw new ForebayError(
      'conflict',
      `source "${source.name}": load "${first?.id ?? '?'}" began at the same moment as "${id}"; try again when it is done`,
    );
  }
  return load;
}

/** Appends a load's state to the log. */
export async function recordLoad(store: OfflineStore, load: Load, nowMs: number, detail = ''): Promise<void> {
  await store.insertRows(LOADS_TABLE, [
    {
      archive: load.table,
      load_number: load.number,
      load_id: load.id,
      attempt: load.attempt,
      state: load.state,
      complete_until: instantText(load.completeUntilMs),
      rows: load.rows,
      skipped: load.skipped,
      started_at: instantText(load.startedAtMs),
      changed_at: instantText(nowMs),
      detail,
    },
  ]);
}
