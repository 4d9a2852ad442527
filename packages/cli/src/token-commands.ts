import { type Command, Option } from 'commander';
import { credentialNameArgument, durationArgument, grantArgument, instantArgument } from './arguments';
import { tokenCheckCommand, tokenCreateCommand } from './commands/token';
import type { RunCommand } from './run-command';

/** The commands for the credentials of whoever calls the serving service. */
export function addTokenCommands(program: Command, run: RunCommand): void {
  const token = program.command('token').description('Make and check credentials of the serving service.');
  token
    .command('create')
    .description('Make an access token: it is shown once, with the entry that the access file needs for it.')
    .requiredOption('--name <name>', 'what the audit log calls the caller', credentialNameArgument)
    .requiredOption(
      '--grant <grant>',
      'what the caller may do: read:project/service, push:project/source, admin:project/*; * for all (repeatable)',
      grantArgument,
    )
    .option('--tenant <name>', 'whose projects it may reach, one of the file', credentialNameArgument)
    .addOption(
      new Option('--expires <instant>', 'good until then: ISO 8601')
        .argParser(instantArgument)
        .conflicts('expiresIn'),
    )
    .addOption(
      new Option('--expires-in <duration>', 'good for so long, such as 90d').argParser(durationArgument),
    )
    .action((options) => run(options, (context) => tokenCreateCommand(context, options)));
  token
    .command('check')
    .description('Check an access file, and show who may do what.')
    .argument('<file>', 'an access file, YAML or JSON')
    .action((file, options) => run(options, (context) => tokenCheckCommand(context, file)));
}
