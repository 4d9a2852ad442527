import { ForebayError, formatDuration, messageFromJson } from '@forebay/contract';
import type { Job, Queue } from 'bullmq';
import { BoundedQueues } from './bounded-queues';
import { markCancelled, unmarkCancelled } from './cancellations';
import { failureError } from './job-failure';
import {
  CHUNKS_QUEUE,
  isJobKind,
  JOB_KINDS,
  type JobKind,
  KINDS,
  type Payload,
  type PayloadInput,
  type Result,
  targetsOf,
} from './job-kinds';
import { JOB_OPTIONS, sameRequest } from './job-options';
import { JobOutbox } from './job-outbox';
import { type JobSchedule, readSchedules, type ScheduleStatus, setSchedules } from './job-schedules';
import { isEnded, type JobSummary, readJobWithState, summariesOf } from './job-summary';
import type { QueueServer } from './queue-connection';
import { readProgress } from './read-progress';
import type { RunProgress } from './run-progress';
import { jobData, readJob, retried } from './run-state';

const POLL_MS = 100;
/** A queue server that restarts is waited for, one that stays away is not. */
const UNREACHABLE_FOR_MS = 30_000;

export interface JobReference {
  readonly kind: JobKind;
  readonly id: string;
}

/** What a caller waits with. */
export interface WaitOptions {
  readonly timeoutMs: number;
  readonly onProgress?: (progress: RunProgress) => void;
  /** Told when the state changes, with the first one too. */
  readonly onState?: (summary: JobSummary) => void;
}

export interface JobHandle<K extends JobKind = JobKind> extends JobReference {
  readonly kind: K;
  /**
   * Resolves with the result, rejects with what made the last attempt fail; with `deadline_exceeded` or `unavailable` when
   * that is not known in time, and then the job goes on.
   */
  readonly finished: (options: WaitOptions) => Promise<Result<K>>;
}

/** A job with all that is known of it. */
export interface JobDetails extends JobSummary {
  readonly payload: object;
  readonly progress: RunProgress;
  /** Null as long as it has not completed. */
  readonly result: object | null;
  /** Who has cancelled it, or let it run again. */
  readonly log: readonly string[];
}

/** Queues jobs, and shows and steers them. All methods throw `unavailable` when the queue server does not answer. */
export class JobQueue {
  readonly #queues: BoundedQueues;

  constructor(server: QueueServer, options: { readonly answerWithinMs?: number } = {}) {
    this.#queues = new BoundedQueues(server, options.answerWithinMs);
  }

  /**
   * Adds a job. While the same request waits for its turn, that one's handle is returned; one that has begun has read its clock
   * already, so it is not joined: the new one runs after it. Throws `invalid_request` for a payload that does not fit the contract.
   */
  async add<K extends JobKind>(kind: K, input: PayloadInput<K>): Promise<JobHandle<K>> {
    const payload = messageFromJson(JOB_KINDS[kind].payload, input) as Payload<K>;
    const deduplication = { id: sameRequest(payload as object) };
    const job = await this.#queues.ask(kind, (queue) =>
      queue.add(nameOf(kind, payload), payload, { ...JOB_OPTIONS, deduplication }),
    );
    return this.handle(kind, job.id as string);
  }

  /** Adds a job with an id of one's own, once: as long as it is kept, the same id is the same job. */
  async addNamed<K extends JobKind>(kind: K, id: string, input: PayloadInput<K>): Promise<JobHandle<K>> {
    const payload = messageFromJson(JOB_KINDS[kind].payload, input) as Payload<K>;
    await this.#queues.ask(kind, (queue) =>
      queue.add(nameOf(kind, payload), payload, { ...JOB_OPTIONS, jobId: id }),
    );
    return this.handle(kind, id);
  }

  /** Of a job that is queued already. */
  handle<K extends JobKind>(kind: K, id: string): JobHandle<K> {
    return { kind, id, finished: (options) => this.#finished(kind, id, options) };
  }

  async #finished<K extends JobKind>(
    kind: K,
    id: string,
    { timeoutMs, onProgress, onState }: WaitOptions,
  ): Promise<Result<K>> {
    const startedMs = performance.now();
    let answeredMs = startedMs;
    let shown = '';
    let state: string | null = null;
    for (;;) {
      const found = await this.#look({ kind, id }).catch((error: ForebayError) => {
        const isAway = error.reason === 'unavailable' && performance.now() - answeredMs < UNREACHABLE_FOR_MS;
        if (!isAway) throw error;
        return null;
      });
      if (found !== null) {
        answeredMs = performance.now();
        const { job, summary, progress } = found;
        const text = JSON.stringify(progress);
        if (text !== shown && progress.chunks > 0) onProgress?.(progress);
        if (summary.state !== state) onState?.(summary);
        shown = text;
        state = summary.state;
        if (state === 'completed')
          return messageFromJson(JOB_KINDS[kind].result, job.returnvalue) as Result<K>;
        if (state === 'failed' || state === 'cancelled') throw failureError(job.failedReason ?? '');
        if (performance.now() - startedMs > timeoutMs) throw notYet(summary, timeoutMs);
      } else if (performance.now() - startedMs > timeoutMs) {
        throw notYet({ kind, id, view: 'its state is not known' }, timeoutMs);
      }
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  async #look({ kind, id }: JobReference) {
    const found = await readJobWithState(this.#queues, kind, id);
    const [summary] = await summariesOf(this.#queues, kind, [id]);
    if (found === null || summary === undefined)
      throw new ForebayError('not_found', `job ${kind}/${id} was removed from the queue`);
    return {
      job: found.job,
      summary: { ...summary, state: found.state },
      progress: await readProgress(this.#queues, kind, found),
    };
  }

  /** The job that a person means by `materialize/12`, or by `12` where one kind has it. Throws `not_found`, `invalid_request`. */
  async find(reference: string): Promise<JobReference> {
    const slash = reference.indexOf('/');
    const kind = reference.slice(0, Math.max(0, slash));
    if (slash >= 0 && !isJobKind(kind))
      throw new ForebayError('invalid_request', `"${kind}" is no kind of job; there are ${KINDS.join(', ')}`);
    const id = reference.slice(slash + 1);
    const kinds = slash < 0 ? KINDS : [kind as JobKind];
    const found: JobReference[] = [];
    for (const candidate of kinds) {
      const job = await this.#queues.ask(candidate, (queue) => queue.getJob(id));
      if (job !== undefined) found.push({ kind: candidate, id });
    }
    const [only] = found;
    if (only === undefined)
      throw new ForebayError(
        'not_found',
        `there is no job "${reference}"; "forebay jobs list" shows those that are kept`,
      );
    if (found.length === 1) return only;
    const names = found.map((entry) => `${entry.kind}/${entry.id}`).join(' or ');
    throw new ForebayError('invalid_request', `"${reference}" may be ${names}: say which`);
  }

  async show(reference: JobReference): Promise<JobDetails> {
    const { job, summary, progress } = await this.#look(reference);
    const { payload } = readJob(reference.kind, job.data);
    const result = summary.state === 'completed' ? (job.returnvalue as object) : null;
    const { logs } = await this.#queues.ask(reference.kind, (queue) => queue.getJobLogs(reference.id));
    return { ...summary, payload: payload as object, progress, result, log: logs };
  }

  /** The newest jobs first; those that a schedule will add later are not among them. */
  async list(limit: number, kinds: readonly JobKind[] = KINDS): Promise<JobSummary[]> {
    const lists = await Promise.all(
      kinds.map(async (kind) => {
        const ids = await this.#queues.ask(kind, async (queue) =>
          (await queue.getJobs(undefined, 0, limit - 1, false)).flatMap((job) =>
            job?.id === undefined || isOfLater(job) ? [] : [job.id],
          ),
        );
        return summariesOf(this.#queues, kind, ids);
      }),
    );
    return lists
      .flat()
      .sort((a, b) => b.createdAtMs - a.createdAtMs || Number(b.id) - Number(a.id))
      .slice(0, limit);
  }

  /**
   * Ends a job: one that runs, at the end of what it writes just now; one that waits, when a worker takes it, which is tried at
   * once. What it has written stays, and no marker is moved. Throws `failed_precondition` for a job that has ended.
   */
  async cancel({ kind, id }: JobReference, by: string): Promise<void> {
    const found = await readJobWithState(this.#queues, kind, id);
    if (found === null) throw new ForebayError('not_found', `there is no job ${kind}/${id}`);
    if (isEnded(found.state))
      throw new ForebayError(
        'failed_precondition',
        `job ${kind}/${id} is ${found.state}: there is nothing to cancel`,
      );
    await markCancelled(this.#queues, kind, id, by);
    await this.#queues.ask(kind, () => found.job.log(`cancelled by ${by}`));
    if (found.state !== 'delayed') return;
    // it may have come to its turn by itself
    await this.#queues.ask(kind, () => found.job.promote().catch(() => undefined));
  }

  /** Lets a job that failed, or was cancelled, go on where it stopped, with all its attempts and its time. Throws `failed_precondition`. */
  async retry({ kind, id }: JobReference, by: string): Promise<void> {
    const found = await readJobWithState(this.#queues, kind, id);
    if (found === null) throw new ForebayError('not_found', `there is no job ${kind}/${id}`);
    const { job, state } = found;
    if (state !== 'failed' && state !== 'cancelled')
      throw new ForebayError(
        'failed_precondition',
        `job ${kind}/${id} is ${state}: only one that failed, or was cancelled, can be tried again`,
      );
    const stored = readJob(kind, job.data);
    await unmarkCancelled(this.#queues, kind, id);
    await this.#queues.ask(kind, async () => {
      await job.updateData(jobData({ ...stored, run: retried(stored.run) }));
      await job.log(`tried again by ${by}`);
      await job.retry('failed', { resetAttemptsMade: true, resetAttemptsStarted: true });
    });
  }

  /** Makes the schedules these and no others. Idempotent: one that stays the same keeps its time. */
  setSchedules(schedules: readonly JobSchedule[]): Promise<void> {
    return setSchedules(this.#queues, schedules);
  }

  schedules(): Promise<ScheduleStatus[]> {
    return readSchedules(this.#queues, Date.now());
  }

  /** Jobs of a kind that a worker could begin with now: not those whose time has not come. */
  async waiting(kind: JobKind): Promise<number> {
    return this.#queues.ask(kind, (queue) => queue.getJobCountByTypes('waiting', 'prioritized'));
  }

  /** Chunks of all kinds that a worker could begin with now. */
  async waitingChunks(): Promise<number> {
    return this.#queues.ask(CHUNKS_QUEUE, (queue) => queue.getJobCountByTypes('waiting', 'prioritized'));
  }

  /** Texts that wait beside the queues to be sent elsewhere. */
  outbox(name: string): JobOutbox {
    return new JobOutbox(this.#queues, name);
  }

  /** For tools that show BullMQ's queues. */
  bullQueues(): Queue[] {
    return [...KINDS, CHUNKS_QUEUE].map((name) => this.#queues.queue(name));
  }

  /** Workers that are connected now. */
  async workers(): Promise<number> {
    return this.#queues.ask(CHUNKS_QUEUE, (queue) => queue.getWorkersCount());
  }

  close(): Promise<void> {
    return this.#queues.close();
  }
}

/** A schedule's next job, which is queued for its time and has done nothing yet. */
function isOfLater(job: Job): boolean {
  return job.repeatJobKey !== undefined && job.delay > 0 && job.attemptsStarted === 0;
}

function nameOf<K extends JobKind>(kind: K, payload: Payload<K>): string {
  return targetsOf(kind, payload).join(', ');
}

function notYet(job: { kind: JobKind; id: string; view: string }, timeoutMs: number): ForebayError {
  const name = `${job.kind}/${job.id}`;
  return new ForebayError(
    'deadline_exceeded',
    `job ${name} (${job.view}) has not ended after ${formatDuration(timeoutMs)}; it goes on, and "forebay jobs watch ${name}" shows how it ends`,
  );
}
