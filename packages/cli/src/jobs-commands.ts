import { JOB_STATES, KINDS } from '@forebay/jobs';
import { type Command, Option } from 'commander';
import { durationArgument, integerArgument } from './arguments';
import { jobsListCommand } from './commands/jobs-list';
import { jobsShowCommand } from './commands/jobs-show';
import { jobsCancelCommand, jobsRetryCommand } from './commands/jobs-steer';
import { jobsWatchCommand } from './commands/jobs-watch';
import type { RunCommand } from './run-command';

const MOST_JOBS = 1_000;
const JOB = '<job...>';
const JOB_HELP = 'as jobs list shows them: materialize/12';

/** The commands for what is queued, runs, and has run. */
export function addJobsCommands(program: Command, run: RunCommand): void {
  const jobs = program.command('jobs').description('Look at jobs, cancel them, let them run again.');
  jobs
    .command('list')
    .description('Show the newest jobs, and with --schedules those that come by themselves.')
    .addOption(new Option('--kind <kind>', 'only of this kind').choices(KINDS))
    .addOption(new Option('--state <state>', 'only in this state').choices(Object.keys(JOB_STATES)))
    .option('--view <name>', 'only of this view')
    .option('--schedules', 'the schedules instead: when each runs next, and what it has missed')
    .option('--limit <jobs>', 'how many', integerArgument(1, MOST_JOBS), 20)
    .action((options) => run(options, (context) => jobsListCommand(context, options)));
  jobs
    .command('show')
    .description('Show a job in full: what is asked, how far it is, what it gave or why it failed.')
    .argument('<job>', JOB_HELP)
    .action((job, options) => run(options, (context) => jobsShowCommand(context, job)));
  jobs
    .command('cancel')
    .description('End jobs: what runs, at the end of what it writes just now. What is written stays.')
    .argument(JOB, JOB_HELP)
    .action((named, options) => run(options, (context) => jobsCancelCommand(context, named)));
  jobs
    .command('retry')
    .description('Let jobs that failed, or were cancelled, go on where they stopped.')
    .argument(JOB, JOB_HELP)
    .action((named, options) => run(options, (context) => jobsRetryCommand(context, named)));
  jobs
    .command('watch')
    .description('Show how far jobs are until they have ended. Exit code 1 if one did not end well.')
    .argument('[job...]', `${JOB_HELP}; by default all that wait or run`)
    .option('--timeout <duration>', 'how long to watch; by default until they have ended', durationArgument)
    .action((named, options) => run(options, (context) => jobsWatchCommand(context, named, options)));
}
