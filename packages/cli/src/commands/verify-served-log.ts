import { randomInt } from 'node:crypto';
import { DAY_MS, ForebayError, formatInstant, MINUTE_MS } from '@forebay/contract';
import { definitionName, findView, type Project, resolveFeatureService } from '@forebay/definitions';
import type { ServedDifference, ServedFeatureCounts } from '@forebay/offline-store';
import { type ServedLogVerification, type VerifiedServedLog, verifyServedLog } from '@forebay/training-set';
import { chooseProject, publishedRegistry } from '../applied-registry';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { queueAndFollow } from '../follow-job';
import type { Output } from '../output';
import { readableCount } from '../readable';
import { userName } from '../user-name';
import { appliedRegistry } from './training-set';

export interface VerifyServedLogOptions {
  readonly project?: string;
  readonly service?: string;
  readonly from?: number;
  readonly to?: number;
  readonly share?: number;
  readonly inFlight?: number;
  readonly tolerance?: readonly (readonly [feature: string, tolerance: number])[];
  /** By the batch service, as a job. */
  readonly job?: boolean;
  readonly wait: boolean;
  readonly timeout?: number;
}

/** Without `--from`: what was served in the day before `--to`. */
const DEFAULT_SPAN_MS = DAY_MS;
/** Without `--to`: the archive has what became known until then, if the stream service does not lag. */
const SETTLED_AFTER_MS = 5 * MINUTE_MS;
const PROGRESS_STEPS = 1_000;
const DEFAULT_TIMEOUT_MS = 600_000;

/** Without `job` definitions and the log come from ClickHouse, as the history does: no other server is needed. Exit code 1 if a value differs. */
export async function verifyServedLogCommand(
  context: CommandContext,
  options: VerifyServedLogOptions,
): Promise<ExitCode> {
  const { service, from, to, tolerance } = options;
  const snapshot =
    options.job === true ? await publishedRegistry(context.servers) : await appliedRegistry(context);
  const project = chooseProject(snapshot, options.project);
  const toMs = to ?? Date.now() - SETTLED_AFTER_MS;
  const fromMs = from ?? toMs - DEFAULT_SPAN_MS;
  if (fromMs >= toMs)
    throw new ForebayError(
      'invalid_request',
      `--from ${formatInstant(fromMs)} is not before --to ${formatInstant(toMs)}`,
    );
  const tolerances = new Map(tolerance ?? []);
  for (const feature of tolerances.keys()) checkFeature(project, feature);
  const featureService =
    service === undefined ? null : definitionName(resolveFeatureService(snapshot, project.name, service));
  const asked = { project, featureService, fromMs, toMs, tolerances };
  return options.job === true ? asJob(context, asked, options) : here(context, asked, options);
}

type Asked = Pick<ServedLogVerification, 'project' | 'featureService' | 'fromMs' | 'toMs' | 'tolerances'>;

async function here(
  context: CommandContext,
  asked: Asked,
  { share, inFlight }: VerifyServedLogOptions,
): Promise<ExitCode> {
  const { servers, output } = context;
  const bar = output.progress('verifying the served log');
  const startedMs = performance.now();
  const verification = {
    ...asked,
    share: share ?? 1,
    seed: randomInt(2 ** 31),
    inFlightMs: inFlight ?? null,
    onProgress: (done: number, doing: string) =>
      bar.update(Math.floor(done * PROGRESS_STEPS), PROGRESS_STEPS, doing),
    signal: context.interruption(),
  };
  const verified = await verifyServedLog(await servers.offline(), verification, Date.now()).finally(() =>
    bar.stop(),
  );
  const seconds = (performance.now() - startedMs) / 1_000;
  const { fromMs, toMs } = asked;
  return report(output, { project: asked.project.name, fromMs, toMs, seconds, ...verified });
}

async function asJob(
  context: CommandContext,
  { project, featureService, fromMs, toMs, tolerances }: Asked,
  { share, inFlight, wait, timeout }: VerifyServedLogOptions,
): Promise<ExitCode> {
  const { job, result } = await queueAndFollow(
    context,
    'verify_served',
    {
      project: project.name,
      feature_service: featureService ?? '',
      from_ms: fromMs,
      to_ms: toMs,
      share: share ?? 1,
      ...(inFlight === undefined ? {} : { in_flight_ms: inFlight, has_in_flight: true }),
      tolerances: Object.fromEntries(tolerances),
      requested_by: userName(),
    },
    { wait, timeoutMs: timeout ?? DEFAULT_TIMEOUT_MS, doing: 'verifying the served log' },
  );
  const { output } = context;
  if (result === null) {
    output.result({ job }, job);
    return EXIT.ok;
  }
  const { run, rows, retired, duration_ms: durationMs } = result;
  return report(output, {
    project: project.name,
    fromMs,
    toMs,
    seconds: durationMs / 1_000,
    run,
    rows,
    features: result.features.map(({ in_flight: inFlightValues, ...counts }) => ({
      ...counts,
      inFlight: inFlightValues,
    })),
    differences: result.differences.map(({ feature_service, as_of_ms, request_id, entity_key, ...rest }) => ({
      ...rest,
      featureService: feature_service,
      asOfMs: as_of_ms,
      requestId: request_id,
      entityKey: entity_key,
    })),
    retired,
  });
}

function checkFeature(project: Project, name: string): void {
  const [view = '', feature = ''] = name.split(':');
  const at = view.lastIndexOf('@');
  const known = at > 0 ? findView(project, view.slice(0, at), Number(view.slice(at + 1))) : undefined;
  if (known?.view.features.some((each) => each.name === feature) === true) return;
  throw new ForebayError(
    'invalid_request',
    `--tolerance ${name}: project "${project.name}" has no such feature; name it as the report does, view@version:feature`,
  );
}

type Report = { readonly project: string; readonly fromMs: number; readonly toMs: number } & {
  readonly seconds: number;
} & VerifiedServedLog;

function report(output: Output, verified: Report): ExitCode {
  const { fromMs, toMs, rows, features, differences, retired, seconds } = verified;
  output.result(verified, reportText(output, verified));
  for (const difference of differences) output.note(differenceText(difference));
  for (const view of retired)
    output.warning(
      `view "${view}" was served, and is not in the registry any more: its values are not verified`,
    );
  if (rows === 0)
    output.warning(
      `nothing was logged from ${formatInstant(fromMs)} to ${formatInstant(toMs)}: choose another time (--from, --to), or let serving log with FOREBAY_SERVING_LOG_CLICKHOUSE_URL`,
    );
  output.note(`${readableCount(rows)} rows in ${seconds.toFixed(1)} s`);
  return features.some(({ different }) => different > 0) ? EXIT.failure : EXIT.ok;
}

function reportText(output: Output, { features }: Report): string {
  const head = ['feature', 'compared', 'differ', 'in flight', 'late', 'degraded'];
  const lines = features.map((counts: ServedFeatureCounts) => [
    `${counts.view}:${counts.feature}`,
    ...[counts.compared, counts.different, counts.inFlight, counts.late, counts.degraded].map(readableCount),
  ]);
  return output.table(head, lines);
}

function differenceText(found: ServedDifference): string {
  const { view, feature, entityKey, asOfMs, served, recomputed, requestId, row } = found;
  return `${view}:${feature} of ${entityKey} at ${formatInstant(asOfMs)} (request ${requestId}, row ${row}): served ${served}, recomputed ${recomputed}`;
}
