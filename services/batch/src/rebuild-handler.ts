/**
 * Jobs of the kind rebuild: values that Redis lost are made anew. The stream service makes stream values, jobs of the kind materialize
 * make batch values; a rebuild begins both, waits for both, and says how long values were DEGRADED.
 */
import { ForebayError, type Message, messageFromJson } from '@forebay/contract';
import {
  byReadPartition,
  type EventSource,
  findProject,
  readableSources,
  sourceOf,
} from '@forebay/definitions';
import { isOvertaken } from '@forebay/event-log';
import type {
  ChunkOutcome,
  ChunkResult,
  Finish,
  JobHandler,
  JobQueue,
  JobReference,
  Payload,
  Plan,
  StepContext,
} from '@forebay/jobs';
import {
  latestStreamMarker,
  oldestCheckpoint,
  readRebuildState,
  requestRebuild,
  type ViewOfSource,
} from '@forebay/online-store';
import type { PlanDependencies } from './plan-run';
import { keyValues, rebuildEntity } from './rebuild-entity/rebuild-entity';
import { publishedSnapshot, type RegisteredView, registeredView } from './registered-view';

type Job = Payload<'rebuild'>;
type RebuildPlan = Plan<'rebuild'>;
type Step = Message<'RebuildStep'>;

/** How soon it is looked again how far the stream service, or a run, is. */
const LOOK_AGAIN_MS = 500;

export interface RebuildDependencies extends PlanDependencies {
  readonly queue: JobQueue;
}

export class RebuildHandler implements JobHandler<'rebuild'> {
  readonly #dependencies: RebuildDependencies;

  constructor(dependencies: RebuildDependencies) {
    this.#dependencies = dependencies;
  }

  async plan(job: Job): Promise<RebuildPlan> {
    if (job.views.length === 0)
      throw new ForebayError('invalid_request', 'the rebuild names no view: name those to make anew');
    const startedAtMs = this.#dependencies.clock();
    const views = await Promise.all(
      job.views.map(({ view, version }) =>
        registeredView(this.#dependencies.redis, { project: job.project, view, version }),
      ),
    );
    const isEntity = job.keys.length > 0;
    if (isEntity) for (const { project, found } of views) keyValues(project, found, job.keys);
    const steps = isEntity ? views.map(entityStep) : views.flatMap(stepsOf);
    if (!job.begun && !isEntity) await this.#request(job, views);
    return messageFromJson('RebuildPlan', { started_at_ms: startedAtMs, steps });
  }

  async #request({ project, sources }: Job, views: readonly RegisteredView[]): Promise<void> {
    const { redis } = this.#dependencies;
    const streamed = views.flatMap((view) => idsOf(view) ?? []);
    const stored = views.flatMap((view) => (idsOf(view) === null ? [view.found.view.id] : []));
    await requestRebuild(redis, {
      streamed,
      stored,
      sources: await Promise.all(
        sources.map(async (name) => {
          const source = await this.#source(project, name);
          return { sourceId: source.id, isOvertaken: () => this.#isOvertaken(source) };
        }),
      ),
    });
  }

  async #source(project: string, name: string): Promise<EventSource> {
    const snapshot = await publishedSnapshot(this.#dependencies.redis);
    const read = snapshot === null ? undefined : findProject(snapshot, project);
    const found =
      read === undefined ? undefined : readableSources(read).find((source) => source.name === name);
    if (found !== undefined) return found;
    throw new ForebayError(
      'not_found',
      `source "${project}.${name}" is not in the registry; run "forebay apply"`,
    );
  }

  async #isOvertaken(source: EventSource): Promise<boolean> {
    const { redis, topics } = this.#dependencies;
    const checkpoint = await oldestCheckpoint(redis, source.id);
    const held = await byReadPartition(source, (topic) => topics.watermarks(topic));
    return isOvertaken(checkpoint?.offsets ?? [], held);
  }

  chunksOf({ steps }: RebuildPlan): number {
    return steps.length;
  }

  /** What was begun goes on. */
  async isCurrent(): Promise<boolean> {
    return true;
  }

  async runChunk(job: Job, plan: RebuildPlan, chunk: number, context: StepContext): Promise<ChunkOutcome> {
    const step = plan.steps[chunk] as Step;
    if (step.is_entity) return this.#rebuildEntity(job, step, context);
    return step.is_stream ? this.#waitForStream(job, step) : this.#materialize(job, step, chunk, context);
  }

  async #rebuildEntity(
    { project, keys }: Job,
    { view, version }: Step,
    { signal }: StepContext,
  ): Promise<ChunkOutcome> {
    const registered = await registeredView(this.#dependencies.redis, { project, view, version });
    const values = await rebuildEntity(this.#dependencies, registered, keys, signal);
    return { kind: 'done', result: { values } };
  }

  async #waitForStream({ project }: Job, { view, version }: Step): Promise<ChunkOutcome> {
    const { redis } = this.#dependencies;
    const ids = idsOf(await registeredView(redis, { project, view, version }));
    if (ids === null || (await readRebuildState(redis, ids)).step === 'done')
      return { kind: 'done', result: {} };
    return { kind: 'later', afterMs: LOOK_AGAIN_MS };
  }

  /** A run that failed before this one was let go on goes on, too. */
  async #materialize(
    { project, requested_by: requestedBy }: Job,
    { view, version }: Step,
    chunk: number,
    { job, startedAtMs }: StepContext,
  ): Promise<ChunkOutcome> {
    const { queue } = this.#dependencies;
    const { kind, id } = await queue.addNamed('materialize', runOf(job, chunk), {
      project,
      view,
      version,
      full: true,
      requested_by: requestedBy,
    });
    const run = await queue.show({ kind, id });
    if (run.state === 'failed' || run.state === 'cancelled') {
      if ((run.finishedAtMs ?? 0) >= startedAtMs)
        throw new ForebayError(
          'failed_precondition',
          `materializing view "${view}@${version}": ${run.failure}; "forebay jobs retry" lets the rebuild go on when it is mended`,
        );
      await queue.retry({ kind, id }, requestedBy);
    }
    if (run.state !== 'completed') return { kind: 'later', afterMs: LOOK_AGAIN_MS };
    const { values, bytes } = run.progress;
    return { kind: 'done', result: { values, bytes } };
  }

  async finish(
    job: Job,
    plan: RebuildPlan,
    done: ReadonlyMap<number, ChunkResult>,
    context: StepContext,
  ): Promise<Finish<'rebuild'>> {
    const { redis, queue, clock } = this.#dependencies;
    const streams: Message<'RebuiltStream'>[] = [];
    const batches: Message<'RebuiltBatch'>[] = [];
    const entities: Message<'RebuiltEntity'>[] = [];
    for (const [chunk, step] of plan.steps.entries()) {
      const { view, version, is_stream: isStream, is_entity: isEntity } = step;
      const name = `${view}@${version}`;
      if (isEntity) entities.push({ view: name, values: done.get(chunk)?.values ?? 0 });
      else if (isStream) {
        const { found } = await registeredView(redis, { project: job.project, view, version });
        const sinceMs = (await latestStreamMarker(redis, found.view.id))?.completeSinceMs;
        const isComplete = sinceMs === Number.NEGATIVE_INFINITY;
        streams.push({
          view: name,
          complete_since_ms: isComplete ? 0 : (sinceMs ?? 0),
          is_complete: isComplete,
        });
      } else {
        const { result } = await queue.show({ kind: 'materialize', id: runOf(context.job, chunk) });
        batches.push({ view: name, result: messageFromJson('MaterializeResult', result) });
      }
    }
    return {
      kind: 'done',
      result: { streams, batches, entities, duration_ms: clock() - plan.started_at_ms },
    };
  }

  /** Who cancels a rebuild does not want its runs; the stream service goes on, for there is no way back. */
  async failed(
    _: Job,
    plan: RebuildPlan,
    error: ForebayError,
    context: { readonly job: JobReference },
  ): Promise<void> {
    if (error.reason !== 'cancelled') return;
    const { queue } = this.#dependencies;
    for (const [chunk, { is_stream: isStream, is_entity: isEntity }] of plan.steps.entries()) {
      if (isStream || isEntity) continue;
      const run = { kind: 'materialize', id: runOf(context.job, chunk) } as const;
      // it may have ended, or not have begun
      await queue.cancel(run, `${context.job.kind}/${context.job.id}`).catch(() => undefined);
    }
  }
}

/** Names the materialize job of a step. */
function runOf({ kind, id }: JobReference, chunk: number): string {
  return `${kind}.${id}.${chunk}`;
}

/** Of a view with stream values; null: of others. */
function idsOf({ project, found }: RegisteredView): ViewOfSource | null {
  if (found.kind === 'table view' || found.view.stream === null) return null;
  return { sourceId: sourceOf(project, found.view).id, viewId: found.view.id };
}

function entityStep({ found }: RegisteredView): Step {
  const { name: view, version } = found.view;
  return { view, version, is_stream: false, is_entity: true };
}

function stepsOf(registered: RegisteredView): Step[] {
  const { found } = registered;
  const { name: view, version } = found.view;
  const isStreamed = idsOf(registered) !== null;
  const isMaterialized =
    found.kind === 'table view' || found.view.batch !== null || found.view.schedule !== null;
  return [
    ...(isStreamed ? [{ view, version, is_stream: true, is_entity: false }] : []),
    ...(isMaterialized ? [{ view, version, is_stream: false, is_entity: false }] : []),
  ];
}
