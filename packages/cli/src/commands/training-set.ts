import { stat } from 'node:fs/promises';
import { ForebayError } from '@forebay/contract';
import {
  entitiesOf,
  type FeatureReference,
  type Project,
  type RegistrySnapshot,
  requestOf,
  resolveView,
} from '@forebay/definitions';
import { nearestName } from '@forebay/service-kit';
import { makeTrainingSet, type RowFormat, type RowInput } from '@forebay/training-set';
import { chooseProject, recordedRegistry } from '../applied-registry';
import type { FeatureArgument } from '../arguments';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { rowFile } from '../row-files';
import { trainingFeaturesOf } from '../training-features';
import {
  reportText,
  type TrainingSetReport,
  trainingFeatures,
  trainingSetWarnings,
} from '../training-set-report';

export interface TrainingSetOptions {
  readonly project?: string;
  readonly service?: string;
  readonly variant?: string;
  readonly features?: readonly FeatureArgument[];
  readonly rows?: string;
  readonly rowsQuery?: string;
  readonly rowsFormat?: RowFormat;
  readonly out: string;
  readonly outFormat?: RowFormat;
  readonly timestampColumn?: string;
  readonly column?: Readonly<Record<string, string>>;
  readonly knownAsOf?: number;
  readonly statuses?: boolean;
  readonly threads?: number;
}

/** Steps of the progress bar. */
const PROGRESS_STEPS = 1_000;

/** Definitions come from ClickHouse, as the history does: no other server is needed. */
export async function trainingSetCommand(
  context: CommandContext,
  options: TrainingSetOptions,
): Promise<ExitCode> {
  const { servers, output } = context;
  const rows: RowInput =
    options.rowsQuery === undefined
      ? rowFile(options.rows as string, options.rowsFormat, '--rows-format')
      : { query: options.rowsQuery };
  const out = rowFile(options.out, options.outFormat, '--out-format');
  const snapshot = await appliedRegistry(context);
  const project = chooseProject(snapshot, options.project);
  const features = trainingFeaturesOf(snapshot, project, options);
  const columns = options.column ?? {};
  checkColumns(snapshot, project, features, columns);
  const signal = context.interruption();
  const progress = output.progress('training set');
  const withStatuses = options.statuses ?? false;
  const startedMs = performance.now();
  const result = await makeTrainingSet(await servers.offline(), {
    project,
    features,
    rows,
    out,
    timestampColumn: options.timestampColumn ?? null,
    columns,
    knownAsOfMs: options.knownAsOf ?? null,
    withStatuses,
    threads: options.threads ?? null,
    onProgress: (share, doing) => progress.update(Math.floor(share * PROGRESS_STEPS), PROGRESS_STEPS, doing),
    signal,
  })
    .catch((thrown: unknown) => {
      if (!signal.aborted) throw thrown;
      throw new ForebayError('unavailable', `training set "${out.file}": interrupted; nothing was written`);
    })
    .finally(() => progress.stop());
  const made = trainingFeatures(features, result, withStatuses);
  const report: TrainingSetReport = {
    project: project.name,
    file: out.file,
    format: out.format,
    bytes: (await stat(out.file)).size,
    rows: result.rows,
    values: result.rows * features.length,
    events: result.events,
    seconds: (performance.now() - startedMs) / 1_000,
    columns: result.columns,
    features: made,
    warnings: trainingSetWarnings(result.rows, made),
  };
  output.result(report, reportText(report, output));
  for (const warning of report.warnings) output.warning(warning);
  return EXIT.ok;
}

async function appliedRegistry({ servers }: CommandContext): Promise<RegistrySnapshot> {
  const recorded = await recordedRegistry(servers);
  if (recorded !== null) return recorded;
  throw new ForebayError(
    'failed_precondition',
    'nothing is applied in this ClickHouse database: run "forebay apply FILE" with the definitions',
  );
}

/** A column that is named for something that no feature takes would be a mistake that nobody sees. */
function checkColumns(
  snapshot: RegistrySnapshot,
  project: Project,
  features: readonly FeatureReference[],
  columns: Readonly<Record<string, string>>,
): void {
  const views = new Set(features.map(({ view, version }) => `${view}@${version}`));
  const taken = [...views].flatMap((reference) => {
    const view = resolveView(snapshot, project.name, reference);
    const joinKeys = entitiesOf(project, view).flatMap((entity) => entity.joinKeys);
    return [...joinKeys, ...requestOf(project, view)].map(({ name }) => name);
  });
  for (const name of Object.keys(columns)) {
    if (taken.includes(name)) continue;
    const nearest = nearestName(name, taken);
    const known = `the features take ${[...new Set(taken)].join(', ')}`;
    throw new ForebayError(
      'invalid_request',
      `--column ${name}=${columns[name]}: "${name}" is no join key and no request field of these features; ${nearest === null ? known : `did you mean "${nearest}"?`}`,
    );
  }
}
