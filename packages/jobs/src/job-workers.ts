import type { Worker } from 'bullmq';
import { BoundedQueues } from './bounded-queues';
import { ChunkWorker } from './chunk-worker';
import type { JobHandlers } from './job-handler';
import { KINDS } from './job-kinds';
import type { QueueServer } from './queue-connection';
import { RunGuard } from './run-guard';
import { RunWorker } from './run-worker';
import { DEFAULT_TAKEOVER, type JobEvents, type Takeover, type WorkerTerms } from './worker-terms';

/** How long work that was told to stop may take to do so. */
const STOP_WITHIN_MS = 5_000;

export interface JobWorkersOptions extends JobEvents {
  readonly server: QueueServer;
  /** Chunks at a time, of all runs. */
  readonly concurrency: number;
  /** By kind; jobs of kinds without one are left to other workers. */
  readonly handlers: Partial<JobHandlers>;
  readonly takeover?: Takeover;
  readonly clock?: () => number;
}

/** Takes jobs, and their chunks, from the queues until it is closed. */
export class JobWorkers {
  readonly #workers: readonly Worker[];
  readonly #guard: RunGuard;
  readonly #queues: BoundedQueues;

  constructor(options: JobWorkersOptions) {
    const { server, concurrency, handlers, takeover = DEFAULT_TAKEOVER, clock = Date.now } = options;
    this.#queues = new BoundedQueues(server);
    this.#guard = new RunGuard({ queues: this.#queues, onError: options.onError });
    const terms: WorkerTerms = {
      server,
      queues: this.#queues,
      guard: this.#guard,
      handlers,
      events: options,
      takeover,
      clock,
    };
    const runs = KINDS.filter((kind) => handlers[kind] !== undefined).map(
      (kind) => new RunWorker(kind, terms).worker,
    );
    this.#workers = [...runs, new ChunkWorker(terms, concurrency).worker];
  }

  async ready(): Promise<void> {
    await Promise.all(this.#workers.map((worker) => worker.waitUntilReady()));
  }

  /**
   * Stops taking jobs; after `graceMs` what is under way is told to stop, and another worker goes on with it.
   * While the queue server is away the workers can't be closed: that is left to the process's end, or to the server's return.
   */
  async close(graceMs: number): Promise<void> {
    const stop = setTimeout(() => this.#guard.stop(), graceMs);
    let giveUp: NodeJS.Timeout | undefined;
    const impatience = new Promise<void>((resolve) => {
      giveUp = setTimeout(resolve, graceMs + STOP_WITHIN_MS);
    });
    try {
      await Promise.race([Promise.all(this.#workers.map((worker) => worker.close())), impatience]);
    } finally {
      clearTimeout(stop);
      clearTimeout(giveUp);
      this.#guard.close();
      await this.#queues.close();
    }
  }
}
