/** How far a run is: what is kept beside its payload, and which of its chunks are done. Pure. */
import { ForebayError, type Message, messageFromJson } from '@forebay/contract';
import { JOB_KINDS, type JobKind, type Payload, type Plan } from './job-kinds';

export type RunState = Message<'RunState'>;
export type ChunkResult = Message<'ChunkResult'>;

/** What a job holds. */
export interface StoredJob<K extends JobKind> {
  readonly payload: Payload<K>;
  readonly run: RunState;
  /** Null: not planned yet. */
  readonly plan: Plan<K> | null;
}

/** A job whose run has a plan. */
export type PlannedJob<K extends JobKind> = Omit<StoredJob<K>, 'plan'> & { readonly plan: Plan<K> };

/** Reads a job's data: the payload's fields, and `run` and `plan` beside them. Throws `invalid_request`. */
export function readJob<K extends JobKind>(kind: K, data: unknown): StoredJob<K> {
  const terms = JOB_KINDS[kind];
  const payload = messageFromJson(terms.payload, data) as Payload<K>;
  const { run, plan } = data as { readonly run?: unknown; readonly plan?: unknown };
  return {
    payload,
    run: messageFromJson('RunState', run ?? {}),
    plan: plan === undefined || plan === null ? null : (messageFromJson(terms.plan, plan) as Plan<K>),
  };
}

/** What is stored of it. */
export function jobData<K extends JobKind>({ payload, run, plan }: StoredJob<K>): object {
  return { ...(payload as object), run, ...(plan === null ? {} : { plan }) };
}

/** The run from its first step on: its time limit counts from there. */
export function begun(run: RunState, nowMs: number): RunState {
  return run.started_at_ms > 0 ? run : { ...run, started_at_ms: nowMs };
}

/** The run with a new plan: nothing of an earlier one counts. */
export function planned(run: RunState, chunks: number): RunState {
  const round = run.round + 1;
  return { ...run, round, plan_round: round, chunks, redo: [], redo_round: 0, losses: 0 };
}

/** The run when chunks that were done are lost. */
export function repeated(run: RunState, lost: readonly number[]): RunState {
  const round = run.round + 1;
  return { ...run, round, redo: [...lost], redo_round: round, losses: run.losses + 1 };
}

/** The run of a job that somebody lets run again after it failed: with all its time, and what is done stays done. */
export function retried(run: RunState): RunState {
  const { round, resumed } = run;
  return { ...run, started_at_ms: 0, round: round + 1, losses: 0, ended: false, resumed: resumed + 1 };
}

/** The run when its job has failed for good: chunks that failed in this round are not asked for again, whoever lets it go on. */
export function closed(run: RunState): RunState {
  return { ...run, ended: true };
}

/** Names a chunk's job; ids of BullMQ's schedules have colons, which an id of one's own may not have. */
export function chunkId(kind: JobKind, job: string, round: number, chunk: number): string {
  return `${kind}.${job.replaceAll(':', '~')}.${round}.${chunk}`;
}

const CHUNK_ID = /\.(\d+)\.(\d+)$/;

function numbersOf(key: string): { round: number; chunk: number } {
  const [, round, chunk] = CHUNK_ID.exec(key) ?? [];
  if (chunk !== undefined) return { round: Number(round), chunk: Number(chunk) };
  throw new ForebayError('internal', `"${key}" is no chunk's key`);
}

/**
 * The chunks of the plan that are done.
 * @param values by the keys of chunks' jobs, what they returned
 */
export function doneChunks(
  run: RunState,
  values: Readonly<Record<string, unknown>>,
): Map<number, ChunkResult> {
  const done = new Map<number, ChunkResult>();
  const rounds = new Map<number, number>();
  const redo = new Set(run.redo);
  for (const [key, value] of Object.entries(values)) {
    const { round, chunk } = numbersOf(key);
    if (round < run.plan_round || (redo.has(chunk) && round < run.redo_round)) continue;
    if (round < (rounds.get(chunk) ?? 0)) continue;
    rounds.set(chunk, round);
    done.set(chunk, messageFromJson('ChunkResult', value));
  }
  return done;
}

export function missingChunks(run: RunState, done: ReadonlyMap<number, unknown>): number[] {
  return Array.from({ length: run.chunks }, (_, chunk) => chunk).filter((chunk) => !done.has(chunk));
}

/** Why a chunk of this round failed for good; null: none has. */
export function failureOf(run: RunState, failures: Readonly<Record<string, string>>): string | null {
  const found = Object.entries(failures).find(([key]) => numbersOf(key).round === run.round);
  return found?.[1] ?? null;
}
