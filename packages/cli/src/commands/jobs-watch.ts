import { ForebayError } from '@forebay/contract';
import { isEnded, type JobHandle, type JobKind, type JobQueue, type JobSummary } from '@forebay/jobs';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { jobName } from '../job-text';
import { progressNote } from '../progress-note';
import { type RunsProgress, sumOfProgress, UNKNOWN_PROGRESS } from '../runs-progress';

export interface JobsWatchOptions {
  readonly timeout?: number;
}

/** So many of the newest are looked through for those that have not ended. */
const LOOKED_AT = 1_000;
/** Until they have ended. */
const WITHOUT_END = Number.POSITIVE_INFINITY;

interface Watched {
  readonly job: string;
  readonly view: string;
  readonly state: string;
  readonly error: string | null;
}

export async function jobsWatchCommand(
  { servers, output }: CommandContext,
  named: readonly string[],
  { timeout }: JobsWatchOptions,
): Promise<ExitCode> {
  const queue = await servers.queue();
  const jobs = await watchedJobs(queue, named);
  if (jobs.length === 0) {
    output.result({ jobs: [] }, 'no job waits or runs');
    return EXIT.ok;
  }
  const bar = output.progress('jobs');
  const progress: RunsProgress[] = jobs.map(() => UNKNOWN_PROGRESS);
  const watched = await Promise.all(
    jobs.map((job, i) =>
      watch(job, {
        timeoutMs: timeout ?? WITHOUT_END,
        onProgress: (own) => {
          progress[i] = own;
          const all = sumOfProgress(progress);
          bar.update(all.chunksDone, all.chunks, progressNote(all));
        },
        onState: ({ view, state }) => output.note(`${jobName(job)} of ${view}: ${state}`),
      }),
    ),
  ).finally(() => bar.stop());
  const failed = watched.filter(({ error }) => error !== null);
  for (const { job, view, error } of failed)
    output.error({ reason: 'internal', message: `job ${job} of ${view}: ${error}` });
  output.result(
    { jobs: watched },
    watched.map(({ job, view, state }) => `${job} of ${view}: ${state}`).join('\n'),
  );
  return failed.length === 0 ? EXIT.ok : EXIT.failure;
}

async function watchedJobs(queue: JobQueue, named: readonly string[]): Promise<JobHandle[]> {
  if (named.length === 0) {
    const jobs = await queue.list(LOOKED_AT);
    return jobs.filter(({ state }) => !isEnded(state)).map(({ kind, id }) => handleOf(queue, kind, id));
  }
  return Promise.all(
    [...new Set(named)].map(async (reference) => {
      const { kind, id } = await queue.find(reference);
      return handleOf(queue, kind, id);
    }),
  );
}

function handleOf(queue: JobQueue, kind: JobKind, id: string): JobHandle {
  return queue.handle(kind, id);
}

async function watch(
  job: JobHandle,
  options: {
    readonly timeoutMs: number;
    readonly onProgress: (progress: RunsProgress) => void;
    readonly onState: (summary: JobSummary) => void;
  },
): Promise<Watched> {
  let last: Pick<JobSummary, 'view' | 'state'> = { view: '', state: 'waiting' };
  const at = () => ({ job: jobName(job), view: last.view, state: last.state });
  try {
    await job.finished({
      ...options,
      onState: (summary) => {
        last = summary;
        options.onState(summary);
      },
    });
    return { ...at(), error: null };
  } catch (thrown) {
    return { ...at(), error: ForebayError.from(thrown).message };
  }
}
