/**
 * Jobs of the kind verify_served: the log of served vectors is compared with what a training set has of the same entities and instants, one
 * part of the time after the other.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { DAY_MS, ForebayError, formatInstant, MINUTE_MS, messageFromJson } from '@forebay/contract';
import {
  definitionName,
  findProject,
  findView,
  type Project,
  type RegistrySnapshot,
  resolveFeatureService,
} from '@forebay/definitions';
import type {
  ChunkContext,
  ChunkOutcome,
  ChunkResult,
  Finish,
  JobHandler,
  Payload,
  Plan,
} from '@forebay/jobs';
import { type OfflineStore, readServedDifferences, readServedVerification } from '@forebay/offline-store';
import type { RedisConnection } from '@forebay/online-store';
import { servedLayouts, verifyServedLog } from '@forebay/training-set';
import { publishedSnapshot } from '../registered-view';

type Job = Payload<'verify_served'>;
type ServedPlan = Plan<'verify_served'>;

const ROWS_PER_CHUNK = 500_000;
const MAX_CHUNKS = 256;
const SHOWN_DIFFERENCES = 50;
/** The archive has what became known until then, if the stream service does not lag. */
const SETTLED_AFTER_MS = 5 * MINUTE_MS;

export interface VerifyServedDependencies {
  readonly offline: OfflineStore;
  readonly redis: RedisConnection;
  readonly clock: () => number;
  /** Of entities, where a job asks for none. */
  readonly verifyShare: number;
}

export class VerifyServedHandler implements JobHandler<'verify_served'> {
  readonly #dependencies: VerifyServedDependencies;

  constructor(dependencies: VerifyServedDependencies) {
    this.#dependencies = dependencies;
  }

  async plan(job: Job): Promise<ServedPlan> {
    const { offline, clock, verifyShare } = this.#dependencies;
    const nowMs = clock();
    const { fromMs, toMs } = timesOf(job, nowMs);
    const share = job.share === 0 ? verifyShare : job.share;
    if (!(share > 0 && share <= 1))
      throw new ForebayError(
        'invalid_request',
        `the share of entities is ${share}: give one above 0, up to 1`,
      );
    const { snapshot, project } = await this.#project(job.project);
    for (const feature of Object.keys(job.tolerances)) checkFeature(project, feature);
    const featureService =
      job.feature_service === ''
        ? null
        : definitionName(resolveFeatureService(snapshot, project.name, job.feature_service));
    const sample = { share, seed: randomInt(2 ** 31) };
    const layouts = await servedLayouts(offline, { project, featureService, fromMs, toMs, ...sample });
    const rows = layouts.reduce((sum, layout) => sum + layout.rows, 0);
    const chunks = Math.min(MAX_CHUNKS, toMs - fromMs, Math.max(1, Math.ceil(rows / ROWS_PER_CHUNK)));
    return messageFromJson('VerifyServedPlan', {
      run: randomUUID(),
      run_clock_ms: nowMs,
      chunks,
      from_ms: fromMs,
      to_ms: toMs,
      ...sample,
      feature_service: featureService ?? '',
      rows,
      retired: [...new Set(layouts.flatMap(({ retired }) => retired))],
    });
  }

  async #project(name: string): Promise<{ snapshot: RegistrySnapshot; project: Project }> {
    const snapshot = await publishedSnapshot(this.#dependencies.redis);
    const project = snapshot === null ? undefined : findProject(snapshot, name);
    if (snapshot !== null && project !== undefined) return { snapshot, project };
    throw new ForebayError('not_found', `project "${name}" is not in the registry; run "forebay apply"`);
  }

  chunksOf({ chunks }: ServedPlan): number {
    return chunks;
  }

  /** What was served is what it was. */
  async isCurrent(): Promise<boolean> {
    return true;
  }

  async runChunk(job: Job, plan: ServedPlan, chunk: number, { signal }: ChunkContext): Promise<ChunkOutcome> {
    const { offline } = this.#dependencies;
    const run = runOf(plan, chunk);
    const isDone = (await readServedVerification(offline, [run])).length > 0;
    if (isDone) return { kind: 'done', result: { was_done: true } };
    const { project } = await this.#project(job.project);
    const { from_ms: fromMs, to_ms: toMs, chunks, share, seed, feature_service: service } = plan;
    const startOf = (index: number) => fromMs + Math.floor(((toMs - fromMs) * index) / chunks);
    const selection = {
      project,
      featureService: service === '' ? null : service,
      fromMs: startOf(chunk),
      toMs: startOf(chunk + 1),
      share,
      seed,
    };
    const terms = {
      run,
      tolerances: new Map(Object.entries(job.tolerances)),
      inFlightMs: job.has_in_flight ? job.in_flight_ms : null,
      signal,
    };
    const { features } = await verifyServedLog(offline, { ...selection, ...terms }, plan.run_clock_ms);
    return {
      kind: 'done',
      result: { values: features.reduce((sum, { compared }) => sum + compared, 0) },
    };
  }

  async finish(
    _: Job,
    plan: ServedPlan,
    __: ReadonlyMap<number, ChunkResult>,
  ): Promise<Finish<'verify_served'>> {
    const { offline, clock } = this.#dependencies;
    const runs = Array.from({ length: plan.chunks }, (___, chunk) => runOf(plan, chunk));
    const features = await readServedVerification(offline, runs);
    const differences = await readServedDifferences(offline, runs, SHOWN_DIFFERENCES);
    return {
      kind: 'done',
      result: {
        run: plan.run,
        from_ms: plan.from_ms,
        to_ms: plan.to_ms,
        rows: plan.rows,
        features: features.map(({ inFlight, ...counts }) => ({ ...counts, in_flight: inFlight })),
        differences: differences.map(({ featureService, asOfMs, requestId, entityKey, ...rest }) => ({
          ...rest,
          feature_service: featureService,
          as_of_ms: asOfMs,
          request_id: requestId,
          entity_key: entityKey,
        })),
        retired: plan.retired,
        duration_ms: clock() - plan.run_clock_ms,
      },
    };
  }

  /** What is left behind is rows of a run that nobody is told of. */
  async failed(): Promise<void> {}
}

const runOf = ({ run }: ServedPlan, chunk: number) => `${run}/${chunk}`;

function timesOf(
  { from_ms: from, to_ms: to, span_ms: span }: Job,
  nowMs: number,
): { fromMs: number; toMs: number } {
  const toMs = to === 0 ? nowMs - SETTLED_AFTER_MS : to;
  const fromMs = from === 0 ? toMs - (span === 0 ? DAY_MS : span) : from;
  if (fromMs < toMs) return { fromMs, toMs };
  throw new ForebayError(
    'invalid_request',
    `from_ms (${formatInstant(fromMs)}) is not before to_ms (${formatInstant(toMs)})`,
  );
}

function checkFeature(project: Project, name: string): void {
  const [view = '', feature = ''] = name.split(':');
  const at = view.lastIndexOf('@');
  const known = at > 0 ? findView(project, view.slice(0, at), Number(view.slice(at + 1))) : undefined;
  if (known?.view.features.some((each) => each.name === feature) === true) return;
  throw new ForebayError(
    'invalid_request',
    `tolerance for "${name}": project "${project.name}" has no such feature; name it as view@version:feature`,
  );
}
