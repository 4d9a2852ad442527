import { type Command, InvalidArgumentError, Option } from 'commander';
import { durationArgument } from './arguments';
import { verifyCommand } from './commands/verify';
import type { RunCommand } from './run-command';

/** The command that compares what is online with what is recomputed. */
export function addVerifyCommand(program: Command, run: RunCommand): void {
  program
    .command('verify')
    .description(
      'Compare values that are online with what is recomputed from the archive for the same instant. Exit code 1 if any differs.',
    )
    .argument('[views...]', 'name or name@version of each; by default all with a stream')
    .addOption(new Option('--all', 'all entities').conflicts('share'))
    .option(
      '--share <share>',
      "the share of the entities, such as 0.05; by default the batch service's",
      shareArgument,
    )
    .option(
      '--tolerance <feature=share>',
      'how far a feature may be from what is recomputed, as a share of it; by default by its operation (repeatable)',
      toleranceArgument,
    )
    .option('--no-wait', 'queue it, and do not wait for it')
    .option('--timeout <duration>', 'how long to wait; by default 10m', durationArgument)
    .option('--project <name>', 'the project; may be left out if there is one')
    .action((views, options) => run(options, (context) => verifyCommand(context, views, options)));
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
