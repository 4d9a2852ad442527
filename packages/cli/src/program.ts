import { Command, type CommanderError, Option } from 'commander';
import {
  columnArgument,
  durationArgument,
  formatArgument,
  instantArgument,
  keyArgument,
  listArgument,
  shiftArgument,
} from './arguments';
import { addBackfillCommand } from './backfill-program';
import { applyCommand } from './commands/apply';
import { describeCommand } from './commands/describe';
import { devCommand } from './commands/dev';
import { initCommand } from './commands/init';
import { listCommand } from './commands/list';
import { loadCommand } from './commands/load';
import { materializeCommand } from './commands/materialize';
import { planCommand } from './commands/plan';
import { pushCommand } from './commands/push';
import { rebuildCommand } from './commands/rebuild';
import { rebuildEntityCommand } from './commands/rebuild-entity';
import { statusCommand } from './commands/status';
import { DEFINITION_FILE_HELP } from './definition-file';
import { addDeadLetterCommands } from './dlq-commands';
import { KIND_OPTIONS } from './find-definition';
import { addJobsCommands } from './jobs-commands';
import type { TextSink } from './output';
import { addProfileCommands, addQualityCommand } from './profile-commands';
import { addReadingCommands } from './reading-commands';
import { addRemovalCommands } from './removal-commands';
import { PROJECT, PROJECT_HELP, type RunCommand } from './run-command';
import { addTokenCommands } from './token-commands';
import { addVerifyCommand } from './verify-program';

export interface ProgramOptions {
  readonly run: RunCommand;
  readonly version: string;
  readonly out: TextSink;
  readonly err: TextSink;
}

const EPILOGUE = `
Examples:
  forebay init shop                                       a small project to begin with
  forebay plan features.ts                                what apply would do, and what it would refuse
  forebay apply features.ts                               make tables and topics, publish the definitions
  forebay list                                            everything that is applied
  forebay describe checkout                               one definition, and what depends on what
  forebay load --source orders --file orders.parquet --complete-until 2026-01-31T18:00:00Z
  forebay materialize --all                               compute batch values from the history
  forebay backfill by_store by_region@2                   new views of one source, from one reading of its history
  forebay rebuild --all                                   after Redis was lost
  forebay erase customer --key customer=c1 --yes          one entity, everywhere; with a report
  forebay retire by_customer@1 --yes                      a version of a view that nothing uses any more
  forebay push --source orders --event '{"time": "2026-01-31T18:00:01Z", "customer": "c1"}'
  forebay get --service checkout --key customer=c1        what a model would read now
  forebay get --service fraud --key customer=7 --request amount=12.5   with data for on-demand features
  forebay explain by_customer:spent_24h customer=c1       what a value was made from
  forebay training-set --service checkout --rows labels.parquet --out train.parquet
  forebay verify --served-log                             whether models are served what they are trained with
  forebay profile --service checkout --against-file train.parquet --report drift.html
  forebay quality                                         whether rules of sources and views are kept
  forebay status                                          lags, freshness, cuts, jobs
  forebay jobs list                                       what runs, waits and failed; jobs watch shows how far it is
  forebay dlq list                                        records that could not be used, and why
  forebay dlq replay --source orders --reason wrong_type  send them to their topic again, when the cause is mended
  forebay token create --name checkout-model --grant read:shop/checkout     a credential for a model server
  forebay dev features.ts --local                         everything on this machine, until Ctrl-C

Exit codes:
  0  ok
  1  something failed
  2  wrong usage: arguments, options, or a FOREBAY_... setting
  3  definitions are wrong, or the plan has a refused change, or a destructive one without --allow-destructive; nothing was applied

Servers are named by FOREBAY_KAFKA_BROKERS, FOREBAY_REDIS_URL, FOREBAY_QUEUE_REDIS_URL, FOREBAY_CLICKHOUSE_URL,
FOREBAY_CLICKHOUSE_DATABASE and FOREBAY_CLI_SERVING_ADDRESS; without them, the usual ports of 127.0.0.1.`;

/** The command line; wrong usage is thrown as a CommanderError, after it was explained. */
export function buildProgram({ run, version, out, err }: ProgramOptions): Command {
  const program = new Command('forebay');
  program
    .description('A real-time feature store: define, load, stream, serve.')
    .version(version)
    .showHelpAfterError('(see: forebay --help)')
    .addHelpText('after', EPILOGUE);
  addDefinitionCommands(program, run);
  addCatalogueCommands(program, run);
  addDataCommands(program, run);
  addMaterializeCommand(program, run);
  addBackfillCommand(program, run);
  addRebuildCommand(program, run);
  addRemovalCommands(program, run);
  addVerifyCommand(program, run);
  addReadingCommands(program, run);
  addProfileCommands(program, run);
  addQualityCommand(program, run);
  addOperationCommands(program, run);
  addJobsCommands(program, run);
  addDeadLetterCommands(program, run);
  addTokenCommands(program, run);
  for (const command of [
    program,
    ...program.commands,
    ...program.commands.flatMap(({ commands }) => commands),
  ]) {
    command
      .exitOverride((error: CommanderError) => {
        throw error;
      })
      .configureOutput({ writeOut: (text) => out.write(text), writeErr: (text) => err.write(text) });
    if (command !== program && command.commands.length === 0)
      command.option('--json', 'print one JSON document instead of text');
  }
  return program;
}

const DESTRUCTIVE = '--allow-destructive';
const DESTRUCTIVE_HELP = 'allow changes that make stored values unreachable';

function addDefinitionCommands(program: Command, run: RunCommand): void {
  program
    .command('init')
    .description('Write a small project to begin with: features.ts, or features.yaml. Overwrites nothing.')
    .argument('[directory]', 'where; made if it is not there', '.')
    .option('--yaml', 'in YAML instead of TypeScript')
    .action((directory, options) => run(options, (context) => initCommand(context, directory, options)));
  program
    .command('plan')
    .description('Show what apply would do. Exit code 3 if it would refuse.')
    .argument('<file>', DEFINITION_FILE_HELP)
    .option(DESTRUCTIVE, DESTRUCTIVE_HELP)
    .action((file, options) => run(options, (context) => planCommand(context, file, options)));
  program
    .command('apply')
    .description('Make tables and topics, record the definitions, publish them to the services. Repeatable.')
    .argument('<file>', DEFINITION_FILE_HELP)
    .option(DESTRUCTIVE, DESTRUCTIVE_HELP)
    .action((file, options) => run(options, (context) => applyCommand(context, file, options)));
}

function addCatalogueCommands(program: Command, run: RunCommand): void {
  program
    .command('list')
    .description('Show everything that is applied, by kind.')
    .option('--project <name>', 'only this project')
    .action((options) => run(options, (context) => listCommand(context, options)));
  program
    .command('describe')
    .description('Show one definition in full, what it is made with and what is made with it.')
    .argument('<name[@version]>', 'an entity, source, view, function or feature service; the newest version')
    .addOption(
      new Option('--kind <kind>', 'where definitions of several kinds have the name').choices(
        Object.keys(KIND_OPTIONS),
      ),
    )
    .option(PROJECT, PROJECT_HELP)
    .action((name, options) => run(options, (context) => describeCommand(context, name, options)));
}

function addDataCommands(program: Command, run: RunCommand): void {
  program
    .command('load')
    .description("Load a file of history into a source's archive, once per name.")
    .requiredOption('--source <name>', 'the event source')
    .requiredOption('--file <path>', 'a file on this machine')
    .requiredOption(
      '--complete-until <instant>',
      "with this file, history is complete before this event time: ISO 8601 or ms, a multiple of the views' cut hops",
      instantArgument,
    )
    .option(
      '--format <format>',
      "Parquet, CSV or NDJSON; by default the file's extension tells",
      formatArgument,
    )
    .option(
      '--column <field=column>',
      'the column of a field, where it has another name; "field=" for none (repeatable)',
      columnArgument,
    )
    .option('--shift <duration>', 'added to every time: 90m, -30d, or milliseconds', shiftArgument)
    .option('--id <name>', "the load's name, by which it is done once; by default the file's name")
    .option(PROJECT, PROJECT_HELP)
    .action((options) => run(options, (context) => loadCommand(context, options)));
  program
    .command('push')
    .description("Produce events to a source's topic: --event, --file, or NDJSON on standard input.")
    .requiredOption('--source <name>', 'the event source')
    .addOption(new Option('--event <json>', 'one event').conflicts('file'))
    .addOption(new Option('--file <path>', 'one JSON object a line'))
    .option(
      '--key <field>',
      "the record key's field; by default the first join key of the first view on the source",
    )
    .option('--topic <name>', 'which of its topics, if it has several; the first by default')
    .option(PROJECT, PROJECT_HELP)
    .action((options) => run(options, (context) => pushCommand(context, options)));
}

function addMaterializeCommand(program: Command, run: RunCommand): void {
  program
    .command('materialize')
    .description('Compute batch values from the history, in the batch service.')
    .addOption(
      new Option('--view <name[@version]>', 'a view (repeatable)').argParser(listArgument).conflicts('all'),
    )
    .option('--all', 'all views with batch values, and table views (the default without --view)')
    .option(
      '--cut <instant>',
      'compute up to this instant, of views on a schedule a tick; by default the latest possible',
      instantArgument,
    )
    .option('--full', 'of table views: write every value, not only those of rows that are new')
    .option('--no-wait', 'queue the runs, and do not wait for them')
    .option('--timeout <duration>', 'how long to wait; by default 10m', durationArgument)
    .option(PROJECT, PROJECT_HELP)
    .action((options) => run(options, (context) => materializeCommand(context, options)));
}

function addRebuildCommand(program: Command, run: RunCommand): void {
  program
    .command('rebuild')
    .description(
      'Make values anew that Redis lost, from the archive and the topics. Other views are read as ever; repeatable.',
    )
    .argument('[views...]', 'name or name@version of each')
    .addOption(
      new Option(
        '--source <name>',
        'all views on this source, which is read from the end of its archive on: also after Kafka deleted records before they were read',
      ).conflicts('all'),
    )
    .option('--all', 'all views of the project')
    .addOption(
      new Option(
        '--key <name=value>',
        'a join key: only the values of this entity, which stay until the new ones replace them',
      )
        .argParser(keyArgument)
        .conflicts(['all', 'source']),
    )
    .option('--no-wait', 'request it, and do not wait for it')
    .option('--timeout <duration>', 'how long to wait; by default 10m', durationArgument)
    .option(PROJECT, PROJECT_HELP)
    .action((views, options) =>
      run(options, (context) =>
        options.key === undefined
          ? rebuildCommand(context, views, options)
          : rebuildEntityCommand(context, views, options),
      ),
    );
}

function addOperationCommands(program: Command, run: RunCommand): void {
  program
    .command('status')
    .description(
      'Show registry, lags, freshness, delays, cuts, what values are DEGRADED, runs and jobs. Exit code 1 if a server does not answer.',
    )
    .option('--check', 'exit with code 1 if anything is wrong: for scripts and probes')
    .option('--partitions', 'show every partition')
    .action((options) => run(options, (context) => statusCommand(context, options)));
  program
    .command('dev')
    .description('Run all services here, with readable logs, until Ctrl-C.')
    .argument('[file]', 'definitions to apply first')
    .option('--local', 'also start Kafka, Redis and ClickHouse here, but those that the environment names')
    .addOption(
      new Option('--data <directory>', 'with --local: keep their data there').implies({ local: true }),
    )
    .option(DESTRUCTIVE, DESTRUCTIVE_HELP)
    .action((file, options) => run(options, (context) => devCommand(context, file, options)));
}
