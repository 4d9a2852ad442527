/** Jobs of the kind materialize: of aggregation views with batch values, and of table views. */
import { type ForebayError, type Message, messageFromJson } from '@forebay/contract';
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
import { registeredView } from './registered-view';
import { type SegmentsDependencies, SegmentsRun } from './segments-run';
import { TableViewRun } from './table-run';
import type { ViewRun } from './view-run';

type Job = Message<'MaterializeJob'>;
type MaterializePlan = Plan<'materialize'>;

export class MaterializeHandler implements JobHandler<'materialize'> {
  readonly #dependencies: SegmentsDependencies;

  constructor(dependencies: SegmentsDependencies) {
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
    return messageFromJson('MaterializePlan', await run.plan(request, signal));
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
