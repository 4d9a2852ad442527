/** What the workers of jobs and of chunks have in common. */
import { ForebayError } from '@forebay/contract';
import { type Job, UnrecoverableError, WaitingError, Worker } from 'bullmq';
import type { BoundedQueues } from './bounded-queues';
import { failureText, isWorthRetrying } from './job-failure';
import type { JobHandler, JobHandlers } from './job-handler';
import type { JobKind } from './job-kinds';
import { connectionOptions, QUEUE_PREFIX, type QueueServer } from './queue-connection';
import { isOutOfTime, type RunGuard } from './run-guard';

/**
 * How soon what a dead worker did is another's: when its lock has run out, at the next look. A living worker renews the lock
 * in half that time; one that was paused for longer finds its job taken over, and the two do not harm each other.
 */
export interface Takeover {
  readonly lockMs: number;
  readonly lookEveryMs: number;
}

/** At most 30 s. */
export const DEFAULT_TAKEOVER: Takeover = { lockMs: 20_000, lookEveryMs: 10_000 };
/** A job that has killed so many workers is given up. */
const MAX_TAKEOVERS = 3;

export const OUTCOMES = ['completed', 'failed', 'cancelled', 'stalled'] as const;
export type Outcome = (typeof OUTCOMES)[number];

/** What is told of the work, for metrics and logs. */
export interface JobEvents {
  readonly onError: (error: Error) => void;
  /**
   * A worker goes on with a job; `isFirst`: it is the job's first step. The work waits until it is told; so does the end of a job
   * for `onEnded`. Neither may throw or reject.
   */
  readonly onStep?: (step: {
    readonly kind: JobKind;
    readonly id: string;
    readonly resumed: number;
    readonly view: string;
    readonly payload: object;
    readonly isFirst: boolean;
  }) => void | Promise<void>;
  /** A job ended, or an attempt of it failed. `seconds`: since its first step. */
  readonly onEnded?: (ended: {
    readonly kind: JobKind;
    readonly id: string;
    /** How often somebody has let it run again. */
    readonly resumed: number;
    /** `project.view@version`. */
    readonly view: string;
    /** null: it could not be read. */
    readonly payload: object | null;
    readonly outcome: Exclude<Outcome, 'stalled'>;
    readonly seconds: number;
    readonly result: object | null;
    readonly error: ForebayError | null;
    /** Whether it is tried again. */
    readonly again: boolean;
  }) => void | Promise<void>;
  readonly onChunk?: (kind: JobKind, outcome: Exclude<Outcome, 'stalled'>) => void;
  /** A job, or a chunk, of another worker, which has died or did not answer, goes back to its queue. */
  readonly onTakenOver?: (queue: string, id: string) => void;
}

export interface WorkerTerms {
  readonly server: QueueServer;
  readonly queues: BoundedQueues;
  readonly guard: RunGuard;
  readonly handlers: Partial<JobHandlers>;
  readonly events: JobEvents;
  readonly takeover: Takeover;
  readonly clock: () => number;
}

/** A worker of a queue; `process` throws what `ended` has made of an error. */
export function openWorker(
  queue: string,
  { server, guard, events, takeover }: WorkerTerms,
  concurrency: number,
  process: (job: Job, token: string) => Promise<object>,
): Worker {
  const worker = new Worker(queue, (job, token) => process(job, token as string), {
    connection: { ...connectionOptions(server), maxRetriesPerRequest: null },
    prefix: QUEUE_PREFIX,
    concurrency,
    lockDuration: takeover.lockMs,
    stalledInterval: takeover.lookEveryMs,
    maxStalledCount: MAX_TAKEOVERS,
  });
  worker.on('error', events.onError);
  worker.on('stalled', (id) => events.onTakenOver?.(queue, id));
  worker.on('lockRenewalFailed', (ids) => {
    for (const id of ids) guard.lockLost(lockOf(queue, id));
  });
  return worker;
}

/** Throws `unavailable`: chunks of all kinds are in one queue, and another worker may do these. */
export function handlerOf<K extends JobKind>({ handlers }: WorkerTerms, kind: K): JobHandler<K> {
  const handler = handlers[kind];
  if (handler !== undefined) return handler;
  throw new ForebayError(
    'unavailable',
    `this worker does no jobs of the kind ${kind}; its queue has others that do`,
  );
}

export function lockOf(queue: string, id: string): string {
  return `${queue}/${id}`;
}

/** What BullMQ is to be told of an error: to try again, or not; a stopped worker gives its job back, and no attempt is lost. */
export async function ended(error: ForebayError, job: Job, token: string, guard: RunGuard): Promise<Error> {
  if (guard.isStop(error)) {
    await job.moveToWait(token);
    return new WaitingError();
  }
  const text = failureText(error);
  return isFinal(error) ? new UnrecoverableError(text) : new Error(text, { cause: error });
}

export function isFinal(error: ForebayError): boolean {
  return isOutOfTime(error) || !isWorthRetrying(error);
}

/** Whether this attempt was the last one. */
export function isLastAttempt(error: ForebayError, job: Job): boolean {
  return isFinal(error) || job.attemptsMade + 1 >= (job.opts.attempts ?? 1);
}
