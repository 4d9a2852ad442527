import { ForebayError, formatInstant, type Message, type MessageInput } from '@forebay/contract';
import {
  decodeRegistry,
  findProject,
  findView,
  type Project,
  sourceOf,
  tableSourceOf,
  type View,
} from '@forebay/definitions';
import type { MaterializeProgress } from '@forebay/jobs';
import { loadRegistry, type RedisConnection } from '@forebay/online-store';
import { type Instruments, inSpan, type Logger } from '@forebay/service-kit';
import { type MaterializeDependencies, materialize } from './materialize';
import { materializeTable } from './materialize-table';

export interface MaterializeJobsOptions {
  readonly dependencies: MaterializeDependencies;
  readonly instruments: Instruments;
  readonly logger: Logger;
}

/** Materialize jobs as a worker does them: looked up, run, measured, logged. */
export class MaterializeJobs {
  readonly #options: MaterializeJobsOptions;

  constructor(options: MaterializeJobsOptions) {
    this.#options = options;
  }

  async run(
    job: Message<'MaterializeJob'>,
    report: (progress: MaterializeProgress) => void,
    signal: AbortSignal,
  ): Promise<MessageInput<'MaterializeResult'>> {
    const { dependencies, instruments, logger } = this.#options;
    const name = `${job.project}.${job.view}@${job.version}`;
    const labels = { project: job.project, view: `${job.view}@${job.version}` };
    const startedMs = dependencies.clock();
    const ended = (outcome: 'completed' | 'failed' | 'cancelled') => {
      instruments.counter('forebay_jobs_total').add({ job: 'materialize', outcome });
      const seconds = (dependencies.clock() - startedMs) / 1000;
      instruments.histogram('forebay_job_duration_seconds').record({ job: 'materialize' }, seconds);
      return seconds;
    };
    try {
      const found = await resolveView(dependencies.redis, job);
      const result = await inSpan('materialize', { 'forebay.view': name }, () =>
        runOf(dependencies, found, job, report, signal),
      );
      const seconds = ended('completed');
      instruments.counter('forebay_materialize_values_total').add(labels, Number(result.values_written));
      instruments.histogram('forebay_materialize_duration_seconds').record(labels, seconds);
      for (const warning of result.warnings ?? []) logger.warn(warning);
      const cut = formatInstant(Number(result.cut_ms));
      logger.info({ ...result }, `materialized ${name} up to ${cut}: ${result.values_written} values`);
      return result;
    } catch (thrown) {
      ended(signal.aborted ? 'cancelled' : 'failed');
      const { reason, message } = ForebayError.from(thrown);
      // something is to be done first, such as loading history: no fault of the service
      if (reason === 'failed_precondition') logger.warn(`materializing ${name}: ${message}`);
      else logger.error({ err: thrown }, `materializing ${name} failed`);
      throw thrown;
    }
  }
}

interface FoundView {
  readonly project: Project;
  readonly found: Exclude<View, { readonly kind: 'on-demand view' }>;
}

function runOf(
  dependencies: MaterializeDependencies,
  { project, found }: FoundView,
  job: Message<'MaterializeJob'>,
  report: (progress: MaterializeProgress) => void,
  signal: AbortSignal,
): Promise<MessageInput<'MaterializeResult'>> {
  const common = { project: project.name, cutMs: job.has_cut ? job.cut_ms : null, report, signal };
  if (found.kind === 'aggregation view') {
    const { view } = found;
    return materialize(dependencies, { ...common, view, source: sourceOf(project, view) });
  }
  const { view } = found;
  return materializeTable(dependencies, {
    ...common,
    view,
    source: tableSourceOf(project, view),
    full: job.full,
  });
}

/** Asks the published registry, since a job may be queued right after the view was applied. Throws `not_found`. */
async function resolveView(redis: RedisConnection, job: Message<'MaterializeJob'>): Promise<FoundView> {
  const published = await loadRegistry(redis);
  const project =
    published === null ? undefined : findProject(decodeRegistry(published.snapshot), job.project);
  const found = project === undefined ? undefined : findView(project, job.view, job.version);
  if (project !== undefined && found !== undefined && found.kind !== 'on-demand view')
    return { project, found };
  throw new ForebayError(
    'not_found',
    `view "${job.project}.${job.view}@${job.version}" ${found === undefined ? 'is not in the registry' : 'has no stored values'}; run "forebay apply", or "forebay status" to see what is`,
  );
}
