/** One run of a table view: ClickHouse builds the values of entities with new rows, this moves bytes, then the marker. */
import { ForebayError, formatInstant, type MessageInput } from '@forebay/contract';
import { definitionName } from '@forebay/definitions';
import type { MaterializeProgress } from '@forebay/jobs';
import { scheduleWarning, streamTableValues } from '@forebay/offline-store';
import { advanceTableMarker, type BatchWriteStats, TableWriter } from '@forebay/online-store';
import { finishInEveryBucket, writeChunks } from './chunked-run';
import {
  type PlannedTableRun,
  planTableRun,
  type TablePlan,
  type TablePlanDependencies,
  type TablePlanRequest,
} from './plan-table-run';
import { pour } from './pour';
import { RunLog, type RunLogDependencies } from './run-log';
import { noValueWarning, tableWarnings } from './table-warnings';

export interface MaterializeTableDependencies extends TablePlanDependencies, RunLogDependencies {}

export interface MaterializeTableRequest extends TablePlanRequest {
  readonly project: string;
  readonly report: (progress: MaterializeProgress) => void;
  readonly signal: AbortSignal;
}

const NOTHING: BatchWriteStats = { values: 0, older: 0, bytes: 0 };

/**
 * Throws `failed_precondition` for a tick that means nothing and for a table or values that do not fit the view, and the signal's
 * reason. A run that fails has moved no marker: what it wrote is not seen before its tick, and is what a later run writes too.
 */
export async function materializeTable(
  dependencies: MaterializeTableDependencies,
  request: MaterializeTableRequest,
): Promise<MessageInput<'MaterializeResult'>> {
  const { clock } = dependencies;
  const qMs = clock();
  const log = new RunLog(dependencies, `${request.project}.${definitionName(request.view)}`, qMs);
  let decided: { cutMs: number; chunks: number } | null = null;
  await log.record('started', null, 0);
  try {
    const planned = await planTableRun(dependencies, request, qMs);
    decided = decidedOf(planned);
    await log.record('started', decided, 0);
    const { written, warnings, rows } =
      planned.kind === 'older'
        ? { written: NOTHING, warnings: [olderWarning(request, planned)], rows: 0 }
        : await write(dependencies, request, planned.plan, qMs, log.run);
    const durationMs = clock() - qMs;
    const late = scheduleWarning(request.view, durationMs);
    if (late !== null) warnings.push(late);
    await log.record('finished', decided, written.values, warnings.join('; '));
    return {
      cut_ms: decided.cutMs,
      run_clock_ms: qMs,
      values_written: written.values - written.older,
      values_older: written.older,
      bytes_written: written.bytes,
      events_scanned: rows,
      chunks: decided.chunks,
      duration_ms: durationMs,
      warnings,
    };
  } catch (thrown) {
    await log.record('failed', decided, 0, ForebayError.from(thrown).message);
    throw thrown;
  }
}

function decidedOf(planned: PlannedTableRun): { cutMs: number; chunks: number } {
  if (planned.kind === 'older') return { cutMs: planned.tickMs, chunks: 0 };
  return { cutMs: planned.plan.tickMs, chunks: planned.plan.chunks };
}

interface Written {
  readonly written: BatchWriteStats;
  readonly warnings: string[];
  /** Rows of the table. */
  readonly rows: number;
}

/** Writes what the plan says. What it was to add to may be lost meanwhile: then every value is written. */
async function write(
  dependencies: MaterializeTableDependencies,
  request: MaterializeTableRequest,
  plan: TablePlan,
  qMs: number,
  run: string,
): Promise<Written> {
  const { written, outcome } = await writePlan(dependencies, request, plan, qMs, run);
  if (outcome === 'base_lost') {
    const whole = await planTableRun(dependencies, { ...request, cutMs: plan.tickMs, full: true }, qMs);
    if (whole.kind === 'run') return write(dependencies, request, whole.plan, qMs, `${run}-full`);
    return { written: NOTHING, warnings: [olderWarning(request, whole)], rows: 0 };
  }
  const warnings = tableWarnings(request, plan);
  if (outcome === 'older')
    warnings.push(`view "${definitionName(request.view)}": a later run has finished, so its values stand`);
  if (written.values === 0) warnings.push(noValueWarning(request, plan));
  return { written, warnings, rows: plan.survey.rows };
}

function writePlan(
  { offline, redis }: MaterializeTableDependencies,
  { view, report, signal }: MaterializeTableRequest,
  plan: TablePlan,
  qMs: number,
  run: string,
) {
  const { layout, columns, chunks, keepMs, tickMs, changedSinceMs, survey } = plan;
  const replacesUpToMs = changedSinceMs === null ? tickMs : null;
  return writeChunks(redis, {
    viewId: view.id,
    place: `view "${definitionName(view)}"`,
    run,
    chunks,
    report,
    signal,
    writeChunk(chunk) {
      const writer = new TableWriter(redis, { viewId: view.id, keepMs, replacesUpToMs });
      return pour(
        streamTableValues(offline, layout, columns, plan, { chunk, chunks, buckets: redis.buckets }, signal),
        writer,
      );
    },
    finish() {
      const marker = { tickMs, runClockMs: qMs, digest: survey.digest };
      const finished = { name: run, chunks, marker, baseMs: changedSinceMs };
      return finishInEveryBucket(redis, (bucket) => advanceTableMarker(redis, bucket, view.id, finished));
    },
  });
}

function olderWarning(
  { view }: MaterializeTableRequest,
  { tickMs, finishedTickMs }: { readonly tickMs: number; readonly finishedTickMs: number },
): string {
  return (
    `view "${definitionName(view)}": no value was written for the tick ${formatInstant(tickMs)}: ` +
    `the run of ${formatInstant(finishedTickMs)} has finished, so its values stand`
  );
}
