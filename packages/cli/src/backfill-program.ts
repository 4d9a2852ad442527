import type { Command } from 'commander';
import { durationArgument, instantArgument, integerArgument } from './arguments';
import { type BackfillOptions, backfillCommand } from './commands/backfill';
import { PROJECT, PROJECT_HELP, type RunCommand } from './run-command';

const MOST_EVENTS_PER_SECOND = 1_000_000_000;
const MOST_THREADS = 1_024;

/** The command that fills new views from history. */
export function addBackfillCommand(program: Command, run: RunCommand): void {
  program
    .command('backfill')
    .description(
      'Compute batch values of several views of one source from one reading of its history, beside the live stream; for new views and versions.',
    )
    .argument('<views...>', 'name or name@version of each')
    .option(
      '--until <time>',
      'where the values end and the stream begins, a multiple of the cut hops; by default the latest possible',
      instantArgument,
    )
    .option(
      '--events-per-second <number>',
      'begin no more than so much work in a second, over all workers',
      integerArgument(1, MOST_EVENTS_PER_SECOND),
    )
    .option(
      '--threads <number>',
      'threads that one statement may take in ClickHouse',
      integerArgument(1, MOST_THREADS),
    )
    .option('--no-wait', 'queue it, and do not wait for it')
    .option('--timeout <duration>', 'how long to wait; by default 1h', durationArgument)
    .option(PROJECT, PROJECT_HELP)
    .action((views: readonly string[], options: BackfillOptions & { readonly json?: boolean }) =>
      run(options, (context) => backfillCommand(context, views, options)),
    );
}
