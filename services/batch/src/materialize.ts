/** One materialize run: ClickHouse computes the segments and builds the values, this moves bytes, then the marker. */
import { randomUUID } from 'node:crypto';
import { ForebayError, formatInstant, HOUR_MS, type MessageInput } from '@forebay/contract';
import { definitionName } from '@forebay/definitions';
import type { MaterializeProgress } from '@forebay/jobs';
import { type Run, recordRun, scheduleWarning, streamSegments } from '@forebay/offline-store';
import {
  advanceBatchMarker,
  BatchWriter,
  type BatchWriteStats,
  readBatchReceipt,
  writeBatchReceipt,
} from '@forebay/online-store';
import { BUCKET, type PlanDependencies, type PlanRequest, planRun, type RunPlan } from './plan-run';

/** Receipts are needed until the marker has moved. */
const RECEIPT_TTL_MS = 24 * HOUR_MS;
/** Rounds of writing chunks again whose receipts were lost with the server's last writes. */
const MAX_ROUNDS = 3;

export interface MaterializeDependencies extends PlanDependencies {
  /** Told when a run's state could not be recorded; the run goes on. */
  readonly onUnrecorded: (error: unknown) => void;
}

export interface MaterializeRequest extends PlanRequest {
  readonly project: string;
  readonly report: (progress: MaterializeProgress) => void;
}

/**
 * Throws `failed_precondition` when there is nothing to speak of, `unavailable` when the archive does not catch up, and the
 * signal's reason. A run that fails has moved no marker: its values are those of another run's cut, or nobody's yet.
 */
export async function materialize(
  dependencies: MaterializeDependencies,
  request: MaterializeRequest,
): Promise<MessageInput<'MaterializeResult'>> {
  const { clock } = dependencies;
  const qMs = clock();
  const log = new RunLog(dependencies, request, qMs);
  await log.record('started', null, 0);
  let plan: RunPlan | null = null;
  try {
    plan = await planRun(dependencies, request, qMs);
    await log.record('started', plan, 0);
    const { written, outcome } = await new ChunkedRun(dependencies, request, plan, log.run).write();
    const durationMs = clock() - qMs;
    const warnings = warningsOf(request, plan, written, outcome);
    const late = scheduleWarning(request.view, durationMs);
    if (late !== null) warnings.push(late);
    await log.record('finished', plan, written.values, warnings.join('; '));
    return {
      cut_ms: plan.cutMs,
      run_clock_ms: qMs,
      values_written: written.values - written.older,
      values_older: written.older,
      bytes_written: written.bytes,
      events_scanned: plan.eventsScanned,
      chunks: plan.chunks,
      duration_ms: durationMs,
      warnings,
    };
  } catch (thrown) {
    await log.record('failed', plan, 0, ForebayError.from(thrown).message);
    throw thrown;
  }
}

/** The run as people see it later; a run does not fail for not being recorded. */
class RunLog {
  readonly run = randomUUID();

  constructor(
    private readonly dependencies: MaterializeDependencies,
    private readonly request: MaterializeRequest,
    private readonly qMs: number,
  ) {}

  async record(state: Run['state'], plan: RunPlan | null, values: number, detail = ''): Promise<void> {
    const { offline, clock, onUnrecorded } = this.dependencies;
    const { project, view } = this.request;
    await recordRun(offline, {
      run: this.run,
      kind: 'materialize',
      view: `${project}.${definitionName(view)}`,
      state,
      cutMs: plan?.cutMs ?? null,
      qMs: this.qMs,
      values,
      chunks: plan?.chunks ?? 0,
      startedAtMs: this.qMs,
      changedAtMs: clock(),
      detail,
    }).catch(onUnrecorded);
  }
}

/** Writes the chunks of a planned run, and moves the marker when all of them are there. */
class ChunkedRun {
  /** By chunk, since one may be written twice. */
  readonly #written = new Map<number, BatchWriteStats>();

  constructor(
    private readonly dependencies: MaterializeDependencies,
    private readonly request: MaterializeRequest,
    private readonly plan: RunPlan,
    private readonly name: string,
  ) {}

  async write(): Promise<{ written: BatchWriteStats; outcome: 'moved' | 'older' }> {
    const { request, plan, name } = this;
    for (let round = 0; round < MAX_ROUNDS; round++) {
      await this.#writeChunks();
      request.signal.throwIfAborted();
      const marker = { cutMs: plan.cutMs, runClockMs: plan.qMs, coverageFromMs: plan.coverageBeginMs };
      const finished = await advanceBatchMarker(this.dependencies.redis, BUCKET, request.view.id, {
        name,
        chunks: plan.chunks,
        part: plan.part,
        marker,
      });
      if (finished.outcome !== 'missing') return { written: this.#sum(), outcome: finished.outcome };
    }
    throw new ForebayError(
      'unavailable',
      `view "${definitionName(request.view)}": redis lost what was written ${MAX_ROUNDS} times; is it restarting again and again?`,
    );
  }

  /** Writes every chunk that has no receipt yet. */
  async #writeChunks(): Promise<void> {
    const { redis } = this.dependencies;
    const { view, report, signal } = this.request;
    const { chunks } = this.plan;
    for (let chunk = 0; chunk < chunks; chunk++) {
      signal.throwIfAborted();
      const receipt = { bucket: BUCKET, viewId: view.id, run: this.name, chunk };
      if ((await readBatchReceipt(redis, receipt)) === null) {
        const stats = await this.#writeChunk(chunk);
        this.#written.set(chunk, stats);
        await writeBatchReceipt(redis, { ...receipt, values: stats.values }, RECEIPT_TTL_MS);
      }
      report({ chunksDone: chunk + 1, chunks, valuesWritten: this.#sum().values });
    }
  }

  async #writeChunk(chunk: number): Promise<BatchWriteStats> {
    const { offline, redis } = this.dependencies;
    const { view, signal } = this.request;
    const { plan } = this;
    const { part, expiresAtMs } = plan;
    const writer = new BatchWriter(redis, { bucket: BUCKET, viewId: view.id, part, expiresAtMs });
    const shares = { chunk, chunks: plan.chunks };
    for await (const { keys, values } of streamSegments(offline, plan.layout, plan, shares, signal)) {
      for (let i = 0; i < keys.length; i++) {
        const room = writer.write(keys[i] as Buffer, values[i] as Buffer);
        if (room !== null) await room;
      }
    }
    return writer.finish();
  }

  #sum(): BatchWriteStats {
    const sum = { values: 0, older: 0, bytes: 0 };
    for (const { values, older, bytes } of this.#written.values()) {
      sum.values += values;
      sum.older += older;
      sum.bytes += bytes;
    }
    return sum;
  }
}

function warningsOf(
  { view, source }: MaterializeRequest,
  plan: RunPlan,
  { values }: BatchWriteStats,
  outcome: 'moved' | 'older',
): string[] {
  const place = `view "${definitionName(view)}"`;
  const warnings: string[] = [];
  if (outcome === 'older')
    warnings.push(
      `${place}: a run with a later cut or clock has finished, so its values stand, not this run's`,
    );
  if (values === 0) {
    const why =
      plan.eventsScanned === 0
        ? `the archive of "${source.name}" has no event in its windows before the cut`
        : "no event passes the view's filter with all join keys in its windows";
    warnings.push(`${place}: no value was written: ${why} (cut ${formatInstant(plan.cutMs)})`);
  }
  return warnings;
}
