/** Takes chunks, of all kinds, from their queue. */
import { ForebayError, messageFromJson } from '@forebay/contract';
import { DelayedError, type Job, type Worker } from 'bullmq';
import type { ChunkOutcome } from './job-handler';
import { CHUNKS_QUEUE, isJobKind, type JobKind } from './job-kinds';
import { isEnded, readJobWithState } from './job-summary';
import { type PlannedJob, readJob } from './run-state';
import { limitOf } from './run-worker';
import { ended, handlerOf, isLastAttempt, lockOf, openWorker, type WorkerTerms } from './worker-terms';

/** Progress within a chunk is told at most so often. */
const TELL_EVERY_MS = 1_000;

type FoundChunk<K extends JobKind> = PlannedJob<K> & {
  readonly kind: K;
  readonly chunk: number;
  /** The id of the run's job. */
  readonly runId: string;
};

export class ChunkWorker {
  readonly worker: Worker;
  readonly #terms: WorkerTerms;

  constructor(terms: WorkerTerms, concurrency: number) {
    this.#terms = terms;
    this.worker = openWorker(CHUNKS_QUEUE, terms, concurrency, (job, token) => this.#process(job, token));
  }

  async #process(job: Job, token: string): Promise<object> {
    const { guard, clock, events } = this.#terms;
    const startedMs = clock();
    let kind: JobKind | null = null;
    try {
      const found = await this.#find(job);
      kind = found.kind;
      const limitMs = limitOf(found.kind, found.payload);
      const guarded = {
        kind: found.kind,
        id: found.runId,
        lock: lockOf(CHUNKS_QUEUE, job.id as string),
        limitMs,
        leftMs: found.run.started_at_ms + limitMs - clock(),
      };
      const outcome = await guard.guard(guarded, (signal) => this.#run(found, job, signal));
      if (outcome.kind === 'later') {
        await job.moveToDelayed(clock() + outcome.afterMs, token);
        throw new DelayedError();
      }
      events.onChunk?.(kind, 'completed');
      return messageFromJson('ChunkResult', { ...outcome.result, duration_ms: clock() - startedMs });
    } catch (thrown) {
      if (thrown instanceof DelayedError) throw thrown;
      const error = ForebayError.from(thrown);
      if (kind !== null && isLastAttempt(error, job))
        events.onChunk?.(kind, error.reason === 'cancelled' ? 'cancelled' : 'failed');
      throw await ended(error, job, token, guard);
    }
  }

  /** Throws `cancelled` for a chunk whose run goes on without it, or not at all. */
  async #find(job: Job): Promise<FoundChunk<JobKind>> {
    const { kind, job: runId, round, chunk } = messageFromJson('ChunkJob', job.data);
    if (!isJobKind(kind))
      throw new ForebayError(
        'invalid_request',
        `"${kind}" is no kind of job; is this worker older than the queue's others?`,
      );
    const found = await readJobWithState(this.#terms.queues, kind, runId);
    if (found === null || isEnded(found.state))
      throw new ForebayError('cancelled', `job ${kind}/${runId} is over`);
    const { payload, run, plan } = readJob(kind, found.job.data);
    if (plan === null || run.round !== round)
      throw new ForebayError('cancelled', `job ${kind}/${runId} has begun again`);
    return { kind, payload, plan, run, chunk, runId };
  }

  #run<K extends JobKind>(
    { kind, payload, plan, run, chunk, runId }: FoundChunk<K>,
    job: Job,
    signal: AbortSignal,
  ): Promise<ChunkOutcome> {
    let toldMs = Number.NEGATIVE_INFINITY;
    return handlerOf(this.#terms, kind).runChunk(payload, plan, chunk, {
      signal,
      job: { kind, id: runId },
      startedAtMs: run.started_at_ms,
      report: (progress) => {
        const nowMs = performance.now();
        if (nowMs - toldMs < TELL_EVERY_MS) return;
        toldMs = nowMs;
        job.updateProgress({ ...progress }).catch(this.#terms.events.onError);
      },
    });
  }
}
