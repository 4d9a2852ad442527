/** Ends what a worker does when it is not to go on: cancelled, out of time, another worker's, or stopped. */
import { ForebayError, formatDuration } from '@forebay/contract';
import type { BoundedQueues } from './bounded-queues';
import { cancelledBy, cancelledError } from './cancellations';
import type { JobReference } from './job-queue';

const LOOK_MS = 1_000;

interface Guarded extends JobReference {
  /** The lock that the worker holds: of the run's job, or of a chunk of it. */
  readonly lock: string;
  readonly abort: AbortController;
}

export interface RunGuardOptions {
  readonly queues: BoundedQueues;
  readonly onError: (error: Error) => void;
}

/** Watches the runs that a process works on; one look for all of them. */
export class RunGuard {
  readonly #options: RunGuardOptions;
  readonly #guarded = new Set<Guarded>();
  readonly #timer: NodeJS.Timeout;
  #stopped: ForebayError | null = null;
  #looking = false;

  constructor(options: RunGuardOptions) {
    this.#options = options;
    this.#timer = setInterval(() => void this.#look(), LOOK_MS);
  }

  /**
   * Does a step of a run until it is not to go on. Throws the reason, before it begins too.
   * @param leftMs of the run's time limit
   */
  async guard<T>(
    run: JobReference & { readonly lock: string; readonly leftMs: number; readonly limitMs: number },
    step: (signal: AbortSignal) => Promise<T>,
  ): Promise<T> {
    const guarded = { ...run, abort: new AbortController() };
    const { abort, leftMs } = guarded;
    if (this.#stopped !== null) throw this.#stopped;
    const [by] = await cancelledBy(this.#options.queues, [run]);
    if (typeof by === 'string') throw cancelledError(by);
    if (leftMs <= 0) throw outOfTime(run);
    const timer = setTimeout(() => abort.abort(outOfTime(run)), Math.min(leftMs, MAX_TIMER_MS));
    this.#guarded.add(guarded);
    try {
      return await step(abort.signal);
    } catch (thrown) {
      // what an aborted step throws may be anything that came of it
      throw abort.signal.aborted ? abort.signal.reason : thrown;
    } finally {
      clearTimeout(timer);
      this.#guarded.delete(guarded);
    }
  }

  /** Another worker may have it by now. */
  lockLost(lock: string): void {
    const lost = new ForebayError('conflict', 'the worker did not answer in time, and another one may go on');
    for (const guarded of this.#guarded) if (guarded.lock === lock) guarded.abort.abort(lost);
  }

  /** Nothing is to go on. */
  stop(): void {
    this.#stopped = new ForebayError('unavailable', 'the worker was stopped, and another one goes on');
    for (const { abort } of this.#guarded) abort.abort(this.#stopped);
  }

  /** Whether an error came of `stop`. */
  isStop(error: unknown): boolean {
    return error !== null && error === this.#stopped;
  }

  close(): void {
    clearInterval(this.#timer);
  }

  async #look(): Promise<void> {
    if (this.#looking || this.#guarded.size === 0) return;
    this.#looking = true;
    const guarded = [...this.#guarded];
    try {
      const marks = await cancelledBy(this.#options.queues, guarded);
      marks.forEach((by, i) => {
        if (by !== null) guarded[i]?.abort.abort(cancelledError(by));
      });
    } catch (thrown) {
      this.#options.onError(ForebayError.from(thrown));
    } finally {
      this.#looking = false;
    }
  }
}

/** Longer timers than this fire at once. */
const MAX_TIMER_MS = 2 ** 31 - 1;

const OUT_OF_TIME = new WeakSet<object>();

function outOfTime({ limitMs }: { readonly limitMs: number }): ForebayError {
  const error = new ForebayError(
    'deadline_exceeded',
    `its time limit of ${formatDuration(limitMs)} is over; "forebay jobs retry" lets it go on where it stopped, with as much time again`,
  );
  OUT_OF_TIME.add(error);
  return error;
}

/** Whether the run's time is over: another attempt would have none either. */
export function isOutOfTime(error: ForebayError): boolean {
  return OUT_OF_TIME.has(error);
}
