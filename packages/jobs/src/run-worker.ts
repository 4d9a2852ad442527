/** Takes the jobs of one kind from their queue: plans the run, queues its chunks, and finishes it when they are done. */
import { ForebayError } from '@forebay/contract';
import { DelayedError, type Job, WaitingChildrenError, type Worker } from 'bullmq';
import { unmarkCancelled } from './cancellations';
import { failureError } from './job-failure';
import type { StepContext } from './job-handler';
import {
  CHUNKS_QUEUE,
  JOB_KINDS,
  type JobKind,
  type Payload,
  type Plan,
  type Result,
  targetsOf,
} from './job-kinds';
import { CHUNK_OPTIONS } from './job-options';
import { claimTargets } from './job-targets';
import {
  begun,
  chunkId,
  closed,
  doneChunks,
  failureOf,
  jobData,
  missingChunks,
  type PlannedJob,
  planned,
  readJob,
  repeated,
  retried,
  type StoredJob,
} from './run-state';
import { ended, handlerOf, isLastAttempt, lockOf, openWorker, type WorkerTerms } from './worker-terms';

/** Planning and finishing mostly wait for servers. */
const RUNS_AT_A_TIME = 16;
/** How soon a job looks again whether that of the same view has ended. */
const LOOK_AGAIN_MS = 1_000;
/** How often a run does chunks again that were lost after they were done. */
const MAX_LOSSES = 3;

/** The job as BullMQ holds it for this worker. */
interface Held {
  readonly job: Job;
  readonly token: string;
}

export class RunWorker<K extends JobKind> {
  readonly worker: Worker;
  readonly #kind: K;
  readonly #terms: WorkerTerms;

  constructor(kind: K, terms: WorkerTerms) {
    this.#kind = kind;
    this.#terms = terms;
    this.worker = openWorker(kind, terms, RUNS_AT_A_TIME, (job, token) => this.#process(job, token));
  }

  async #process(job: Job, token: string): Promise<object> {
    const { guard, clock, queues, events } = this.#terms;
    let startedAtMs = clock();
    let payload: object | null = null;
    let resumed = 0;
    try {
      const stored = await this.#opened(job);
      payload = stored.payload as object;
      resumed = stored.run.resumed;
      const targets = targetsOf(this.#kind, stored.payload);
      if (!(await claimTargets(queues, this.#kind, targets, job.id as string))) {
        await job.moveToDelayed(clock() + LOOK_AGAIN_MS, token);
        throw new DelayedError();
      }
      // who asks from now on wants a run that has not read its clock yet
      await job.removeDeduplicationKey();
      const run = begun(stored.run, clock());
      startedAtMs = run.started_at_ms;
      const isFirst = run.started_at_ms !== stored.run.started_at_ms;
      const name = { kind: this.#kind, id: job.id as string, resumed, view: job.name };
      await events.onStep?.({ ...name, payload, isFirst });
      const limitMs = limitOf(this.#kind, stored.payload);
      const guarded = {
        kind: this.#kind,
        id: job.id as string,
        lock: lockOf(this.#kind, job.id as string),
        limitMs,
        leftMs: startedAtMs + limitMs - clock(),
      };
      const result = await guard.guard(guarded, (signal) =>
        this.#advance({ ...stored, run, job, token }, { signal, ...this.#stepOf(job, startedAtMs) }),
      );
      await this.#told(job, startedAtMs, 'completed', { payload, resumed, result: result as object });
      return result as object;
    } catch (thrown) {
      if (thrown instanceof WaitingChildrenError || thrown instanceof DelayedError) throw thrown;
      const error = ForebayError.from(thrown);
      if (!guard.isStop(error)) {
        const outcome = error.reason === 'cancelled' ? 'cancelled' : 'failed';
        const again = !isLastAttempt(error, job);
        await this.#told(job, startedAtMs, outcome, { payload, resumed, error, again });
        await this.#failed(job, error, startedAtMs).catch(events.onError);
        if (isLastAttempt(error, job)) await this.#close(job).catch(events.onError);
      }
      throw await ended(error, job, token, guard);
    }
  }

  /** From where the run stands to its next wait, or to its end. */
  async #advance(step: StoredJob<K> & Held, context: StepContext): Promise<Result<K>> {
    const handler = handlerOf(this.#terms, this.#kind);
    let current = await this.#withPlan(step, context);
    for (;;) {
      const done = await this.#chunksDone(current);
      context.signal.throwIfAborted();
      const finish = await handler.finish(current.payload, current.plan, done, context);
      if (finish.kind === 'done') return finish.result as Result<K>;
      if (finish.kind === 'replan') {
        const { plan } = finish;
        current = { ...current, plan, run: planned(current.run, handler.chunksOf(plan)) };
      } else {
        current = { ...current, run: repeated(current.run, finish.chunks) };
        if (current.run.losses > MAX_LOSSES) throw lostAgain(step.job);
      }
      await step.job.updateData(jobData<K>(current));
    }
  }

  async #withPlan(step: StoredJob<K> & Held, context: StepContext): Promise<PlannedJob<K> & Held> {
    const handler = handlerOf(this.#terms, this.#kind);
    const { job, payload, plan, run } = step;
    if (run.started_at_ms !== readJob(this.#kind, job.data).run.started_at_ms)
      await job.updateData(jobData<K>(step)); // chunks look at it
    if (plan !== null && (await handler.isCurrent(payload, plan as Plan<K>)))
      return { ...step, plan: plan as Plan<K> };
    const fresh: Plan<K> = await handler.plan(payload, context);
    const current = { ...step, plan: fresh, run: planned(run, handler.chunksOf(fresh)) };
    await job.updateData(jobData<K>(current));
    return current;
  }

  /** Resolves when every chunk is done; else they are queued, and the job waits for them. Throws what made one fail for good. */
  async #chunksDone({ job, token, run }: PlannedJob<K> & Held) {
    const { queues } = this.#terms;
    const failure = failureOf(run, await job.getIgnoredChildrenFailures());
    if (failure !== null) throw chunkFailure(failure);
    const done = doneChunks(run, await job.getChildrenValues());
    const missing = missingChunks(run, done);
    if (missing.length === 0) return done;
    const id = job.id as string;
    const parent = { id, queue: job.queueQualifiedName };
    const { priority } = JOB_KINDS[this.#kind];
    await queues.ask(CHUNKS_QUEUE, (queue) =>
      queue.addBulk(
        missing.map((chunk) => ({
          name: `${this.#kind} ${job.name}`,
          data: { kind: this.#kind, job: id, round: run.round, chunk },
          opts: {
            ...CHUNK_OPTIONS,
            ...(priority === 0 ? {} : { priority }),
            jobId: chunkId(this.#kind, id, run.round, chunk),
            parent,
          },
        })),
      ),
    );
    if (await job.moveToWaitingChildren(token)) throw new WaitingChildrenError();
    return doneChunks(run, await job.getChildrenValues());
  }

  /** A job that failed, and was let run again by other means than the queue's (a board), goes on as one that was so by it. */
  async #opened(job: Job): Promise<StoredJob<K>> {
    const stored = readJob(this.#kind, job.data);
    if (!stored.run.ended) return stored;
    await unmarkCancelled(this.#terms.queues, this.#kind, job.id as string);
    const opened = { ...stored, run: retried(stored.run) };
    await job.updateData(jobData<K>(opened));
    return opened;
  }

  async #close(job: Job): Promise<void> {
    const stored = readJob(this.#kind, job.data);
    await job.updateData(jobData<K>({ ...stored, run: closed(stored.run) }));
    await job.removeUnprocessedChildren();
  }

  #stepOf(job: Job, startedAtMs: number): Omit<StepContext, 'signal'> {
    return { job: { kind: this.#kind, id: job.id as string }, startedAtMs };
  }

  async #failed(job: Job, error: ForebayError, startedAtMs: number): Promise<void> {
    const { payload, plan } = readJob(this.#kind, job.data);
    const context = this.#stepOf(job, startedAtMs);
    if (plan !== null)
      await handlerOf(this.#terms, this.#kind).failed(payload, plan as Plan<K>, error, context);
  }

  async #told(
    job: Job,
    startedAtMs: number,
    outcome: 'completed' | 'failed' | 'cancelled',
    {
      payload,
      resumed,
      result = null,
      error = null,
      again = false,
    }: {
      payload: object | null;
      resumed: number;
      result?: object | null;
      error?: ForebayError | null;
      again?: boolean;
    },
  ): Promise<void> {
    const { events, clock } = this.#terms;
    const seconds = (clock() - startedAtMs) / 1_000;
    const view = job.name;
    await events.onEnded?.({
      kind: this.#kind,
      id: job.id as string,
      resumed,
      view,
      payload,
      outcome,
      seconds,
      result,
      error,
      again,
    });
  }
}

function lostAgain({ name }: Job): ForebayError {
  return new ForebayError(
    'failed_precondition',
    `${name}: what was written was lost ${MAX_LOSSES + 1} times; is redis restarting again and again? "forebay jobs retry" goes on when it is mended`,
  );
}

/** The chunk has been tried as often as it may be. */
function chunkFailure(text: string): ForebayError {
  const { reason, message } = failureError(text);
  return new ForebayError(reason, message);
}

export function limitOf<K extends JobKind>(kind: K, payload: Payload<K>): number {
  const { time_limit_ms: limitMs } = payload as { time_limit_ms: number };
  return limitMs > 0 ? limitMs : JOB_KINDS[kind].timeLimitMs;
}
