/** A job as people see it. */
import type { Job } from 'bullmq';
import type { BoundedQueues } from './bounded-queues';
import { cancelledBy } from './cancellations';
import type { JobKind } from './job-kinds';

/** The closed set of states that people see. */
export const JOB_STATES = {
  waiting: 'it waits for a worker',
  delayed: 'it waits for its time: of a schedule, of its next attempt, or for a job of the same view',
  running: 'a worker has begun with it',
  completed: 'it has ended',
  failed: 'it was given up',
  cancelled: 'somebody has ended it',
} as const;
export type JobState = keyof typeof JOB_STATES;

export interface JobSummary {
  readonly kind: JobKind;
  readonly id: string;
  readonly state: JobState;
  /** `project.view@version`; of several, with commas between them. */
  readonly view: string;
  readonly requestedBy: string;
  readonly attempts: number;
  readonly createdAtMs: number;
  /** When its first step began; null: it has not. */
  readonly startedAtMs: number | null;
  readonly finishedAtMs: number | null;
  /** What made the last attempt fail; null: none has, or a later one did not. */
  readonly failure: string | null;
  /** Who has cancelled it; null: nobody. It ends when a worker finds that. */
  readonly cancelledBy: string | null;
}

export function isEnded(state: JobState): boolean {
  return state === 'completed' || state === 'failed' || state === 'cancelled';
}

const STATES: Readonly<Record<string, JobState>> = {
  waiting: 'waiting',
  prioritized: 'waiting',
  delayed: 'delayed',
  active: 'running',
  'waiting-children': 'running',
  completed: 'completed',
  failed: 'failed',
};

/** The state first: what is read after it is at least as new. Null: it was removed meanwhile. */
export async function readJobWithState(
  queues: BoundedQueues,
  kind: JobKind,
  id: string,
): Promise<{ job: Job; state: JobState } | null> {
  return queues.ask(kind, async (queue) => {
    const state = await queue.getJobState(id);
    const job = await queue.getJob(id);
    return job === undefined ? null : { job, state: stateOf(job, STATES[state] ?? 'waiting') };
  });
}

function stateOf(job: Job, state: JobState): JobState {
  return state === 'failed' && (job.failedReason ?? '').startsWith('cancelled: ') ? 'cancelled' : state;
}

export async function summariesOf(
  queues: BoundedQueues,
  kind: JobKind,
  ids: readonly string[],
): Promise<JobSummary[]> {
  const found = await Promise.all(ids.map((id) => readJobWithState(queues, kind, id)));
  const marks = await cancelledBy(
    queues,
    ids.map((id) => ({ kind, id })),
  );
  return found.flatMap((entry, i) =>
    entry === null ? [] : [summaryOf(kind, entry.job, entry.state, marks[i] ?? null)],
  );
}

function summaryOf(kind: JobKind, job: Job, state: JobState, by: string | null): JobSummary {
  const { requested_by: requestedBy = '', run } = job.data as {
    requested_by?: string;
    run?: { started_at_ms?: number };
  };
  const startedAtMs = run?.started_at_ms ?? 0;
  return {
    kind,
    id: job.id as string,
    state,
    view: job.name,
    requestedBy,
    attempts: job.attemptsMade,
    createdAtMs: job.timestamp,
    startedAtMs: startedAtMs === 0 ? null : startedAtMs,
    finishedAtMs: job.finishedOn ?? null,
    failure: state === 'completed' ? null : job.failedReason || null,
    cancelledBy: by,
  };
}
