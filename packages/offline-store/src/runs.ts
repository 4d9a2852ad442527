import type { OfflineStore } from './client';
import { instantText } from './column-types';
import { RUNS_TABLE } from './tables';

export type RunState = 'started' | 'finished' | 'failed';

/** A batch run of one view, as people see it in `status`; what readers trust are the markers in Redis. */
export interface Run {
  readonly run: string;
  readonly kind: string;
  /** `project.name@version`. */
  readonly view: string;
  readonly state: RunState;
  /** Null as long as it is not decided. */
  readonly cutMs: number | null;
  /** The clock that the run read. */
  readonly qMs: number;
  readonly values: number;
  /** The pieces that the run's entities are split into. */
  readonly chunks: number;
  readonly startedAtMs: number;
  readonly changedAtMs: number;
  readonly detail: string;
}

/** Appends a run's state to the log of runs. */
export async function recordRun(store: OfflineStore, run: Run): Promise<void> {
  await store.insertRows(RUNS_TABLE, [
    {
      run: run.run,
      kind: run.kind,
      view: run.view,
      state: run.state,
      cut: run.cutMs === null ? null : instantText(run.cutMs),
      clock: instantText(run.qMs),
      values: run.values,
      chunks: run.chunks,
      started_at: instantText(run.startedAtMs),
      changed_at: instantText(run.changedAtMs),
      detail: run.detail,
    },
  ]);
}

/** The newest state of the newest runs, newest first. */
export async function listRuns(store: OfflineStore, limit: number): Promise<Run[]> {
  return store.rows<Run>(LIST_SQL, { limit });
}

/** The newest state of the newest runs of each view, those of a view newest first. */
export async function newestRunsOfViews(store: OfflineStore, ofEach: number): Promise<Run[]> {
  return store.rows<Run>(OF_VIEWS_SQL, { ofEach });
}

/** How long the newest finished run of each view took, ms; by `project.name@version`. */
export async function lastRunDurations(store: OfflineStore): Promise<Map<string, number>> {
  const rows = await store.rows<{ view: string; durationMs: number }>(
    `SELECT view, argMax(toFloat64(toUnixTimestamp64Milli(changed_at) - toUnixTimestamp64Milli(started_at)), changed_at) AS durationMs
     FROM ${RUNS_TABLE} WHERE state = 'finished' GROUP BY view`,
  );
  return new Map(rows.map(({ view, durationMs }) => [view, durationMs]));
}

const ms = (column: string) => `toFloat64(toUnixTimestamp64Milli(${column}))`;
const RUN_COLUMNS = `run, kind, view, state, ${ms('cut')} AS cutMs, ${ms('clock')} AS qMs, toFloat64(t.values) AS values, chunks,
    ${ms('started_at')} AS startedAtMs, ${ms('changed_at')} AS changedAtMs, detail`;
const NEWEST_STATES = `
  SELECT * FROM ${RUNS_TABLE} ORDER BY changed_at DESC, state = 'started', isNull(cut) LIMIT 1 BY run`;
const LIST_SQL = `
  SELECT ${RUN_COLUMNS} FROM (${NEWEST_STATES}) AS t
  ORDER BY t.started_at DESC, run LIMIT {limit:UInt32}`;
const OF_VIEWS_SQL = `
  SELECT ${RUN_COLUMNS} FROM (${NEWEST_STATES}) AS t
  ORDER BY view, t.started_at DESC, run LIMIT {ofEach:UInt32} BY view`;
