import { formatInstant, type Message, type MessageInput } from '@forebay/contract';
import type { AggregationView, EventSource } from '@forebay/definitions';
import type { MaterializeProgress } from '@forebay/jobs';
import { inSpan, type Instruments, type Logger } from '@forebay/service-kit';
import { materialize, type MaterializeDependencies } from './materialize';

export interface MaterializeJobsOptions {
  readonly dependencies: MaterializeDependencies;
  /** Throws `not_found`. */
  readonly resolve: (project: string, view: string, version: number) => { view: AggregationView; source: EventSource };
  readonly instruments: Instruments;
  readonly logger: Logger;
}

/** Materialize jobs as a worker does them: looked up, run, measured, logged. */
export class MaterializeJobs {
  readonly #options: MaterializeJobsOptions;

  constructor(options: MaterializeJobsOptions) {
    this.#options = options;
  }

  async run(job: Message<'MaterializeJob'>, report: (progress: MaterializeProgress) => void, signal: AbortSignal): Promise<MessageInput<'MaterializeResult'>> {
    const { dependencies, resolve, instruments, logger } = this.#options;
    const name = `${job.project}.${job.view}@${job.version}`;
    const outcomes = instruments.counter('forebay_jobs_total');
    try {
      const { view, source } = resolve(job.project, job.view, job.version);
      const request = { view, source, cutMs: job.has_cut ? job.cut_ms : null, report, signal };
      const result = await inSpan('materialize', { 'forebay.view': name }, () => materialize(dependencies, request));
      outcomes.add({ job: 'materialize', outcome: 'done' });
      instruments.counter('forebay_materialize_values_total').add({ view: view.name }, Number(result.values_written));
      instruments.histogram('forebay_materialize_duration_seconds').record({ view: view.name }, Number(result.duration_ms) / 1000);
      instruments.histogram('forebay_job_duration_seconds').record({ job: 'materialize' }, Number(result.duration_ms) / 1000);
      for (const warning of result.warnings ?? []) logger.warn(warning);
      logger.info({ ...result }, `materialized ${name} up to ${formatInstant(Number(result.cut_ms))}: ${result.values_written} values`);
      return result;
    } catch (thrown) {
      outcomes.add({ job: 'materialize', outcome: 'failed' });
      logger.error({ err: thrown }, `materializing ${name} failed`);
      throw thrown;
    }
  }
}
