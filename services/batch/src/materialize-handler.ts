/** Jobs of the kind materialize: of aggregation views with batch values, and of table views. */
import { ForebayError, type Message, messageFromJson } from '@forebay/contract';
import { sourceOf, tableSourceOf } from '@forebay/definitions';
import type {
  ChunkContext,
  ChunkOutcome,
  ChunkResult,
  Finish,
  JobHandler,
  Plan,
  StepContext,
} from '@forebay/jobs';
import { checkBeforeRun, type QualityDependencies } from './quality/check-before-run';
import { registeredView } from './registered-view';
import { type SegmentsDependencies, SegmentsRun } from './segments-run';
import { TableViewRun } from './table-run';
import type { ViewRun } from './view-run';

type Job = Message<'MaterializeJob'>;
type MaterializePlan = Plan<'materialize'>;

export class MaterializeHandler implements JobHandler<'materialize'> {
  readonly #dependencies: SegmentsDependencies & QualityDependencies;

  constructor(dependencies: SegmentsDependencies & QualityDependencies) {
    this.#dependencies = dependencies;
  }

  async #run(job: Job): Promise<ViewRun> {
    const { project, found } = await registeredView(this.#dependencies.redis, job);
    const { name } = project;
    if (found.kind === 'table view') {
      const { view } = found;
      return new TableViewRun(this.#dependencies, {
        project: name,
        view,
        source: tableSourceOf(project, view),
      });
    }
    const { view } = found;
    return new SegmentsRun(this.#dependencies, { project: name, view, source: sourceOf(project, view) });
  }

  async plan(job: Job, { signal }: StepContext): Promise<MaterializePlan> {
    const run = await this.#run(job);
    const request = { cutMs: job.has_cut ? job.cut_ms : null, full: job.full };
    const plan = messageFromJson('MaterializePlan', await run.plan(request, signal));
    const warnings = await this.#checkQuality(job, plan, signal).catch(async (thrown) => {
      await run.failed(plan, ForebayError.from(thrown).message);
      throw thrown;
    });
    return { ...plan, warnings: [...plan.warnings, ...warnings] };
  }

  async #checkQuality(job: Job, plan: MaterializePlan, signal: AbortSignal): Promise<string[]> {
    const { project, found } = await registeredView(this.#dependencies.redis, job);
    return checkBeforeRun(this.#dependencies, {
      project,
      view: found.view,
      run: plan.run,
      atMs: plan.cut_ms,
      signal,
    });
  }

  chunksOf({ chunks }: MaterializePlan): number {
    return chunks;
  }

  async isCurrent(job: Job, plan: MaterializePlan): Promise<boolean> {
    return (await this.#run(job)).isCurrent(plan);
  }

  async runChunk(
    job: Job,
    plan: MaterializePlan,
    chunk: number,
    context: ChunkContext,
  ): Promise<ChunkOutcome> {
    const run = await this.#run(job);
    return { kind: 'done', result: await run.writeChunk(plan, chunk, context) };
  }

  async finish(
    job: Job,
    plan: MaterializePlan,
    done: ReadonlyMap<number, ChunkResult>,
    { signal }: StepContext,
  ): Promise<Finish<'materialize'>> {
    return (await this.#run(job)).finish(plan, done, signal);
  }

  async failed(job: Job, plan: MaterializePlan, { message }: ForebayError): Promise<void> {
    await (await this.#run(job)).failed(plan, message);
  }
}
