import type { ForebayError, MessageInput } from '@forebay/contract';
import type { JobKind, Payload, Plan, ResultInput } from './job-kinds';
import type { JobReference } from './job-queue';
import type { ChunkProgress } from './run-progress';
import type { ChunkResult } from './run-state';

/** What the steps of a run are given. */
export interface StepContext {
  /** Its reason is to be thrown: the run was cancelled, took too long, is another worker's, or this worker stops. */
  readonly signal: AbortSignal;
  /** The job whose run it is. */
  readonly job: JobReference;
  /** When the run began, or was let go on by somebody. */
  readonly startedAtMs: number;
}

export interface ChunkContext extends StepContext {
  readonly report: (progress: ChunkProgress) => void;
}

/** What a chunk has done; `later`: it waits for something, and is asked again after so long. */
export type ChunkOutcome =
  | { readonly kind: 'done'; readonly result: Omit<MessageInput<'ChunkResult'>, 'duration_ms'> }
  | { readonly kind: 'later'; readonly afterMs: number };

/** What becomes of a run whose chunks are all done. */
export type Finish<K extends JobKind> =
  | { readonly kind: 'done'; readonly result: ResultInput<K> }
  /** These were done, and are lost. */
  | { readonly kind: 'again'; readonly chunks: readonly number[] }
  /** It goes on with something else: what it was to add to is gone, or what these have prepared is there. */
  | { readonly kind: 'replan'; readonly plan: Plan<K> };

/**
 * What a kind of job does. Each step may be done again, also after it has ended: by the next attempt, or by another worker that
 * takes over from one that has died, or beside one that only seemed to have. A ForebayError that is not retryable ends the job.
 */
export interface JobHandler<K extends JobKind> {
  /** Reads the clock, and fixes what the run does; what it returns is kept, and every later step is given it. */
  plan(payload: Payload<K>, context: StepContext): Promise<Plan<K>>;
  /** How many chunks the plan has: each is done by one worker, at any time, in any order. */
  chunksOf(plan: Plan<K>): number;
  /** Whether what was planned is still worth doing; if not, the run begins again with a new plan. */
  isCurrent(payload: Payload<K>, plan: Plan<K>): Promise<boolean>;
  runChunk(payload: Payload<K>, plan: Plan<K>, chunk: number, context: ChunkContext): Promise<ChunkOutcome>;
  /** @param done by chunk */
  finish(
    payload: Payload<K>,
    plan: Plan<K>,
    done: ReadonlyMap<number, ChunkResult>,
    context: StepContext,
  ): Promise<Finish<K>>;
  /** An attempt of a planned run has failed: for its records, and for what it has begun elsewhere. */
  failed(
    payload: Payload<K>,
    plan: Plan<K>,
    error: ForebayError,
    context: Omit<StepContext, 'signal'>,
  ): Promise<void>;
}

export type JobHandlers = { readonly [K in JobKind]: JobHandler<K> };
