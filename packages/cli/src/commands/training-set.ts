import { resolve } from 'node:path';
import { ForebayError } from '@forebay/contract';
import {
  definitionName,
  entitiesOf,
  type FeatureReference,
  featuresOfVariant,
  type LineageDatasets,
  type LineagePlaces,
  type Project,
  type RegistrySnapshot,
  requestOf,
  resolveFeatureService,
  resolveView,
  servedLogDatasets,
  trainingSetDatasets,
} from '@forebay/definitions';
import { isObjectAddress } from '@forebay/object-store';
import { SERVED_VECTORS_TABLE } from '@forebay/offline-store';
import { nearestName } from '@forebay/service-kit';
import {
  makeServedTrainingSet,
  makeTrainingSet,
  type RowFormat,
  type RowInput,
  type RowTarget,
  type TrainingSetResult,
} from '@forebay/training-set';
import { chooseProject, recordedRegistry } from '../applied-registry';
import type { FeatureArgument } from '../arguments';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { outTarget } from '../object-target';
import type { Output } from '../output';
import { rowFile } from '../row-files';
import { withLineage } from '../run-lineage';
import { trainingFeaturesOf } from '../training-features';
import {
  reportText,
  type TrainingFeature,
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
  readonly fromServedLog?: boolean;
  readonly from?: number;
  readonly to?: number;
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
  if (options.fromServedLog === true) return servedTrainingSetCommand(context, options);
  const rows: RowInput =
    options.rowsQuery === undefined
      ? rowFile(options.rows as string, options.rowsFormat, '--rows-format')
      : { query: options.rowsQuery };
  const out = await outTarget(servers, options.out, options.outFormat);
  const snapshot = await appliedRegistry(context);
  const project = chooseProject(snapshot, options.project);
  const features = trainingFeaturesOf(snapshot, project, options);
  const columns = options.column ?? {};
  checkColumns(snapshot, project, features, columns);
  const signal = context.interruption();
  const progress = output.progress('training set');
  const withStatuses = options.statuses ?? false;
  const startedMs = performance.now();
  const offline = await servers.offline();
  const lineage = lineageOf(project, out.name, (file, places) =>
    trainingSetDatasets(project, features, file, places),
  );
  const result = await withLineage(context, lineage, () =>
    makeTrainingSet(offline, {
      project,
      features,
      rows,
      out,
      timestampColumn: options.timestampColumn ?? null,
      columns,
      knownAsOfMs: options.knownAsOf ?? null,
      withStatuses,
      threads: options.threads ?? null,
      onProgress: (share, doing) =>
        progress.update(Math.floor(share * PROGRESS_STEPS), PROGRESS_STEPS, doing),
      signal,
    }).catch((thrown: unknown) => {
      if (!signal.aborted) throw thrown;
      throw new ForebayError('unavailable', `training set "${out.name}": interrupted; nothing was written`);
    }),
  ).finally(() => progress.stop());
  const made = trainingFeatures(features, result, withStatuses);
  const warnings = trainingSetWarnings(result.rows, made);
  return tell(output, { project: project.name, out, result, made, startedMs, warnings });
}

function lineageOf(
  { name }: Project,
  out: string,
  datasetsOf: (file: string, places: LineagePlaces) => LineageDatasets,
) {
  const file = isObjectAddress(out) ? out : resolve(out);
  const datasets = (places: LineagePlaces) => datasetsOf(file, places);
  return { kind: 'training_set', name: `${name}: ${file}`, datasets };
}

interface Made {
  readonly project: string;
  readonly out: RowTarget;
  readonly result: TrainingSetResult;
  readonly made: readonly TrainingFeature[];
  readonly startedMs: number;
  readonly warnings: readonly string[];
}

function tell(output: Output, { project, out, result, made, startedMs, warnings }: Made): ExitCode {
  const report: TrainingSetReport = {
    project,
    file: out.name,
    format: out.format,
    bytes: result.bytes,
    rows: result.rows,
    values: result.rows * made.length,
    events: result.events,
    seconds: (performance.now() - startedMs) / 1_000,
    columns: result.columns,
    features: made,
    warnings,
  };
  output.result(report, reportText(report, output));
  for (const warning of warnings) output.warning(warning);
  return EXIT.ok;
}

/** What the model was given, and what became of it. */
async function servedTrainingSetCommand(
  context: CommandContext,
  { project: named, service, variant, from, to, knownAsOf, statuses, ...options }: TrainingSetOptions,
): Promise<ExitCode> {
  const { servers, output } = context;
  const out = await outTarget(servers, options.out, options.outFormat);
  const snapshot = await appliedRegistry(context);
  const project = chooseProject(snapshot, named);
  const chosen = resolveFeatureService(snapshot, project.name, service as string);
  featuresOfVariant(chosen, variant ?? null);
  const startedMs = performance.now();
  const offline = await servers.offline();
  const lineage = lineageOf(project, out.name, (file, places) =>
    servedLogDatasets(SERVED_VECTORS_TABLE, file, places),
  );
  const result = await withLineage(context, lineage, () =>
    makeServedTrainingSet(offline, {
      project,
      featureService: definitionName(chosen),
      variant: variant ?? null,
      fromMs: from ?? null,
      toMs: to ?? null,
      knownAsOfMs: knownAsOf ?? null,
      withStatuses: statuses ?? false,
      out,
      signal: context.interruption(),
    }),
  );
  const made = result.features.map(({ view, version, feature, column }, i) => ({
    ...{ view, version, feature, column },
    statuses: result.statuses[i] ?? {},
  }));
  return tell(output, { project: project.name, out, result, made, startedMs, warnings: [] });
}

export async function appliedRegistry({ servers }: CommandContext): Promise<RegistrySnapshot> {
  const recorded = await recordedRegistry(servers);
  if (recorded !== null) return recorded;
  throw new ForebayError(
    'failed_precondition',
    'nothing is applied in this ClickHouse database: run "forebay apply FILE" with the definitions',
  );
}

/** A column that is named for something that no feature takes would be a mistake that nobody sees. */
export function checkColumns(
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
