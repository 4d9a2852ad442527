/**
 * Jobs of the kind backfill: batch values of several views of one source. The archive is read once for all of them, slice by slice, into a
 * table that is laid out by entity; then each view's values are made from it, chunk by chunk, as a materialize run would make them.
 */
import { randomUUID } from 'node:crypto';
import { ForebayError, type Message, messageFromJson } from '@forebay/contract';
import { type AggregationView, definitionName } from '@forebay/definitions';
import type {
  ChunkContext,
  ChunkOutcome,
  ChunkResult,
  Finish,
  JobHandler,
  Payload,
  Plan,
  StepContext,
} from '@forebay/jobs';
import {
  createStaged,
  dropAbandonedStages,
  dropStaged,
  isStaged,
  recordSlice,
  type StagedRun,
  stagedSlices,
  stageSlice,
} from '@forebay/offline-store';
import { reservePace } from '@forebay/online-store';
import { faultPoint } from '../fault-points';
import { checkBeforeRun, type QualityDependencies } from '../quality/check-before-run';
import { registeredView } from '../registered-view';
import type { SegmentsDependencies } from '../segments-run';
import { backfillTarget, backfillTargets, entitiesOf, reachedSlices, type Target } from './backfill-targets';

type Job = Payload<'backfill'>;
type BackfillPlan = Plan<'backfill'>;
type PlannedView = Message<'BackfilledView'>;
type MaterializePlan = Message<'MaterializePlan'>;

/** A chunk that is held back asks again after so long at the latest. */
const LONGEST_PAUSE_MS = 5_000;
/** ClickHouse goes on with an insert whose worker has died: one for the same slice waits for it. */
const LOOK_AGAIN_MS = 1_000;

export type BackfillDependencies = SegmentsDependencies & QualityDependencies;

export class BackfillHandler implements JobHandler<'backfill'> {
  readonly #dependencies: BackfillDependencies;

  constructor(dependencies: BackfillDependencies) {
    this.#dependencies = dependencies;
  }

  async plan(job: Job, { signal }: StepContext): Promise<BackfillPlan> {
    const { offline, clock, eventsPerChunk } = this.#dependencies;
    const startedAtMs = clock();
    const targets = await backfillTargets(this.#dependencies, job);
    const [{ source }] = targets;
    await dropAbandonedStages(offline);
    const planned = await this.#planViews(job, targets, signal);
    const chunks = Math.max(...planned.map((plan) => plan.chunks));
    const { entities, numbers } = entitiesOf(targets, offline);
    const run = randomUUID();
    const finishedLoads = [...new Set(planned.flatMap((plan) => plan.segments?.finished_loads ?? []))];
    const staged: StagedRun = {
      run,
      source,
      entities,
      chunks,
      buckets: this.#dependencies.redis.buckets,
      finishedLoads,
    };
    const isWorthIt = entities.length > 0 && (targets.length > 1 || chunks > 1);
    const slices = isWorthIt ? await reachedSlices(offline, targets, planned, eventsPerChunk) : [];
    if (slices.length > 0) await createStaged(offline, staged);
    return messageFromJson('BackfillPlan', {
      run,
      started_at_ms: startedAtMs,
      views: targets.map(({ view: { name: view, version } }, i) => ({
        view,
        version,
        plan: { ...(planned[i] as MaterializePlan), chunks },
        entity: numbers[i] ?? 0,
      })),
      chunks,
      slices: slices.map(({ fromMs, untilMs, events }) => ({
        from_ms: fromMs ?? 0,
        has_from: fromMs !== null,
        until_ms: untilMs,
        events,
      })),
      finished_loads: finishedLoads,
    });
  }

  /** What each view's values will be; if one has none, those before it are recorded as failed. */
  async #planViews(job: Job, targets: readonly Target[], signal: AbortSignal): Promise<MaterializePlan[]> {
    const request = { cutMs: job.has_until ? job.until_ms : null, full: false };
    const plans: MaterializePlan[] = [];
    try {
      for (const { view, run } of targets) {
        const plan = messageFromJson('MaterializePlan', await run.plan(request, signal));
        plans.push(plan);
        const warnings = await this.#checkQuality(job, view, plan, signal);
        plans[plans.length - 1] = { ...plan, warnings: [...plan.warnings, ...warnings] };
      }
    } catch (thrown) {
      const reason = ForebayError.from(thrown).message;
      for (const [i, plan] of plans.entries()) await targets[i]?.run.failed(plan, reason);
      throw thrown;
    }
    return plans;
  }

  async #checkQuality(
    { project }: Job,
    { name, version }: AggregationView,
    plan: MaterializePlan,
    signal: AbortSignal,
  ): Promise<string[]> {
    const registered = await registeredView(this.#dependencies.redis, { project, view: name, version });
    return checkBeforeRun(this.#dependencies, {
      project: registered.project,
      view: registered.found.view,
      run: plan.run,
      atMs: plan.cut_ms,
      signal,
    });
  }

  /** First those that stage, if there are any; when they are done, the run is planned on with those of the views. */
  chunksOf(plan: BackfillPlan): number {
    return isStaging(plan) ? plan.slices.length : plan.views.length * plan.chunks;
  }

  async isCurrent(job: Job, plan: BackfillPlan): Promise<boolean> {
    const targets = await backfillTargets(this.#dependencies, job);
    const current = targets.every(({ run }, i) => run.isCurrent(viewPlan(plan, i)));
    return current && (plan.slices.length === 0 || isStaged(this.#dependencies.offline, plan.run));
  }

  async runChunk(job: Job, plan: BackfillPlan, chunk: number, context: ChunkContext): Promise<ChunkOutcome> {
    const { slices, chunks, views } = plan;
    const i = Math.floor(chunk / chunks);
    const events = isStaging(plan)
      ? (slices[chunk]?.events ?? 0)
      : (viewPlan(plan, i).segments?.events_scanned ?? 0) / chunks;
    const pauseMs = await this.#pauseMs(job, plan, events);
    if (pauseMs > 0) return { kind: 'later', afterMs: Math.min(pauseMs, LONGEST_PAUSE_MS) };
    if (isStaging(plan)) return this.#stage(job, plan, chunk);
    const planned = views[i] as PlannedView;
    const target = await backfillTarget(this.#dependencies, job.project, planned);
    const { entity } = planned;
    const reading = {
      threads: job.threads,
      ...(slices.length === 0 ? {} : { staged: { run: plan.run, entity } }),
    };
    const result = await target.run.writeChunk(viewPlan(plan, i), chunk % chunks, context, reading);
    return { kind: 'done', result };
  }

  async #pauseMs({ events_per_second: rate }: Job, { run }: BackfillPlan, events: number): Promise<number> {
    if (rate === 0) return 0;
    const { redis, clock } = this.#dependencies;
    return reservePace(redis, run, { costMs: (1_000 * events) / rate, nowMs: clock() });
  }

  async #stage(job: Job, plan: BackfillPlan, number: number): Promise<ChunkOutcome> {
    const { offline, redis, clock } = this.#dependencies;
    if ((await stagedSlices(offline, plan.run)).has(number))
      return { kind: 'done', result: { was_done: true } };
    const targets = await backfillTargets(this.#dependencies, job);
    const slice = plan.slices[number] as Message<'BackfillSlice'>;
    const staged = {
      run: plan.run,
      source: targets[0].source,
      entities: entitiesOf(targets, offline).entities,
      chunks: plan.chunks,
      buckets: redis.buckets,
      finishedLoads: plan.finished_loads,
    };
    const range = {
      fromMs: slice.has_from ? slice.from_ms : null,
      untilMs: slice.until_ms,
      events: slice.events,
    };
    if (!(await stageSlice(offline, staged, number, range, job.threads)))
      return { kind: 'later', afterMs: LOOK_AGAIN_MS };
    faultPoint('slice-staged');
    await recordSlice(offline, plan.run, number, range, clock());
    return { kind: 'done', result: {} };
  }

  async finish(
    job: Job,
    plan: BackfillPlan,
    done: ReadonlyMap<number, ChunkResult>,
  ): Promise<Finish<'backfill'>> {
    if (isStaging(plan)) return this.#staged(plan);
    const { offline, clock } = this.#dependencies;
    const targets = await backfillTargets(this.#dependencies, job);
    const { slices, chunks } = plan;
    const lost: number[] = [];
    const views: { view: string; result: Message<'MaterializeResult'> }[] = [];
    for (const [i, { view, run }] of targets.entries()) {
      const first = i * chunks;
      const own = new Map([...done].filter(([chunk]) => chunk >= first && chunk < first + chunks));
      const finish = await run.finish(viewPlan(plan, i), own);
      if (finish.kind === 'again') lost.push(...finish.chunks.map((chunk) => first + chunk));
      if (finish.kind === 'done')
        views.push({
          view: definitionName(view),
          result: messageFromJson('MaterializeResult', finish.result),
        });
    }
    if (lost.length > 0) return { kind: 'again', chunks: lost };
    await dropStaged(offline, plan.run);
    return {
      kind: 'done',
      result: {
        views,
        events_staged: slices.reduce((sum, { events }) => sum + events, 0),
        duration_ms: clock() - plan.started_at_ms,
      },
    };
  }

  async #staged(plan: BackfillPlan): Promise<Finish<'backfill'>> {
    const staged = await stagedSlices(this.#dependencies.offline, plan.run);
    const missing = plan.slices.flatMap((_, number) => (staged.has(number) ? [] : [number]));
    return missing.length > 0
      ? { kind: 'again', chunks: missing }
      : { kind: 'replan', plan: { ...plan, is_staged: true } };
  }

  /** What is staged stays for whoever lets the job go on; a job that was cancelled stages again. */
  async failed(job: Job, plan: BackfillPlan, error: ForebayError): Promise<void> {
    for (const [i, { run }] of (await backfillTargets(this.#dependencies, job)).entries())
      await run.failed(viewPlan(plan, i), error.message);
    if (error.reason === 'cancelled') await dropStaged(this.#dependencies.offline, plan.run);
  }
}

function isStaging(plan: BackfillPlan): boolean {
  return plan.slices.length > 0 && !plan.is_staged;
}

function viewPlan({ views }: BackfillPlan, i: number): MaterializePlan {
  const plan = views[i]?.plan;
  if (plan) return plan;
  throw new ForebayError('internal', `the plan of a backfill lacks that of its view ${i}`);
}
