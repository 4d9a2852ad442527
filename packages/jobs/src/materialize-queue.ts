import {
  ForebayError,
  formatDuration,
  type Message,
  type MessageInput,
  messageFromJson,
} from '@forebay/contract';
import type { Job, JobsOptions } from 'bullmq';
import { BoundedQueue } from './bounded-queue';
import { failureError } from './job-failure';
import type { QueueServer } from './queue-connection';

export const MATERIALIZE_QUEUE = 'materialize';

/** A run that failed for a passing reason is tried again after 1, 2, 4 … s. */
const ATTEMPTS = 5;
const FIRST_RETRY_MS = 1_000;
/** Finished jobs stay to be looked at: for a week (in s), the newest thousand. */
const KEEP_FINISHED = { age: 7 * 86_400, count: 1_000 };
const JOB_OPTIONS = {
  attempts: ATTEMPTS,
  backoff: { type: 'exponential', delay: FIRST_RETRY_MS },
  removeOnComplete: KEEP_FINISHED,
  removeOnFail: KEEP_FINISHED,
} as const satisfies JobsOptions;

const POLL_MS = 100;
/** A queue server that restarts is waited for, one that stays away is not. */
const UNREACHABLE_FOR_MS = 30_000;

/** How far a run is: chunks of entities, and values written. */
export interface MaterializeProgress {
  readonly chunksDone: number;
  readonly chunks: number;
  readonly valuesWritten: number;
}

export interface MaterializeHandle {
  readonly id: string;
  /**
   * Resolves with the result, rejects with what made the last attempt fail; with `deadline_exceeded` or `unavailable` when
   * that is not known in time, and then the job goes on.
   */
  readonly finished: (options: {
    timeoutMs: number;
    onProgress?: (progress: MaterializeProgress) => void;
  }) => Promise<Message<'MaterializeResult'>>;
}

export interface MaterializeSchedule {
  readonly project: string;
  readonly view: string;
  readonly version: number;
  readonly everyMs: number;
  /** So long after each multiple of everyMs, and once at the start; null: from the start on. */
  readonly offsetMs: number | null;
}

export interface JobSummary {
  readonly id: string;
  readonly state: string;
  readonly view: string;
  readonly attempts: number;
  readonly createdAtMs: number;
  readonly finishedAtMs: number | null;
  /** What made the last attempt fail; null: none has, or a later one did not. */
  readonly failure: string | null;
}

/** `project.view@version`. */
const viewOf = (job: { project: string; view: string; version: number }) =>
  `${job.project}.${job.view}@${job.version}`;
const schedulerOf = (view: string) => `schedule:${view}`;

/** Queues materialize runs. All methods throw `unavailable` when the queue server does not answer. */
export class MaterializeQueue {
  readonly #queue: BoundedQueue;

  constructor(server: QueueServer, options: { readonly answerWithinMs?: number } = {}) {
    this.#queue = new BoundedQueue(MATERIALIZE_QUEUE, server, options.answerWithinMs);
  }

  /**
   * Adds a run. While one of the same view, cut and extent waits, that one's handle is returned; one that has begun has read its
   * clock already, so it is not joined.
   */
  async add(input: MessageInput<'MaterializeJob'>): Promise<MaterializeHandle> {
    const payload = messageFromJson('MaterializeJob', input);
    const cut = payload.has_cut ? `@${payload.cut_ms}` : '';
    const deduplication = { id: `${viewOf(payload)}${cut}${payload.full ? ' full' : ''}` };
    const job = await this.#queue.ask((queue) =>
      queue.add(viewOf(payload), payload, { ...JOB_OPTIONS, deduplication }),
    );
    const id = job.id as string;
    return { id, finished: (options) => this.#finished(id, viewOf(payload), options) };
  }

  async #finished(
    id: string,
    view: string,
    { timeoutMs, onProgress }: Parameters<MaterializeHandle['finished']>[0],
  ): Promise<Message<'MaterializeResult'>> {
    const startedMs = performance.now();
    let answeredMs = startedMs;
    let shown = '';
    for (;;) {
      const found = await this.#look(id, view).catch((error: ForebayError) => {
        const isAway = error.reason === 'unavailable' && performance.now() - answeredMs < UNREACHABLE_FOR_MS;
        if (!isAway) throw error;
        return null;
      });
      if (found !== null) {
        answeredMs = performance.now();
        const { job, state } = found;
        const progress = JSON.stringify(job.progress);
        if (progress !== shown && isProgress(job.progress)) onProgress?.(job.progress);
        shown = progress;
        if (state === 'completed') return messageFromJson('MaterializeResult', job.returnvalue);
        if (state === 'failed') throw failureError(job.failedReason);
      }
      if (performance.now() - startedMs > timeoutMs) throw notYet(id, view, timeoutMs);
      await new Promise((resolve) => setTimeout(resolve, POLL_MS));
    }
  }

  /** The state first: what is read after it is at least as new. */
  async #look(id: string, view: string) {
    return this.#queue.ask(async (queue) => {
      const state = await queue.getJobState(id);
      const job = await queue.getJob(id);
      if (job !== undefined) return { job, state };
      throw new ForebayError('not_found', `job ${id} (${view}) was removed from the queue`);
    });
  }

  /** Makes the schedules these and no others. Idempotent: one that stays the same keeps its time. */
  async setSchedules(schedules: readonly MaterializeSchedule[]): Promise<void> {
    await this.#queue.ask(async (queue) => {
      const present = new Map(
        (await queue.getJobSchedulers(0, -1)).map((scheduler) => [scheduler.key, scheduler]),
      );
      const wanted = new Set(schedules.map((schedule) => schedulerOf(viewOf(schedule))));
      for (const key of present.keys()) if (!wanted.has(key)) await queue.removeJobScheduler(key);
      for (const { everyMs, offsetMs, ...view } of schedules) {
        const name = viewOf(view);
        const key = schedulerOf(name);
        const offset = offsetMs === null ? null : offsetMs % everyMs || everyMs;
        const held = present.get(key);
        if (held !== undefined) {
          const isSame = Number(held.every) === everyMs && (offset === null || held.offset === offset);
          if (isSame) continue;
          await queue.removeJobScheduler(key);
        }
        const data = messageFromJson('MaterializeJob', {
          ...view,
          cut_ms: 0,
          has_cut: false,
          requested_by: 'schedule',
        });
        await queue.upsertJobScheduler(
          key,
          { every: everyMs, ...(offset === null ? {} : { offset }) },
          { name, data, opts: JOB_OPTIONS },
        );
        // without an offset the first run begins at once
        if (offset !== null) await queue.add(name, data, { ...JOB_OPTIONS, deduplication: { id: name } });
      }
    });
  }

  async schedules(): Promise<
    { readonly view: string; readonly everyMs: number; readonly nextAtMs: number | null }[]
  > {
    const schedulers = await this.#queue.ask((queue) => queue.getJobSchedulers(0, -1));
    return schedulers.map(({ name, every, next }) => ({
      view: name,
      everyMs: Number(every),
      nextAtMs: next ?? null,
    }));
  }

  /** The newest jobs first. */
  async list(limit: number): Promise<JobSummary[]> {
    const summaries = await this.#queue.ask(async (queue) => {
      const jobs = (await queue.getJobs(undefined, 0, limit - 1, false)).filter((job) => job !== undefined);
      return Promise.all(jobs.map(summaryOf));
    });
    return summaries
      .sort((a, b) => b.createdAtMs - a.createdAtMs || Number(b.id) - Number(a.id))
      .slice(0, limit);
  }

  /** Jobs that wait for a worker, or for their next attempt. */
  async waiting(): Promise<number> {
    return this.#queue.ask((queue) => queue.getJobCountByTypes('waiting', 'prioritized', 'delayed'));
  }

  /** Workers that are connected now. */
  async workers(): Promise<number> {
    return this.#queue.ask((queue) => queue.getWorkersCount());
  }

  close(): Promise<void> {
    return this.#queue.close();
  }
}

function notYet(id: string, view: string, timeoutMs: number): ForebayError {
  return new ForebayError(
    'deadline_exceeded',
    `job ${id} (${view}) has not ended after ${formatDuration(timeoutMs)}; it goes on, and "forebay status" shows how it ends`,
  );
}

function isProgress(progress: unknown): progress is MaterializeProgress {
  return typeof progress === 'object' && progress !== null && 'chunksDone' in progress;
}

async function summaryOf(job: Job): Promise<JobSummary> {
  const state = await job.getState();
  return {
    id: job.id as string,
    state,
    view: job.name,
    attempts: job.attemptsMade,
    createdAtMs: job.timestamp,
    finishedAtMs: job.finishedOn ?? null,
    failure: state === 'completed' ? null : (job.failedReason ?? null),
  };
}
