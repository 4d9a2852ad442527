import { type Command, InvalidArgumentError, Option } from 'commander';
import { durationArgument, instantArgument } from './arguments';
import { type VerifyOptions, verifyCommand } from './commands/verify';
import { type VerifyServedLogOptions, verifyServedLogCommand } from './commands/verify-served-log';
import { PROJECT, PROJECT_HELP, type RunCommand } from './run-command';

type Options = VerifyOptions &
  VerifyServedLogOptions & { readonly servedLog?: boolean; readonly json?: boolean };

/** The command that compares what is online, or was served, with what is recomputed. */
export function addVerifyCommand(program: Command, run: RunCommand): void {
  const command = program
    .command('verify')
    .description(
      'Compare values that are online with what is recomputed from the archive for the same instant. Exit code 1 if any differs.',
    )
    .argument('[views...]', 'name or name@version of each; by default all')
    .addOption(new Option('--all', 'all entities').conflicts('share'))
    .option(
      '--share <share>',
      "the share of the entities, such as 0.05; by default the batch service's, and all of the served log",
      shareArgument,
    )
    .option(
      '--tolerance <feature=share>',
      'how far a feature may be from what is recomputed, as a share of it; by default by its operation (repeatable)',
      toleranceArgument,
    )
    .option('--no-wait', 'queue it, and do not wait for it')
    .option('--timeout <duration>', 'how long to wait; by default 10m', durationArgument);
  addServedLogOptions(command)
    .option(PROJECT, PROJECT_HELP)
    .action((views, options: Options) =>
      run(options, (context) => {
        if (options.servedLog !== true) {
          if (options.job === true) command.error('error: --job is for --served-log; all else is a job');
          return verifyCommand(context, views, options);
        }
        if (options.job !== true && !options.wait)
          command.error('error: --no-wait of --served-log needs --job: without it nothing is queued');
        if (views.length > 0) command.error('error: --served-log takes no views; choose a --service');
        return verifyServedLogCommand(context, options);
      }),
    );
}

function addServedLogOptions(command: Command): Command {
  const ofLog = (flags: string, description: string) =>
    new Option(flags, `with --served-log: ${description}`);
  return command
    .option(
      '--served-log',
      'instead of what is online: what was served and logged, as of the instants of its rows',
    )
    .addOption(ofLog('--job', 'let the batch service do it, as a job that can be cancelled and goes on'))
    .addOption(ofLog('--service <name[@version]>', 'one feature service; by default all'))
    .addOption(
      ofLog('--from <time>', 'rows from this instant on; by default a day before --to').argParser(
        instantArgument,
      ),
    )
    .addOption(
      ofLog('--to <time>', 'rows before this instant; by default 5 min ago').argParser(instantArgument),
    )
    .addOption(
      ofLog(
        '--in-flight <duration>',
        "how long before or after its row an event may have become known to be in the value, or not; by default the source's max staleness",
      ).argParser(durationArgument),
    );
}

function shareArgument(text: string): number {
  const share = Number(text);
  if (share > 0 && share <= 1) return share;
  throw new InvalidArgumentError('give a number above 0, up to 1.');
}

function toleranceArgument(
  text: string,
  before: readonly (readonly [string, number])[] = [],
): readonly (readonly [string, number])[] {
  const [feature = '', share = ''] = text.split('=');
  const tolerance = Number(share);
  if (feature !== '' && share !== '' && tolerance >= 0 && tolerance < 1)
    return [...before, [feature, tolerance]];
  throw new InvalidArgumentError('give the name of a feature and a share, such as spend_7d=0.001.');
}
