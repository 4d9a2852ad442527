import { type Command, Option } from 'commander';
import {
  durationArgument,
  featuresArgument,
  instantArgument,
  integerArgument,
  listArgument,
  shareArgument,
} from './arguments';
import { profileCommand } from './commands/profile';
import { qualityCommand } from './commands/quality';
import { PROJECT, PROJECT_HELP, type RunCommand } from './run-command';

const MOST_ROWS = 100_000_000;
/** One of these says what is profiled. */
const SUBJECTS = ['service', 'view', 'features', 'served', 'file', 'stored'] as const;

export function addProfileCommands(program: Command, run: RunCommand): void {
  const profile = program
    .command('profile')
    .description('Statistics of features, and how far they have drifted from a training set or another time.')
    .option('--service <name[@version]>', 'the features of a feature service, recomputed from history')
    .option('--variant <name>', 'of a service with variants: the one whose features are taken')
    .option('--view <name[@version]>', 'the features of a view (repeatable)', listArgument)
    .addOption(
      new Option(
        '--features <view:feature,...>',
        'some features; view@version:feature for a version',
      ).argParser(featuresArgument),
    )
    .option('--served <name[@version]>', 'what was served of a feature service, from its log')
    .option('--file <path>', 'the columns of a training set: Parquet, CSV, NDJSON or Arrow')
    .option('--stored <profile>', 'a profile that was made before: nothing is computed')
    .option('--from <instant>', 'of an interval; by default a day before its end', instantArgument)
    .option('--until <instant>', 'its end; by default now', instantArgument)
    .option('--every <duration>', 'values at instants so far apart; by default a hundred', durationArgument)
    .addOption(
      new Option('--at <instant>', 'values at one instant')
        .argParser(instantArgument)
        .conflicts(['from', 'until', 'every']),
    );
  addComparisonOptions(profile).action((options, command: Command) => {
    const chosen = SUBJECTS.filter((name) => options[name] !== undefined);
    if (chosen.length !== 1)
      command.error(`error: give one of ${SUBJECTS.map((name) => `--${name}`).join(', ')}`);
    return run(options, (context) => profileCommand(context, options));
  });
}

export function addQualityCommand(program: Command, run: RunCommand): void {
  program
    .command('quality')
    .description('Check the rules of quality of sources and views. What is found is kept.')
    .addOption(
      new Option('--at <instant>', 'rows before it, and values at it; by default now').argParser(
        instantArgument,
      ),
    )
    .addOption(new Option('--stored', 'show what was found last, and check nothing').conflicts('at'))
    .option('--check', 'exit with code 1 if a rule is broken')
    .option(PROJECT, PROJECT_HELP)
    .action((options) => run(options, (context) => qualityCommand(context, options)));
}

function addComparisonOptions(command: Command) {
  return command
    .option('--name <profile>', 'what the profile is called; of a name the newest counts')
    .addOption(
      new Option('--against <profile>', 'a profile as the baseline').conflicts([
        'againstFile',
        'againstFrom',
      ]),
    )
    .addOption(
      new Option('--against-file <path>', 'a training set as the baseline').conflicts(['againstFrom']),
    )
    .option(
      '--against-from <instant>',
      'an interval as the baseline, profiled in the same way',
      instantArgument,
    )
    .option('--against-until <instant>', 'its end', instantArgument)
    .option(
      '--psi <threshold>',
      'population stability index above which a feature has drifted',
      shareArgument,
    )
    .option('--ks <threshold>', 'the same of the Kolmogorov-Smirnov statistic', shareArgument)
    .option('--js <threshold>', 'the same of the Jensen-Shannon distance', shareArgument)
    .option(
      '--max-rows <number>',
      'of more rows of a view, a share of its entities is taken; by default 1,000,000',
      integerArgument(1, MOST_ROWS),
    )
    .option('--report <file>', 'an HTML file with plots, which needs nothing from elsewhere')
    .option('--check', 'exit with code 1 if a feature has drifted')
    .option('--timeout <duration>', 'how long to wait; by default 1h', durationArgument)
    .option(PROJECT, PROJECT_HELP);
}
