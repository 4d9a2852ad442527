import { ForebayError, type Message, type MessageInput, messageFromJson } from '@forebay/contract';
import { type Job, UnrecoverableError, Worker } from 'bullmq';
import { failureText, isWorthRetrying } from './job-failure';
import { MATERIALIZE_QUEUE, type MaterializeProgress } from './materialize-queue';
import { connectionOptions, QUEUE_PREFIX, type QueueServer } from './queue-connection';

/**
 * How soon the job of a dead worker is another's: when its lock has run out, at the next look. A living worker renews the lock
 * in half that time; one that was paused for longer finds its job taken over, and the two runs do not harm each other.
 */
export interface Takeover {
  readonly lockMs: number;
  readonly lookEveryMs: number;
}

/** At most 30 s. */
const DEFAULT_TAKEOVER: Takeover = { lockMs: 20_000, lookEveryMs: 10_000 };
/** A job that has killed so many workers is given up. */
const MAX_TAKEOVERS = 3;
/** How long a run that was told to stop may take to do so. */
const STOP_WITHIN_MS = 5_000;

export interface MaterializeWorkerOptions {
  readonly server: QueueServer;
  /** Runs at a time. */
  readonly concurrency: number;
  /** Does the run. A ForebayError that is not retryable ends the job at its first attempt. */
  readonly run: (
    job: Message<'MaterializeJob'>,
    report: (progress: MaterializeProgress) => void,
    signal: AbortSignal,
  ) => Promise<MessageInput<'MaterializeResult'>>;
  readonly onError: (error: Error) => void;
  /** Told when a job of another worker, which has died or did not answer, goes back to the queue. */
  readonly onTakenOver?: (id: string) => void;
  readonly takeover?: Takeover;
}

/** Takes materialize jobs from the queue until it is closed. */
export class MaterializeWorker {
  readonly #worker: Worker;
  readonly #options: MaterializeWorkerOptions;
  readonly #abort = new AbortController();

  constructor(options: MaterializeWorkerOptions) {
    const { server, concurrency, takeover = DEFAULT_TAKEOVER } = options;
    this.#options = options;
    this.#worker = new Worker(MATERIALIZE_QUEUE, (job) => this.#process(job), {
      connection: { ...connectionOptions(server), maxRetriesPerRequest: null },
      prefix: QUEUE_PREFIX,
      concurrency,
      lockDuration: takeover.lockMs,
      stalledInterval: takeover.lookEveryMs,
      maxStalledCount: MAX_TAKEOVERS,
    });
    this.#worker.on('error', options.onError);
    this.#worker.on('stalled', (id) => options.onTakenOver?.(id));
  }

  async #process(job: Job): Promise<MessageInput<'MaterializeResult'>> {
    const { run, onError } = this.#options;
    try {
      await job.removeDeduplicationKey(); // who asks from now on wants a run that has not read its clock yet
      const payload = messageFromJson('MaterializeJob', job.data);
      const report = (progress: MaterializeProgress) =>
        void job.updateProgress({ ...progress }).catch(onError);
      return await run(payload, report, this.#abort.signal);
    } catch (thrown) {
      const error = ForebayError.from(thrown);
      const text = failureText(error);
      throw isWorthRetrying(error) ? new Error(text, { cause: error }) : new UnrecoverableError(text);
    }
  }

  async ready(): Promise<void> {
    await this.#worker.waitUntilReady();
  }

  /**
   * Stops taking jobs; after `graceMs` the run under way is told to stop, and another worker does it again.
   * While the queue server is away the worker can't be closed: that is left to the process's end, or to the server's return.
   */
  async close(graceMs: number): Promise<void> {
    const stopped = new ForebayError(
      'unavailable',
      'the worker was stopped, and another one does the run again',
    );
    const abort = setTimeout(() => this.#abort.abort(stopped), graceMs);
    let giveUp: NodeJS.Timeout | undefined;
    const impatience = new Promise<void>((resolve) => {
      giveUp = setTimeout(resolve, graceMs + STOP_WITHIN_MS);
    });
    try {
      await Promise.race([this.#worker.close(), impatience]);
    } finally {
      clearTimeout(abort);
      clearTimeout(giveUp);
    }
  }
}
