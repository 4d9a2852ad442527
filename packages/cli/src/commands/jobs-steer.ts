/** Cancel jobs, and let them run again. */
import { ForebayError } from '@forebay/contract';
import type { JobQueue, JobReference } from '@forebay/jobs';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { jobName } from '../job-text';
import { userName } from '../user-name';

export function jobsCancelCommand(context: CommandContext, named: readonly string[]): Promise<ExitCode> {
  return steer(context, named, {
    act: (queue, job, by) => queue.cancel(job, by),
    said: 'is cancelled: it ends as soon as its worker looks',
  });
}

export function jobsRetryCommand(context: CommandContext, named: readonly string[]): Promise<ExitCode> {
  return steer(context, named, {
    act: (queue, job, by) => queue.retry(job, by),
    said: 'is queued again, and goes on where it stopped',
  });
}

interface Steering {
  readonly act: (queue: JobQueue, job: JobReference, by: string) => Promise<void>;
  readonly said: string;
}

/** Does it to each; one that is refused does not keep it from the others. */
async function steer(
  { servers, output }: CommandContext,
  named: readonly string[],
  { act, said }: Steering,
): Promise<ExitCode> {
  const queue = await servers.queue();
  const by = userName();
  const jobs: { readonly job: string; readonly error: string | null }[] = [];
  for (const reference of new Set(named)) {
    try {
      const found = await queue.find(reference);
      await act(queue, found, by);
      jobs.push({ job: jobName(found), error: null });
    } catch (thrown) {
      const error = ForebayError.from(thrown);
      if (error.reason === 'unavailable') throw error;
      jobs.push({ job: reference, error: error.message });
      output.error(error);
    }
  }
  const done = jobs.filter(({ error }) => error === null);
  output.result({ jobs }, done.map(({ job }) => `job ${job} ${said}`).join('\n'));
  return done.length === jobs.length ? EXIT.ok : EXIT.failure;
}
