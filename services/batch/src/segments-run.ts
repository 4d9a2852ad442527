/** One materialize run: ClickHouse computes the segments and builds the values, this moves bytes, then the marker. */
import { ForebayError, formatInstant, type MessageInput } from '@forebay/contract';
import { definitionName } from '@forebay/definitions';
import type { MaterializeProgress } from '@forebay/jobs';
import { scheduleWarning, streamSegments } from '@forebay/offline-store';
import { advanceBatchMarker, BatchWriter, type BatchWriteStats } from '@forebay/online-store';
import { finishInEveryBucket, writeChunks } from './chunked-run';
import { type PlanDependencies, type PlanRequest, planRun, type RunPlan } from './plan-run';
import { pour } from './pour';
import { RunLog, type RunLogDependencies } from './run-log';

export interface MaterializeDependencies extends PlanDependencies, RunLogDependencies {}

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
  const log = new RunLog(dependencies, `${request.project}.${definitionName(request.view)}`, qMs);
  await log.record('started', null, 0);
  let plan: RunPlan | null = null;
  try {
    plan = await planRun(dependencies, request, qMs);
    await log.record('started', plan, 0);
    const { written, outcome } = await write(dependencies, request, plan, log.run);
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

/** Writes what the plan says, and moves the marker. */
function write(
  { offline, redis }: MaterializeDependencies,
  { view, report, signal }: MaterializeRequest,
  plan: RunPlan,
  run: string,
) {
  const { chunks, part, expiresAtMs } = plan;
  return writeChunks(redis, {
    viewId: view.id,
    place: `view "${definitionName(view)}"`,
    run,
    chunks,
    report,
    signal,
    async writeChunk(chunk) {
      const writer = new BatchWriter(redis, { viewId: view.id, part, expiresAtMs });
      return pour(
        streamSegments(offline, plan.layout, plan, { chunk, chunks, buckets: redis.buckets }, signal),
        writer,
      );
    },
    finish() {
      const marker = { cutMs: plan.cutMs, runClockMs: plan.qMs, coverageFromMs: plan.coverageBeginMs };
      const finished = { name: run, chunks, part, marker };
      return finishInEveryBucket(redis, (bucket) => advanceBatchMarker(redis, bucket, view.id, finished));
    },
  });
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
