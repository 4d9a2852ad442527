/** Queues a training set: the batch service makes it, file by file. */
import { basename, resolve } from 'node:path';
import { DAY_MS, ForebayError, formatDuration } from '@forebay/contract';
import { definitionName, featuresOfVariant, resolveFeatureService } from '@forebay/definitions';
import type { PayloadInput } from '@forebay/jobs';
import { isObjectAddress, objectAddressText, parseObjectAddress } from '@forebay/object-store';
import { newRowsTable, rowRangeSql, stageRows } from '@forebay/training-set';
import { chooseProject } from '../applied-registry';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { queueAndFollow } from '../follow-job';
import { readableBytes, readableCount } from '../readable';
import { rowFile } from '../row-files';
import { trainingFeaturesOf } from '../training-features';
import { userName } from '../user-name';
import { appliedRegistry, checkColumns, type TrainingSetOptions } from './training-set';

export interface TrainingSetJobOptions extends TrainingSetOptions {
  readonly rowsPerFile?: number;
  readonly wait: boolean;
  readonly timeout?: number;
}

type Rows = Pick<PayloadInput<'training_set'>, 'rows_query' | 'rows_name' | 'rows_table'>;

export async function trainingSetJobCommand(
  context: CommandContext,
  options: TrainingSetJobOptions,
): Promise<ExitCode> {
  const { servers, output } = context;
  const snapshot = await appliedRegistry(context);
  const project = chooseProject(snapshot, options.project);
  if (options.outFormat !== undefined && options.outFormat !== 'Parquet')
    throw new ForebayError('invalid_request', `--out-format ${options.outFormat}: a job writes Parquet only`);
  const service =
    options.service === undefined ? null : resolveFeatureService(snapshot, project.name, options.service);
  if (service !== null) featuresOfVariant(service, options.variant ?? null);
  const isServed = options.fromServedLog ?? false;
  const features = isServed ? [] : trainingFeaturesOf(snapshot, project, options);
  const columns = options.column ?? {};
  if (!isServed) checkColumns(snapshot, project, features, columns);
  const rows = isServed ? {} : await rowsOf(context, options);
  const payload = {
    project: project.name,
    out: outOf(options.out),
    feature_service: service === null ? '' : definitionName(service),
    variant: options.variant ?? '',
    features: service === null ? [...features] : [],
    ...rows,
    from_served_log: isServed,
    from_ms: options.from ?? 0,
    to_ms: options.to ?? 0,
    timestamp_column: options.timestampColumn ?? '',
    columns: Object.entries(columns).map(([name, column]) => ({ name, column })),
    known_as_of_ms: options.knownAsOf ?? 0,
    has_known_as_of: options.knownAsOf !== undefined,
    statuses: options.statuses ?? false,
    rows_per_file: options.rowsPerFile ?? 0,
    requested_by: userName(),
  };
  const { job, result } = await queueAndFollow({ servers, output }, 'training_set', payload, {
    wait: options.wait,
    timeoutMs: options.timeout ?? DAY_MS,
    doing: 'training set',
  });
  if (result === null) {
    output.result({ job, out: payload.out }, `${payload.out}: queued as job ${job}`);
    return EXIT.ok;
  }
  const { rows: count, files, bytes, duration_ms: durationMs, manifest_sha256: manifest } = result;
  output.result(
    { job, ...result },
    `${payload.out}: ${readableCount(count)} rows in ${readableCount(files)} files, ${readableBytes(bytes)}, in ${formatDuration(durationMs)}\nmanifest ${manifest}`,
  );
  for (const warning of result.warnings) output.warning(warning);
  return EXIT.ok;
}

/** The same place has one name only. */
function outOf(out: string): string {
  return isObjectAddress(out) ? objectAddressText(parseObjectAddress(out)) : resolve(out);
}

/** Rows of a file go to ClickHouse: the batch service may not have the file. */
async function rowsOf(context: CommandContext, options: TrainingSetJobOptions): Promise<Rows> {
  if (options.rowsQuery !== undefined) return { rows_query: options.rowsQuery };
  const file = rowFile(options.rows as string, options.rowsFormat, '--rows-format');
  const store = await context.servers.offline();
  const table = newRowsTable();
  const bar = context.output.progress('sending the rows');
  const rows = await stageRows(
    store,
    file,
    table,
    (sent, size) => bar.update(sent, size, ''),
    context.interruption(),
  ).finally(() => bar.stop());
  return {
    rows_query: rowRangeSql(rows.rowsSql, { first: 0, count: rows.count }),
    rows_name: basename(file.file),
    rows_table: table,
  };
}
