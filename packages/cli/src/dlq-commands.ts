import { type Command, InvalidArgumentError } from 'commander';
import { instantArgument, integerArgument, listArgument } from './arguments';
import { dlqListCommand } from './commands/dlq-list';
import { dlqReplayCommand } from './commands/dlq-replay';
import { dlqShowCommand } from './commands/dlq-show';
import { PROJECT, PROJECT_HELP, type RunCommand } from './run-command';

const REASON = '--reason <reason>';
const REASON_HELP = 'only those given up for it the last time (repeatable)';
const SINCE = '--since <instant>';
const SINCE_HELP = 'only records that arrived then or later: ISO 8601 or ms';
const UNTIL = '--until <instant>';
const UNTIL_HELP = 'only records that arrived before';
const MOST_ROWS = 100_000;
const MOST_ATTEMPTS = 1_000;

/** The commands for records that were given up. */
export function addDeadLetterCommands(program: Command, run: RunCommand): void {
  const dlq = program.command('dlq').description('Look at dead letters, and send them to their topic again.');
  dlq
    .command('list')
    .description('Count dead letters by reason, and show the newest.')
    .option('--source <name>', 'only this event source')
    .option(REASON, REASON_HELP, listArgument)
    .option(SINCE, SINCE_HELP, instantArgument)
    .option(UNTIL, UNTIL_HELP, instantArgument)
    .option('--limit <rows>', 'letters of a source that are shown', integerArgument(0, MOST_ROWS), 20)
    .option(PROJECT, PROJECT_HELP)
    .action((options) => run(options, (context) => dlqListCommand(context, options)));
  dlq
    .command('show')
    .description('Show one dead letter: why, where it was, headers, key and value.')
    .argument('<id>', 'partition:offset of the original, as dlq list shows it', idArgument)
    .requiredOption('--source <name>', 'the event source')
    .option('--hex', 'bytes in hex, also where they are text')
    .option('--full', 'the whole value, however long')
    .option('--reveal', 'also the values of headers and fields with names of secrets')
    .option(PROJECT, PROJECT_HELP)
    .action((id, options) => run(options, (context) => dlqShowCommand(context, id, options)));
  dlq
    .command('replay')
    .description('Send dead letters to their topic again. Each counts once, however often this is run.')
    .requiredOption('--source <name>', 'the event source')
    .option(REASON, REASON_HELP, listArgument)
    .option('--id <partition:offset>', 'this one (repeatable)', idsArgument)
    .option(SINCE, SINCE_HELP, instantArgument)
    .option(UNTIL, UNTIL_HELP, instantArgument)
    .option('--all', 'all of the source')
    .option('--dry-run', 'only say what would be sent')
    .option(
      '--max-attempts <times>',
      'leave those that have been given up so often',
      integerArgument(1, MOST_ATTEMPTS),
      3,
    )
    .option(PROJECT, PROJECT_HELP)
    .action((options) => run(options, (context) => dlqReplayCommand(context, options)));
}

function idArgument(text: string): string {
  if (/^(?:[\w.-]{1,249}\/)?\d{1,10}:\d{1,19}$/.test(text)) return text;
  throw new InvalidArgumentError('It is not partition:offset, such as 3:1042.');
}

const idsArgument = (text: string, previous: readonly string[] = []) => [...previous, idArgument(text)];
