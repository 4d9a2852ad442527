import { formatInstant } from '@forebay/contract';
import type { JobKind, JobState, JobSummary, ScheduleStatus } from '@forebay/jobs';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { jobName, stateText } from '../job-text';
import type { Output } from '../output';
import { readableDuration } from '../readable';

export interface JobsListOptions {
  readonly kind?: JobKind;
  readonly state?: JobState;
  /** `name`, `name@version` or `project.name@version`. */
  readonly view?: string;
  readonly schedules?: boolean;
  readonly limit: number;
}

/** So many are looked through for those that are asked for. */
const LOOKED_AT = 1_000;
/** Of a failure, in a table. */
const SHOWN_FAILURE = 70;

export async function jobsListCommand(
  { servers, output }: CommandContext,
  options: JobsListOptions,
): Promise<ExitCode> {
  const queue = await servers.queue();
  if (options.schedules === true) {
    const all = await queue.schedules();
    const schedules = all.filter(({ view }) => isOfView(view, options.view));
    output.result({ schedules }, schedulesText(schedules, output, Date.now()));
    return EXIT.ok;
  }
  const isNarrowed = options.state !== undefined || options.view !== undefined;
  const kinds = options.kind === undefined ? undefined : [options.kind];
  const [workers, listed] = await Promise.all([
    queue.workers(),
    queue.list(isNarrowed ? LOOKED_AT : options.limit, kinds),
  ]);
  const jobs = listed
    .filter(
      ({ state, view }) =>
        (options.state === undefined || state === options.state) && isOfView(view, options.view),
    )
    .slice(0, options.limit);
  output.result({ jobs, workers }, jobsText(jobs, output, Date.now()));
  if (workers === 0)
    output.warning('no worker is connected to the queue: start the batch service, which does the jobs');
  return EXIT.ok;
}

/** @param targets `project.view@version`, several with commas between them */
function isOfView(targets: string, view: string | undefined): boolean {
  if (view === undefined) return true;
  return targets.split(', ').some((target) => {
    const ofProject = target.slice(target.indexOf('.') + 1);
    return target === view || ofProject === view || ofProject.slice(0, ofProject.lastIndexOf('@')) === view;
  });
}

function jobsText(jobs: readonly JobSummary[], output: Output, nowMs: number): string {
  if (jobs.length === 0) return 'no such job is kept';
  const rows = jobs.map((job) => [
    jobName(job),
    job.view,
    stateText(job, output),
    `${readableDuration(nowMs - job.createdAtMs)} ago`,
    tookText(job, nowMs),
    job.requestedBy,
    job.state === 'completed' ? '' : (job.failure ?? '').slice(0, SHOWN_FAILURE),
  ]);
  return output.table(['job', 'view', 'state', 'queued', 'took', 'by', 'failure'], rows);
}

function tookText({ startedAtMs, finishedAtMs, state }: JobSummary, nowMs: number): string {
  if (startedAtMs === null) return '';
  if (finishedAtMs !== null) return readableDuration(finishedAtMs - startedAtMs);
  return state === 'running' ? readableDuration(nowMs - startedAtMs) : '';
}

function schedulesText(schedules: readonly ScheduleStatus[], output: Output, nowMs: number): string {
  if (schedules.length === 0) return 'no view is on a schedule';
  const rows = schedules.map(({ kind, view, everyMs, cron, nextAtMs, lastEndedAtMs, missed }) => [
    kind,
    view,
    everyMs === null ? `${cron} (UTC)` : `every ${readableDuration(everyMs)}`,
    nextAtMs === null ? '' : formatInstant(nextAtMs),
    lastEndedAtMs === null ? 'none' : `${readableDuration(nowMs - lastEndedAtMs)} ago`,
    missed === 0 ? '' : output.colors.red(String(missed)),
  ]);
  return output.table(['kind', 'view', 'when', 'next', 'last completed', 'missed'], rows);
}
