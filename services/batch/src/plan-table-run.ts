/** What a run of a table view fixes before it writes: its tick, what it adds to, its chunks. */
import { compileTableView, type TableLayout } from '@forebay/algebra';
import { DAY_MS, ForebayError, HOUR_MS } from '@forebay/contract';
import { definitionName, type TableSource, type TableView } from '@forebay/definitions';
import {
  checkTableValues,
  type OfflineStore,
  readTableColumns,
  surveyTable,
  type TableColumns,
  type TableDigest,
  type TableRun,
  type TableSurvey,
} from '@forebay/offline-store';
import { oldestTableMarker, type RedisConnection } from '@forebay/online-store';
import { decideTableRun, type TableRunDecision } from './decide-table-run';

const MAX_CHUNKS = 256;
/** A chunk's rows are in ClickHouse's memory together. */
const CHUNK_BYTES = 512 * 1_024 * 1_024;
/** What a row costs beside its vectors; texts and lists are guessed. */
const ROW_BYTES = 128;
const VARIABLE_CELL_BYTES = 64;
/** Digests look back at most so far. */
const MAX_DIGEST_MS = 7 * DAY_MS;
/** Values outlive the last instant at which they are read by a while. */
const EXPIRY_MARGIN_MS = HOUR_MS;

export interface TablePlanDependencies {
  readonly offline: OfflineStore;
  readonly redis: RedisConnection;
  /** A chunk has the rows of about so many at most. */
  readonly eventsPerChunk: number;
}

export interface TablePlanRequest {
  readonly view: TableView;
  readonly source: TableSource;
  /** A tick set by hand; null: the newest possible one. */
  readonly cutMs: number | null;
  /** Every value is to be written. */
  readonly full: boolean;
}

export interface TablePlan extends TableRun {
  readonly layout: TableLayout;
  readonly columns: TableColumns;
  /** How long values live after the event time of their row; null: for ever. */
  readonly keepMs: number | null;
  readonly survey: TableSurvey;
  /** Rows were added, changed or taken out at times that the finished run had read: every value is written. */
  readonly changedBefore: boolean;
  readonly chunks: number;
}

export type PlannedTableRun =
  | { readonly kind: 'run'; readonly plan: TablePlan }
  | Extract<TableRunDecision, { readonly kind: 'older' }>;

/** Throws `failed_precondition` for a tick that means nothing, and for a table or values that do not fit the view. */
export async function planTableRun(
  { offline, redis, eventsPerChunk }: TablePlanDependencies,
  { view, source, cutMs, full }: TablePlanRequest,
  qMs: number,
): Promise<PlannedTableRun> {
  const marker = await oldestTableMarker(redis, view.id);
  const decision = decideTableRun({
    schedule: view.schedule,
    runClockMs: qMs,
    finishedTickMs: marker?.tickMs ?? null,
    requestedTickMs: cutMs,
    full,
  });
  if (decision.kind === 'refused') {
    throw new ForebayError('failed_precondition', `view "${definitionName(view)}": ${decision.reason}`);
  }
  if (decision.kind === 'older') return decision;
  const layout = compileTableView(view, source);
  const columns = await readTableColumns(offline, source);
  const { tickMs, baseMs } = decision;
  const keepMs = keepMsOf(view);
  const sinceMs = keepMs === null ? null : tickMs - keepMs;
  const survey = await surveyTable(offline, layout, columns, {
    tickMs,
    baseMs,
    sinceMs,
    digestMs: digestMsOf(view),
  });
  const changedBefore = baseMs !== null && marker !== null && !equalDigests(survey.baseDigest, marker.digest);
  const run: TableRun = { tickMs, changedSinceMs: changedBefore ? null : baseMs, sinceMs };
  await checkTableValues(offline, layout, columns, run);
  const rows = run.changedSinceMs === null ? survey.counting : survey.changed;
  const chunks = Math.min(MAX_CHUNKS, Math.ceil(rows / rowsPerChunk(layout, eventsPerChunk)));
  return { kind: 'run', plan: { ...run, layout, columns, keepMs, survey, changedBefore, chunks } };
}

/** Past max_age a value says only that it is too old; it is kept as long as a tick that may see it is read. */
export function keepMsOf({ maxAgeMs, schedule }: TableView): number | null {
  if (maxAgeMs === null) return null;
  return maxAgeMs + 2 * schedule.intervalMs + schedule.delayMs + EXPIRY_MARGIN_MS;
}

/** Half of max_age, so that a table may forget rows that are past it. */
function digestMsOf({ maxAgeMs, schedule }: TableView): number {
  const longestMs = Math.min(MAX_DIGEST_MS, (maxAgeMs ?? Number.POSITIVE_INFINITY) / 2);
  return Math.max(schedule.intervalMs, Math.floor(longestMs));
}

function equalDigests(a: TableDigest, b: TableDigest): boolean {
  return a.rows === b.rows && a.hash === b.hash;
}

function rowsPerChunk(layout: TableLayout, most: number): number {
  const bytes = layout.cells.reduce((sum, { shape, isVariable }) => {
    if (shape.kind === 'vector') return sum + 4 * shape.length;
    return sum + (isVariable ? VARIABLE_CELL_BYTES : 0);
  }, ROW_BYTES + layout.headBytes);
  return Math.max(1, Math.min(most, Math.floor(CHUNK_BYTES / bytes)));
}
