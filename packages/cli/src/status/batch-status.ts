/** Asks what the batch service has to do, what has failed, and what its recorded runs came to. */
import type { JobDetails, JobSummary, ScheduleStatus } from '@forebay/jobs';
import { newestRunsOfViews, type Run } from '@forebay/offline-store';
import type { Servers } from '../servers';

const RECENT_JOBS = 200;
/** Runs of each view that are looked at: the newest says how it goes, one of the others when it last went well. */
const RECENT_RUNS = 20;
/** Of jobs that are worked on, how far so many are. */
const SHOWN_RUNNING = 20;

export interface QueueStatus {
  readonly workers: number;
  readonly waiting: number;
  readonly active: number;
  /** Of those that are worked on, how far the newest are. */
  readonly running: readonly Pick<JobDetails, 'kind' | 'id' | 'view' | 'progress'>[];
  /** Those that no later job has made good. */
  readonly failed: readonly JobSummary[];
  readonly schedules: readonly ScheduleStatus[];
}

/** The newest recorded run of a view. */
export interface RunStatus extends Run {
  /** When a run of the view last finished; null: none has, of those that are looked at. */
  readonly lastFinishedMs: number | null;
}

export async function readQueue(servers: Servers): Promise<QueueStatus> {
  const queue = await servers.queue();
  const [workers, jobs, schedules] = await Promise.all([
    queue.workers(),
    queue.list(RECENT_JOBS),
    queue.schedules(),
  ]);
  const active = jobs.filter(({ state }) => state === 'running');
  // one that ends in this moment may be kept no longer
  const running = await Promise.allSettled(active.slice(0, SHOWN_RUNNING).map((job) => queue.show(job)));
  return {
    workers,
    waiting: jobs.filter(({ state }) => state === 'waiting' || state === 'delayed').length,
    active: active.length,
    running: running.flatMap((shown) => {
      if (shown.status === 'rejected') return [];
      const { kind, id, view, progress } = shown.value;
      return [{ kind, id, view, progress }];
    }),
    failed: failuresOf(jobs),
    schedules,
  };
}

/** The newest first. Exported for its test. */
export function failuresOf(jobs: readonly JobSummary[]): JobSummary[] {
  const isMadeGood = (failed: JobSummary) =>
    jobs.some(
      ({ kind, view, state, createdAtMs }) =>
        kind === failed.kind &&
        view === failed.view &&
        state === 'completed' &&
        createdAtMs > failed.createdAtMs,
    );
  return jobs.filter((job) => job.state === 'failed' && !isMadeGood(job));
}

/** Of each view that has any, in the order of their names. */
export async function readRuns(servers: Servers): Promise<RunStatus[]> {
  return newestOf(await newestRunsOfViews(await servers.offline(), RECENT_RUNS));
}

/** @param runs those of a view together, newest first. Exported for its test. */
export function newestOf(runs: readonly Run[]): RunStatus[] {
  const newest = runs.filter(({ view }, i) => view !== runs[i - 1]?.view);
  return newest.map((run) => {
    const finished = runs.find(({ view, state }) => view === run.view && state === 'finished');
    return { ...run, lastFinishedMs: finished?.changedAtMs ?? null };
  });
}
