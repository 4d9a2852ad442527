import { type ForebayError, type Message, type MessageInput, messageFromJson } from '@forebay/contract';
import type { ChunkContext, ChunkOutcome, ChunkResult, Finish, JobHandler, StepContext } from '@forebay/jobs';

export const RESULT = {
  cut_ms: 1_700_000_000_000,
  run_clock_ms: 1_700_000_000_001,
  values_written: 7,
  values_older: 0,
  bytes_written: 700,
  events_scanned: 3_000_000_000,
  chunks: 3,
  duration_ms: 12,
  warnings: ['none'],
};

export type Job = Message<'MaterializeJob'>;
type Plan = Message<'MaterializePlan'>;

/** Jobs that do what a test says, and what they have done. */
export class ScriptedHandler implements JobHandler<'materialize'> {
  readonly taken: Job[] = [];
  readonly plans: Plan[] = [];
  /** `view chunk`, in the order of their beginning. */
  readonly begun: string[] = [];
  readonly failures: string[] = [];
  /** Of views at this moment. */
  readonly running = new Map<string, number>();
  mostAtOnce = 0;
  chunks = 1;
  onPlan: (job: Job, context: StepContext) => Promise<void> = async () => undefined;
  onChunk: (job: Job, chunk: number, context: ChunkContext) => Promise<unknown> = async () => undefined;
  onFinish: (job: Job, done: ReadonlyMap<number, ChunkResult>) => Promise<Finish<'materialize'>> =
    async () => ({
      kind: 'done',
      result: RESULT,
    });
  isGood = true;

  async plan(job: Job, context: StepContext): Promise<Plan> {
    this.taken.push(job);
    await this.#counted(job.view, () => this.onPlan(job, context));
    const plan = messageFromJson('MaterializePlan', {
      run: `run-${this.plans.length + 1}`,
      chunks: this.chunks,
    });
    this.plans.push(plan);
    return plan;
  }

  chunksOf(plan: Plan): number {
    return plan.chunks;
  }

  async isCurrent(): Promise<boolean> {
    return this.isGood;
  }

  async runChunk(job: Job, _plan: Plan, chunk: number, context: ChunkContext): Promise<ChunkOutcome> {
    this.begun.push(`${job.view} ${chunk}`);
    const later = await this.#counted(`${job.view} ${chunk}`, () => this.onChunk(job, chunk, context));
    if (isLater(later)) return { kind: 'later', afterMs: later.afterMs };
    return { kind: 'done', result: { values: 10, bytes: 100 } };
  }

  async finish(
    job: Job,
    _plan: Plan,
    done: ReadonlyMap<number, ChunkResult>,
  ): Promise<Finish<'materialize'>> {
    return this.onFinish(job, done);
  }

  async failed(_job: Job, plan: Plan, { message }: ForebayError): Promise<void> {
    this.failures.push(`${plan.run}: ${message}`);
  }

  async #counted<T>(what: string, work: () => Promise<T>): Promise<T> {
    const now = (this.running.get(what) ?? 0) + 1;
    this.running.set(what, now);
    this.mostAtOnce = Math.max(this.mostAtOnce, now);
    try {
      return await work();
    } finally {
      this.running.set(what, (this.running.get(what) ?? 1) - 1);
    }
  }
}

const isLater = (answer: unknown): answer is { readonly afterMs: number } =>
  typeof answer === 'object' && answer !== null && 'afterMs' in answer;

export const job = (view: string, more: Partial<MessageInput<'MaterializeJob'>> = {}) => ({
  project: 'demo',
  view,
  version: 1,
  cut_ms: 0,
  has_cut: false,
  requested_by: 'ann',
  full: false,
  time_limit_ms: 0,
  ...more,
});

export const caught = (promise: Promise<unknown>): Promise<ForebayError | null> =>
  promise.then(
    () => null,
    (error: unknown) => error as ForebayError,
  );

/** Of tests that queue no rebuild. */
const unasked = async (): Promise<never> => {
  throw new Error('nobody has asked for a rebuild');
};
export const NO_REBUILDS: JobHandler<'rebuild'> = {
  plan: unasked,
  chunksOf: () => 0,
  isCurrent: unasked,
  runChunk: unasked,
  finish: unasked,
  failed: unasked,
};

/** A door that is shut until somebody opens it. */
export function newGate(): { readonly opened: Promise<void>; open(): void } {
  let open: () => void = () => undefined;
  const opened = new Promise<void>((resolve) => {
    open = resolve;
  });
  return { opened, open: () => open() };
}

/** Until the signal is aborted: throws its reason. */
export function untilAborted(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    if (signal.aborted) reject(signal.reason);
    signal.addEventListener('abort', () => reject(signal.reason));
  });
}
