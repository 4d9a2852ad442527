/** One materialize run of an aggregation view: ClickHouse computes the segments and builds the values, this moves bytes, then the marker. */
import { randomUUID } from 'node:crypto';
import { compileView } from '@forebay/algebra';
import { ForebayError, formatInstant } from '@forebay/contract';
import { type AggregationView, definitionName, type EventSource } from '@forebay/definitions';
import type { ChunkResult, Finish } from '@forebay/jobs';
import {
  type SegmentChunk,
  type SegmentRun,
  scheduleWarning,
  streamSegments,
  tallyEvents,
} from '@forebay/offline-store';
import { advanceBatchMarker, BatchWriter, oldestBatchMarker } from '@forebay/online-store';
import { finishInEveryBucket, writeOnce } from './chunk-receipts';
import { faultPoint } from './fault-points';
import { missedWarning } from './missed-intervals';
import { noValueReason } from './no-value-reason';
import { type PlanDependencies, planRun, storedTerms } from './plan-run';
import { pour } from './pour';
import { RunLog, type RunLogDependencies } from './run-log';
import {
  type MaterializePlan,
  type MaterializePlanInput,
  type RunRequest,
  sumOf,
  type ViewRun,
  type WritingContext,
  type WrittenChunk,
} from './view-run';

export interface SegmentsDependencies extends PlanDependencies, RunLogDependencies {}

export interface SegmentsTarget {
  readonly project: string;
  readonly view: AggregationView;
  readonly source: EventSource;
}

/** How a chunk's events are read. */
export interface SegmentsReading {
  /** Where a backfill has staged them, in as many chunks; left out: they are in the archive. */
  readonly staged?: SegmentChunk['staged'];
  /** That ClickHouse may take for it; 0: as many as it likes. */
  readonly threads?: number;
}

/** A run that fails has moved no marker: its values are those of another run's cut, or nobody's yet. */
export class SegmentsRun implements ViewRun {
  readonly #dependencies: SegmentsDependencies;
  readonly #target: SegmentsTarget;
  readonly #place: string;

  constructor(dependencies: SegmentsDependencies, target: SegmentsTarget) {
    this.#dependencies = dependencies;
    this.#target = target;
    this.#place = `view "${definitionName(target.view)}"`;
  }

  /** Throws `failed_precondition` when there is nothing to speak of, `unavailable` when the archive does not catch up. */
  async plan({ cutMs }: RunRequest, signal: AbortSignal): Promise<MaterializePlanInput> {
    const { view, source } = this.#target;
    const qMs = this.#dependencies.clock();
    const run = randomUUID();
    const log = this.#log(run, qMs);
    await log.record('started', null, 0);
    try {
      const plan = await planRun(this.#dependencies, { view, source, cutMs, signal }, qMs);
      await log.record('started', plan, 0);
      const missed = await this.#missed(plan);
      faultPoint('run-planned');
      return {
        run,
        run_clock_ms: qMs,
        cut_ms: plan.cutMs,
        chunks: plan.chunks,
        segments: {
          coverage_begin_ms: Number.isFinite(plan.coverageBeginMs) ? plan.coverageBeginMs : 0,
          covers_all: !Number.isFinite(plan.coverageBeginMs),
          finished_loads: [...plan.finishedLoads],
          events_scanned: plan.eventsScanned,
        },
        warnings: missed === null ? [] : [missed],
      };
    } catch (thrown) {
      await log.record('failed', null, 0, ForebayError.from(thrown).message);
      throw thrown;
    }
  }

  async #missed({ cutMs, qMs }: SegmentRun): Promise<string | null> {
    const { view, source } = this.#target;
    const { part } = storedTerms(view, source, cutMs);
    const last = await oldestBatchMarker(this.#dependencies.redis, view.id, part);
    // ticks of one parity are two intervals apart
    const intervalMs = view.schedule === null ? view.batch?.intervalMs : 2 * view.schedule.intervalMs;
    if (last === null || intervalMs === undefined || intervalMs === null) return null;
    const [lastMs, nowMs] = view.schedule === null ? [last.runClockMs, qMs] : [last.cutMs, cutMs];
    return missedWarning({ place: this.#place, intervalMs, lastMs, nowMs });
  }

  isCurrent({ cut_ms: cutMs }: MaterializePlan): boolean {
    const { view, source } = this.#target;
    return this.#dependencies.clock() < storedTerms(view, source, cutMs).readUntilMs;
  }

  writeChunk(
    plan: MaterializePlan,
    chunk: number,
    { signal, report }: WritingContext,
    { staged, threads = 0 }: SegmentsReading = {},
  ): Promise<WrittenChunk> {
    const { offline, redis } = this.#dependencies;
    const { view, source } = this.#target;
    const { run, chunks } = plan;
    const { part, expiresAtMs } = storedTerms(view, source, plan.cut_ms);
    return writeOnce(redis, { viewId: view.id, run, chunk, chunks }, () => {
      const writer = new BatchWriter(redis, { viewId: view.id, part, expiresAtMs });
      const share = { chunk, chunks, buckets: redis.buckets, ...(staged === undefined ? {} : { staged }) };
      const layout = compileView(view, source);
      const segments = streamSegments(offline, layout, segmentRunOf(plan), share, { signal, threads });
      return pour(segments, writer, report);
    });
  }

  async finish(
    plan: MaterializePlan,
    done: ReadonlyMap<number, ChunkResult>,
  ): Promise<Finish<'materialize'>> {
    const { redis, clock } = this.#dependencies;
    const { view, source } = this.#target;
    const { run, chunks, cut_ms: cutMs, run_clock_ms: runClockMs } = plan;
    const { coverage_begin_ms: beginMs, covers_all: coversAll, events_scanned: scanned } = segmentsOf(plan);
    const coverageFromMs = coversAll ? Number.NEGATIVE_INFINITY : beginMs;
    const { part } = storedTerms(view, source, cutMs);
    const finished = { name: run, chunks, part, marker: { cutMs, runClockMs, coverageFromMs } };
    const { outcome, missing } = await finishInEveryBucket(redis, (bucket) =>
      advanceBatchMarker(redis, bucket, view.id, finished),
    );
    if (outcome === 'missing') return { kind: 'again', chunks: missing };
    faultPoint('marker-moved');
    const written = sumOf(done);
    const durationMs = clock() - runClockMs;
    const warnings = [...plan.warnings, ...(await this.#warnings(plan, written.values, outcome))];
    const late = scheduleWarning(view, durationMs);
    if (late !== null) warnings.push(late);
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
        events_scanned: scanned,
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

  async #warnings(plan: MaterializePlan, values: number, outcome: 'moved' | 'older'): Promise<string[]> {
    const warnings: string[] = [];
    if (outcome === 'older')
      warnings.push(
        `${this.#place}: a run with a later cut or clock has finished, so its values stand, not this run's`,
      );
    if (values === 0)
      warnings.push(
        `${this.#place}: no value was written: ${await this.#noValueReason(plan)} (cut ${formatInstant(plan.cut_ms)})`,
      );
    return warnings;
  }

  async #noValueReason(plan: MaterializePlan): Promise<string> {
    const { view, source } = this.#target;
    const layout = compileView(view, source);
    const tally = await tallyEvents(this.#dependencies.offline, layout, segmentRunOf(plan));
    return noValueReason(this.#target, segmentsOf(plan).events_scanned, tally);
  }
}

function segmentRunOf(plan: MaterializePlan): SegmentRun {
  return {
    qMs: plan.run_clock_ms,
    cutMs: plan.cut_ms,
    finishedLoads: segmentsOf(plan).finished_loads,
  };
}

function segmentsOf({ segments }: MaterializePlan): NonNullable<MaterializePlan['segments']> {
  if (segments !== null) return segments;
  throw new ForebayError('internal', 'the plan of an aggregation view is one of a table view');
}
