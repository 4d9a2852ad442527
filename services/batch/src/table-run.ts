/** One run of a table view: ClickHouse builds the values of entities with new rows, this moves bytes, then the marker. */
import { randomUUID } from 'node:crypto';
import { compileTableView, tickAt } from '@forebay/algebra';
import { ForebayError, formatInstant, messageFromJson } from '@forebay/contract';
import { definitionName, type TableSource, type TableView } from '@forebay/definitions';
import type { ChunkResult, Finish } from '@forebay/jobs';
import {
  erasedCondition,
  readTableColumns,
  scheduleWarning,
  streamTableValues,
  type TableRun,
} from '@forebay/offline-store';
import { advanceTableMarker, oldestTableMarker, TableWriter } from '@forebay/online-store';
import { finishInEveryBucket, writeOnce } from './chunk-receipts';
import { faultPoint } from './fault-points';
import { missedWarning } from './missed-intervals';
import { keepMsOf, type PlannedTableRun, planTableRun, type TablePlanDependencies } from './plan-table-run';
import { pour } from './pour';
import { RunLog, type RunLogDependencies } from './run-log';
import { noValueWarning, tableWarnings } from './table-warnings';
import {
  type MaterializePlan,
  type MaterializePlanInput,
  type RunRequest,
  sumOf,
  type ViewRun,
  type WritingContext,
  type WrittenChunk,
} from './view-run';

export interface TableDependencies extends TablePlanDependencies, RunLogDependencies {}

export interface TableTarget {
  readonly project: string;
  readonly view: TableView;
  readonly source: TableSource;
}

/** A run that fails has moved no marker: what it wrote is not seen before its tick, and is what a later run writes too. */
export class TableViewRun implements ViewRun {
  readonly #dependencies: TableDependencies;
  readonly #target: TableTarget;
  readonly #place: string;

  constructor(dependencies: TableDependencies, target: TableTarget) {
    this.#dependencies = dependencies;
    this.#target = target;
    this.#place = `view "${definitionName(target.view)}"`;
  }

  /** Throws `failed_precondition` for a tick that means nothing and for a table or values that do not fit the view. */
  async plan({ cutMs, full }: RunRequest): Promise<MaterializePlanInput> {
    const { view, source } = this.#target;
    const qMs = this.#dependencies.clock();
    const run = randomUUID();
    const log = this.#log(run, qMs);
    await log.record('started', null, 0);
    try {
      const last = await oldestTableMarker(this.#dependencies.redis, view.id);
      const planned = await planTableRun(this.#dependencies, { view, source, cutMs, full }, qMs);
      const plan = planOf(planned, run, qMs);
      await log.record('started', { cutMs: Number(plan.cut_ms), chunks: plan.chunks ?? 0 }, 0);
      const missed = missedWarning({
        place: this.#place,
        intervalMs: view.schedule.intervalMs,
        lastMs: last?.tickMs ?? null,
        nowMs: Number(plan.cut_ms),
      });
      faultPoint('run-planned');
      return { ...plan, warnings: missed === null ? [] : [missed] };
    } catch (thrown) {
      await log.record('failed', null, 0, ForebayError.from(thrown).message);
      throw thrown;
    }
  }

  isCurrent({ cut_ms: tickMs }: MaterializePlan): boolean {
    return tickMs >= tickAt(this.#target.view.schedule, this.#dependencies.clock());
  }

  async writeChunk(
    plan: MaterializePlan,
    chunk: number,
    { signal, report }: WritingContext,
  ): Promise<WrittenChunk> {
    const { offline, redis } = this.#dependencies;
    const { view, source } = this.#target;
    const { run, chunks } = plan;
    const keepMs = keepMsOf(view);
    const columns = await readTableColumns(offline, source);
    const erased = await erasedCondition(offline, source.id, view.entity);
    const { tickMs, changedSinceMs } = runOf(plan, keepMs);
    const replacesUpToMs = changedSinceMs === null ? tickMs : null;
    return writeOnce(redis, { viewId: view.id, run, chunk, chunks }, () => {
      const writer = new TableWriter(redis, { viewId: view.id, keepMs, replacesUpToMs });
      const share = { chunk, chunks, buckets: redis.buckets };
      const layout = compileTableView(view, source);
      const values = streamTableValues(
        offline,
        layout,
        columns,
        { ...runOf(plan, keepMs), erased },
        share,
        signal,
      );
      return pour(values, writer, report);
    });
  }

  async finish(
    plan: MaterializePlan,
    done: ReadonlyMap<number, ChunkResult>,
    signal: AbortSignal,
  ): Promise<Finish<'materialize'>> {
    const { redis } = this.#dependencies;
    const { view } = this.#target;
    const { run, chunks, cut_ms: tickMs, run_clock_ms: runClockMs } = plan;
    const table = tableOf(plan);
    if (table.is_older) return this.#ended(plan, done, [this.#olderWarning(plan)]);
    const { changedSinceMs } = runOf(plan, null);
    const digest = { rows: table.digest_rows, hash: BigInt(table.digest_hash) };
    const finished = { name: run, chunks, marker: { tickMs, runClockMs, digest }, baseMs: changedSinceMs };
    const { outcome, missing } = await finishInEveryBucket(redis, (bucket) =>
      advanceTableMarker(redis, bucket, view.id, finished),
    );
    if (outcome === 'missing') return { kind: 'again', chunks: missing };
    faultPoint('marker-moved');
    if (outcome === 'base_lost') return this.#whole(plan, signal);
    return this.#ended(plan, done, this.#warnings(plan, sumOf(done).values, outcome));
  }

  /** What the run was to add to is lost: every value is written. */
  async #whole(plan: MaterializePlan, signal: AbortSignal): Promise<Finish<'materialize'>> {
    signal.throwIfAborted();
    const { view, source } = this.#target;
    const { cut_ms: cutMs, run_clock_ms: qMs } = plan;
    const planned = await planTableRun(this.#dependencies, { view, source, cutMs, full: true }, qMs);
    const whole = planOf(planned, `${plan.run}-full`, qMs);
    const { warnings } = plan;
    return { kind: 'replan', plan: messageFromJson('MaterializePlan', { ...whole, warnings }) };
  }

  async #ended(
    plan: MaterializePlan,
    done: ReadonlyMap<number, ChunkResult>,
    said: readonly string[],
  ): Promise<Finish<'materialize'>> {
    const { run, chunks, cut_ms: cutMs, run_clock_ms: runClockMs } = plan;
    const { rows, is_older: isOlder } = tableOf(plan);
    const written = sumOf(done);
    const durationMs = this.#dependencies.clock() - runClockMs;
    const late = scheduleWarning(this.#target.view, durationMs);
    const warnings = [...plan.warnings, ...said, ...(late === null ? [] : [late])];
    await this.#log(run, runClockMs).record(
      'finished',
      { cutMs, chunks },
      written.values,
      warnings.join('; '),
    );
    return {
      kind: 'done',
      result: {
        cut_ms: cutMs,
        run_clock_ms: runClockMs,
        values_written: written.values - written.older,
        values_older: written.older,
        bytes_written: written.bytes,
        events_scanned: isOlder ? 0 : rows,
        chunks,
        duration_ms: durationMs,
        warnings,
      },
    };
  }

  async failed(
    { run, run_clock_ms: qMs, cut_ms: cutMs, chunks }: MaterializePlan,
    reason: string,
  ): Promise<void> {
    await this.#log(run, qMs).record('failed', { cutMs, chunks }, 0, reason);
  }

  #log(run: string, qMs: number): RunLog {
    const { project, view } = this.#target;
    return new RunLog(this.#dependencies, `${project}.${definitionName(view)}`, run, qMs);
  }

  #warnings(plan: MaterializePlan, values: number, outcome: 'moved' | 'older'): string[] {
    const table = tableOf(plan);
    const kept = {
      ...runOf(plan, null),
      changedBefore: table.changed_before,
      survey: {
        rows: table.rows,
        withoutKey: table.rows_without_key,
        withoutTime: table.rows_without_time,
        seen: table.rows_seen,
        counting: table.rows_counting,
        nextEventTimeMs: table.has_next_event_time ? table.next_event_time_ms : null,
      },
    };
    const warnings = tableWarnings(this.#target, kept);
    if (outcome === 'older') warnings.push(`${this.#place}: a later run has finished, so its values stand`);
    if (values === 0) warnings.push(noValueWarning(this.#target, kept));
    return warnings;
  }

  #olderWarning(plan: MaterializePlan): string {
    return (
      `${this.#place}: no value was written for the tick ${formatInstant(plan.cut_ms)}: ` +
      `the run of ${formatInstant(tableOf(plan).finished_tick_ms)} has finished, so its values stand`
    );
  }
}

function planOf(planned: PlannedTableRun, run: string, qMs: number): MaterializePlanInput {
  if (planned.kind === 'older') {
    const { tickMs, finishedTickMs } = planned;
    const table = { is_older: true, finished_tick_ms: finishedTickMs };
    return { run, run_clock_ms: qMs, cut_ms: tickMs, chunks: 0, table };
  }
  const { tickMs, chunks, changedSinceMs, changedBefore, survey } = planned.plan;
  return {
    run,
    run_clock_ms: qMs,
    cut_ms: tickMs,
    chunks,
    table: {
      changed_since_ms: changedSinceMs ?? 0,
      has_changed_since: changedSinceMs !== null,
      changed_before: changedBefore,
      rows: survey.rows,
      rows_without_key: survey.withoutKey,
      rows_without_time: survey.withoutTime,
      rows_seen: survey.seen,
      rows_counting: survey.counting,
      rows_changed: survey.changed,
      next_event_time_ms: survey.nextEventTimeMs ?? 0,
      has_next_event_time: survey.nextEventTimeMs !== null,
      digest_rows: survey.digest.rows,
      digest_hash: String(survey.digest.hash),
    },
  };
}

function runOf(plan: MaterializePlan, keepMs: number | null): TableRun {
  const { cut_ms: tickMs } = plan;
  const { has_changed_since: has, changed_since_ms: sinceMs } = tableOf(plan);
  return { tickMs, changedSinceMs: has ? sinceMs : null, sinceMs: keepMs === null ? null : tickMs - keepMs };
}

function tableOf({ table }: MaterializePlan): NonNullable<MaterializePlan['table']> {
  if (table !== null) return table;
  throw new ForebayError('internal', 'the plan of a table view is one of an aggregation view');
}
