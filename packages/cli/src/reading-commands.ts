import { type Command, Option } from 'commander';
import {
  durationArgument,
  featureArgument,
  featuresArgument,
  instantArgument,
  integerArgument,
  keyArgument,
  renameArgument,
  requestArgument,
  segmentsArgument,
  threadsArgument,
} from './arguments';
import { explainCommand } from './commands/explain';
import { getCommand } from './commands/get';
import { trainingSetCommand } from './commands/training-set';
import { trainingSetJobCommand } from './commands/training-set-job';
import { rowFormatArgument } from './row-files';
import { PROJECT, PROJECT_HELP, type RunCommand } from './run-command';

/** A file of fewer rows costs a pass over the events for little; more are one chunk that takes long. */
const MIN_ROWS_PER_FILE = 1;
const MAX_ROWS_PER_FILE = 100_000_000;
const FORMAT_HELP = "Parquet, CSV, NDJSON or Arrow; by default the file's extension tells";

/** The commands that give values of features: what a model would read now, and training sets. */
export function addReadingCommands(program: Command, run: RunCommand): void {
  addGetCommand(program, run);
  addExplainCommand(program, run);
  addTrainingSetCommand(program, run);
}

function addGetCommand(program: Command, run: RunCommand): void {
  program
    .command('get')
    .description('Read features from the serving service.')
    .addOption(
      new Option('--service <name[@version]>', 'all features of a feature service').conflicts('features'),
    )
    .addOption(
      new Option(
        '--features <view:feature,...>',
        'some features; view@version:feature for a version',
      ).argParser(featuresArgument),
    )
    .addOption(
      new Option('--key <name=value>', 'a join key; several of one name are several rows')
        .argParser(keyArgument)
        .conflicts('rows'),
    )
    .option('--rows <file>', 'join keys, and data of the request, of many rows: one JSON object a line')
    .option(
      '--request <name=value>',
      'data for on-demand views, or a JSON object of it; one value for all rows, several of one name one for each',
      requestArgument,
    )
    .addOption(
      new Option(
        '--variant <name>',
        'of a service with variants: the one that answers for all rows',
      ).conflicts('features'),
    )
    .option('--request-id <text>', 'names the answer in the log of served vectors')
    .option('--address <host:port>', 'the serving service; by default FOREBAY_CLI_SERVING_ADDRESS')
    .option('--timeout <duration>', 'how long to wait for the answer; by default 5s', durationArgument)
    .option(PROJECT, PROJECT_HELP)
    .action((options, command: Command) => {
      if (options.service === undefined && options.features === undefined) {
        command.error('error: give --service or --features');
      }
      if (options.key === undefined && options.rows === undefined && options.request === undefined) {
        command.error('error: give --key or --rows');
      }
      return run(options, (context) => getCommand(context, options));
    });
}

function addExplainCommand(program: Command, run: RunCommand): void {
  program
    .command('explain')
    .description(
      'Show what the value of a feature was made from: segments, cut, offsets, freshness, definition.',
    )
    .argument('<view:feature>', 'view@version:feature for a version', featureArgument)
    .argument('[name=value...]', 'a value for each join key', keyArgument)
    .addOption(new Option('--key <name=value>', 'the same').argParser(keyArgument))
    .option('--request <name=value>', 'data for on-demand views, or a JSON object of it', requestArgument)
    .option(
      '--segments <number>',
      'how many segments are shown, the newest first; by default 25',
      segmentsArgument,
    )
    .option('--address <host:port>', 'the serving service; by default FOREBAY_CLI_SERVING_ADDRESS')
    .option('--timeout <duration>', 'how long to wait for the answer; by default 5s', durationArgument)
    .option(PROJECT, PROJECT_HELP)
    .action((feature, keys, options) =>
      run(options, (context) => explainCommand(context, feature, { ...keys, ...options.key }, options)),
    );
}

function addTrainingSetCommand(program: Command, run: RunCommand): void {
  program
    .command('training-set')
    .description('Join rows with features as they were at the instant of each row, into a file.')
    .addOption(
      new Option('--service <name[@version]>', 'all features of a feature service').conflicts('features'),
    )
    .addOption(
      new Option(
        '--variant <name>',
        'of a service with variants: the one whose features are taken',
      ).conflicts('features'),
    )
    .addOption(
      new Option(
        '--features <view:feature,...>',
        'some features; view@version:feature for a version',
      ).argParser(featuresArgument),
    )
    .addOption(
      new Option('--rows <file>', 'the rows: join keys, instants, labels, anything').conflicts([
        'rowsQuery',
        'fromServedLog',
      ]),
    )
    .addOption(
      new Option(
        '--rows-query <sql>',
        'a SELECT of ClickHouse instead, in the order of its result',
      ).conflicts('fromServedLog'),
    )
    .addOption(
      new Option(
        '--from-served-log',
        'no rows: what was served of the feature service, with the outcomes that became known',
      ).conflicts(['features', 'timestampColumn', 'column']),
    )
    .option('--from <instant>', 'of the served log: values of this instant and later', instantArgument)
    .option('--to <instant>', 'of the served log: values before this instant', instantArgument)
    .requiredOption(
      '--out <file>',
      'the training set: all columns of the rows, then the features; a file or s3://bucket/name.parquet; with --job a directory of the batch service or s3://bucket/prefix',
    )
    .option('--job', 'queue it: the batch service makes Parquet files, a chunk each, and a manifest')
    .option(
      '--rows-per-file <rows>',
      'with --job; by default 1,000,000',
      integerArgument(MIN_ROWS_PER_FILE, MAX_ROWS_PER_FILE),
    )
    .option('--no-wait', 'with --job: do not wait for it')
    .option('--timeout <duration>', 'with --job: how long to wait; by default 24h', durationArgument)
    .addOption(new Option('--rows-format <format>', FORMAT_HELP).argParser(rowFormatArgument))
    .addOption(new Option('--out-format <format>', FORMAT_HELP).argParser(rowFormatArgument))
    .option('--timestamp-column <column>', 'the instant of a row; by default timestamp or event_timestamp')
    .option(
      '--column <name=column>',
      'the column of a join key or request field, where it has another name (repeatable)',
      renameArgument,
    )
    .option(
      '--known-as-of <instant>',
      'values as they were known then, ISO 8601 or ms; by default as known at the instant of each row',
      instantArgument,
    )
    .option('--statuses', 'a column <feature>__status behind each feature')
    .option('--threads <number>', 'threads that fold; by default by the rows and the cores', threadsArgument)
    .option(PROJECT, PROJECT_HELP)
    .action((options, command: Command) => {
      if (options.service === undefined && options.features === undefined) {
        command.error('error: give --service or --features');
      }
      if (
        options.rows === undefined &&
        options.rowsQuery === undefined &&
        options.fromServedLog === undefined
      ) {
        command.error('error: give --rows, --rows-query or --from-served-log');
      }
      const isOfLog = options.from !== undefined || options.to !== undefined;
      if (isOfLog && options.fromServedLog === undefined) {
        command.error('error: --from and --to are of --from-served-log');
      }
      return run(options, (context) =>
        options.job === true ? trainingSetJobCommand(context, options) : trainingSetCommand(context, options),
      );
    });
}
