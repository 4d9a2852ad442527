import { ForebayError, type Message, type MessageInput, messageFromJson } from '@forebay/contract';
import { type Job, Queue, QueueEvents, UnrecoverableError, Worker } from 'bullmq';
import { bullConnection, QUEUE_PREFIX, type QueueServer } from './queue-connection';

const QUEUE_NAME = 'materialize';

/** A run that failed for a passing reason is tried again after 1, 2, 4 … s. */
const ATTEMPTS = 5;
const FIRST_RETRY_MS = 1_000;
/** Finished jobs stay to be looked at. */
const KEEP_FINISHED = { age: 7 * 86_400, count: 1_000 };
/** A worker renews its lock far more often; when it dies, another takes the job over after so long. */
const LOCK_MS = 30_000;

/** How far a run is: chunks of entities, and values written. */
export interface MaterializeProgress {
  readonly chunksDone: number;
  readonly chunks: number;
  readonly valuesWritten: number;
}

export interface MaterializeHandle {
  readonly id: string;
  /** Resolves with the result, rejects with what made the last attempt fail. */
  readonly finished: (options: {
    timeoutMs: number;
    onProgress?: (progress: MaterializeProgress) => void;
  }) => Promise<Message<'MaterializeResult'>>;
}

export interface JobSummary {
  readonly id: string;
  readonly state: string;
  readonly view: string;
  readonly attempts: number;
  readonly createdAtMs: number;
  readonly finishedAtMs: number | null;
  readonly failure: string | null;
}

const viewOf = (job: Message<'MaterializeJob'>) => `${job.project}.${job.view}@${job.version}`;

/** Queues materialize runs; one view has at most one run waiting or under way. */
export class MaterializeQueue {
  readonly #queue: Queue;
  readonly #server: QueueServer;
  #events: QueueEvents | null = null;

  constructor(server: QueueServer) {
    this.#server = server;
    this.#queue = new Queue(QUEUE_NAME, { connection: bullConnection(server), prefix: QUEUE_PREFIX });
    this.#queue.on('error', () => undefined);
  }

  /** Adds a run; while one of the same view waits or is under way, that one's handle is returned. */
  async add(input: MessageInput<'MaterializeJob'>): Promise<MaterializeHandle> {
    const payload = messageFromJson('MaterializeJob', input);
    const events = await this.#listen();
    const job = await this.#queue.add(viewOf(payload), payload, {
      attempts: ATTEMPTS,
      backoff: { type: 'exponential', delay: FIRST_RETRY_MS },
      removeOnComplete: KEEP_FINISHED,
      removeOnFail: KEEP_FINISHED,
      deduplication: { id: viewOf(payload) },
    });
    return this.#handle(job, events);
  }

  async #listen(): Promise<QueueEvents> {
    if (this.#events === null) {
      this.#events = new QueueEvents(QUEUE_NAME, {
        connection: bullConnection(this.#server),
        prefix: QUEUE_PREFIX,
      });
      this.#events.on('error', () => undefined);
    }
    await this.#events.waitUntilReady();
    return this.#events;
  }

  #handle(job: Job, events: QueueEvents): MaterializeHandle {
    const id = job.id as string;
    return {
      id,
      finished: async ({ timeoutMs, onProgress }) => {
        const listener = (event: { jobId: string; data: unknown }) => {
          if (event.jobId === id) onProgress?.(event.data as MaterializeProgress);
        };
        events.on('progress', listener);
        try {
          return messageFromJson('MaterializeResult', await job.waitUntilFinished(events, timeoutMs));
        } catch (thrown) {
          throw new ForebayError('internal', thrown instanceof Error ? thrown.message : String(thrown), {
            cause: thrown,
          });
        } finally {
          events.off('progress', listener);
        }
      },
    };
  }

  /** Runs the view's job every `everyMs`; null: no more. Idempotent. */
  async schedule(input: MessageInput<'MaterializeJob'>, everyMs: number | null): Promise<void> {
    const payload = messageFromJson('MaterializeJob', input);
    const id = `schedule:${viewOf(payload)}`;
    if (everyMs === null) {
      await this.#queue.removeJobScheduler(id);
      return;
    }
    await this.#queue.upsertJobScheduler(
      id,
      { every: everyMs },
      {
        name: viewOf(payload),
        data: payload,
        opts: {
          attempts: ATTEMPTS,
          backoff: { type: 'exponential', delay: FIRST_RETRY_MS },
          removeOnComplete: KEEP_FINISHED,
          removeOnFail: KEEP_FINISHED,
        },
      },
    );
  }

  /** Ids of the views that have a schedule, as `project.view@version`. */
  async scheduled(): Promise<string[]> {
    const schedulers = await this.#queue.getJobSchedulers();
    return schedulers.map((scheduler) => scheduler.name);
  }

  /** The newest jobs first. */
  async list(limit: number): Promise<JobSummary[]> {
    const jobs = await this.#queue.getJobs(undefined, 0, limit - 1, false);
    return Promise.all(
      jobs.map(async (job) => ({
        id: job.id as string,
        state: await job.getState(),
        view: job.name,
        attempts: job.attemptsMade,
        createdAtMs: job.timestamp,
        finishedAtMs: job.finishedOn ?? null,
        failure: job.failedReason ?? null,
      })),
    );
  }

  /** Workers that are connected now. */
  async workers(): Promise<number> {
    return this.#queue.getWorkersCount();
  }

  async close(): Promise<void> {
    await this.#events?.close();
    await this.#queue.close();
  }
}

export interface MaterializeWorkerOptions {
  readonly server: QueueServer;
  readonly concurrency: number;
  /** Does the run. A ForebayError that is not retryable ends the job at its first attempt. */
  readonly run: (
    job: Message<'MaterializeJob'>,
    report: (progress: MaterializeProgress) => void,
    signal: AbortSignal,
  ) => Promise<MessageInput<'MaterializeResult'>>;
  readonly onError: (error: Error) => void;
}

/** Takes materialize jobs from the queue until it is closed; `close` waits for the run under way. */
export class MaterializeWorker {
  readonly #worker: Worker;
  readonly #abort = new AbortController();

  constructor(options: MaterializeWorkerOptions) {
    this.#worker = new Worker(
      QUEUE_NAME,
      async (job) => {
        const payload = messageFromJson('MaterializeJob', job.data);
        try {
          return await options.run(
            payload,
            (progress) => void job.updateProgress({ ...progress }).catch(options.onError),
            this.#abort.signal,
          );
        } catch (thrown) {
          const error = ForebayError.from(thrown);
          throw error.retryable || error.reason === 'internal'
            ? error
            : new UnrecoverableError(error.message);
        }
      },
      {
        connection: bullConnection(options.server),
        prefix: QUEUE_PREFIX,
        concurrency: options.concurrency,
        lockDuration: LOCK_MS,
      },
    );
    this.#worker.on('error', options.onError);
  }

  async ready(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  /** Stops taking jobs; after `graceMs` the run under way is told to stop (it is retried elsewhere). */
  async close(graceMs: number): Promise<void> {
    const timer = setTimeout(() => this.#abort.abort(), graceMs);
    try {
      await this.#worker.close();
    } finally {
      clearTimeout(timer);
    }
  }
}
