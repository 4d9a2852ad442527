import type { Command } from 'commander';
import { durationArgument, keyArgument, listArgument } from './arguments';
import { eraseCommand } from './commands/erase';
import { retireCommand } from './commands/retire';
import { PROJECT, PROJECT_HELP, type RunCommand } from './run-command';

const YES_HELP = 'do it; without it, it is said what would be done';

/** What removes for ever. */
export function addRemovalCommands(program: Command, run: RunCommand): void {
  program
    .command('erase')
    .description(
      'Remove one entity from everywhere: values, events, what was served. Reports what is left, and what Kafka holds until when.',
    )
    .argument('<entity>', 'its name in the definitions')
    .requiredOption('--key <name=value>', 'a join key (all of them, repeatable)', keyArgument)
    .option('--reason <text>', 'why; kept with the report')
    .option(
      '--export <directory>',
      'a training set that is to be looked through, beside those that jobs have made (repeatable)',
      listArgument,
    )
    .option('--report <file>', 'write the report there too, as JSON')
    .option('--yes', YES_HELP)
    .option('--no-wait', 'queue it, and do not wait for it')
    .option('--timeout <duration>', 'how long to wait; by default 1h', durationArgument)
    .option(PROJECT, PROJECT_HELP)
    .action((entity, options) => run(options, (context) => eraseCommand(context, entity, options)));
  program
    .command('retire')
    .description(
      'Take a version of a view out of the registry for ever, and remove what is stored of it. Refused while anything uses it.',
    )
    .argument('<view>', 'name@version')
    .option('--yes', YES_HELP)
    .option('--no-wait', 'queue the removal, and do not wait for it')
    .option('--timeout <duration>', 'how long to wait; by default 1h', durationArgument)
    .option(PROJECT, PROJECT_HELP)
    .action((view, options) => run(options, (context) => retireCommand(context, view, options)));
}
