/**
 * Jobs of the kind verify: for each entity of a sample, what is online is compared with what ClickHouse recomputes for the same instant:
 * of a view with a stream from the events that the stored values say they hold, of others from what their runs have seen.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { ForebayError, messageFromJson } from '@forebay/contract';
import { definitionName, sourceOf, tableSourceOf } from '@forebay/definitions';
import type {
  ChunkContext,
  ChunkOutcome,
  ChunkResult,
  Finish,
  JobHandler,
  Payload,
  Plan,
} from '@forebay/jobs';
import {
  asOfLayout,
  countEntities,
  dropAbandonedRecomputations,
  listEntities,
  readDifferences,
  readVerified,
  recordVerified,
} from '@forebay/offline-store';
import { StoredView } from '@forebay/online-store';
import { type RegisteredView, registeredView } from '../registered-view';
import { Findings } from './findings';
import { type RunValues, scheduledRunValues, tableRunValues } from './run-values';
import { type VerifyDependencies, type VerifyTarget, verifyEntities } from './verify-entities';
import { verifyRunValues } from './verify-run-values';

type Job = Payload<'verify'>;
type VerifyPlan = Plan<'verify'>;

const ENTITIES_PER_CHUNK = 10_000;
const MAX_CHUNKS = 256;
/** Entities whose values are of one instant: few enough that it is a recent one. */
const ENTITIES_AT_ONCE = 2_000;
const SHOWN_DIFFERENCES = 50;

export interface VerifyHandlerDependencies extends VerifyDependencies {
  /** Of entities, where a job asks for none. */
  readonly verifyShare: number;
}

/** A view with a stream, or one that nothing but its runs writes. */
type Target = { readonly features: readonly string[]; readonly tolerances: ReadonlyMap<string, number> } & (
  | { readonly kind: 'stream'; readonly stream: VerifyTarget }
  | { readonly kind: 'runs'; readonly values: RunValues }
);

export class VerifyHandler implements JobHandler<'verify'> {
  readonly #dependencies: VerifyHandlerDependencies;

  constructor(dependencies: VerifyHandlerDependencies) {
    this.#dependencies = dependencies;
  }

  async plan(job: Job): Promise<VerifyPlan> {
    const { offline, clock, verifyShare } = this.#dependencies;
    const share = job.share === 0 ? verifyShare : job.share;
    if (!(share > 0 && share <= 1))
      throw new ForebayError(
        'invalid_request',
        `the share of entities is ${share}: give one above 0, up to 1`,
      );
    const target = await this.#target(job);
    await dropAbandonedRecomputations(offline);
    const nowMs = clock();
    const sample = { share, seed: randomInt(2 ** 31) };
    const entities =
      target.kind === 'runs'
        ? share * (await target.values.countEntities())
        : await countEntities(offline, target.stream.asOf, wholeSecond(nowMs), sample);
    return messageFromJson('VerifyPlan', {
      run: randomUUID(),
      run_clock_ms: nowMs,
      chunks: Math.min(MAX_CHUNKS, Math.max(1, Math.ceil(entities / ENTITIES_PER_CHUNK))),
      ...sample,
    });
  }

  async #target(job: Job): Promise<Target> {
    const registered = await registeredView(this.#dependencies.redis, job);
    const { view } = registered.found;
    const place = `view "${definitionName(view)}"`;
    const features = view.features.map(({ name }) => name);
    for (const name of Object.keys(job.tolerances))
      if (!features.includes(name))
        throw new ForebayError('invalid_request', `${place} has no feature "${name}" to set a tolerance for`);
    const tolerances = new Map(Object.entries(job.tolerances));
    const values = await this.#runValues(registered);
    if (values !== null) return { kind: 'runs', features, tolerances, values };
    return { kind: 'stream', features, tolerances, stream: streamTarget(registered, tolerances) };
  }

  /** null: the view has a stream. */
  async #runValues({ project, found }: RegisteredView): Promise<RunValues | null> {
    if (found.kind === 'table view')
      return tableRunValues(this.#dependencies, found.view, tableSourceOf(project, found.view));
    const { view } = found;
    if (view.schedule === null) return null;
    return scheduledRunValues(this.#dependencies, view, sourceOf(project, view), view.schedule);
  }

  chunksOf({ chunks }: VerifyPlan): number {
    return chunks;
  }

  async isCurrent(): Promise<boolean> {
    return true;
  }

  async runChunk(
    job: Job,
    plan: VerifyPlan,
    chunk: number,
    { signal, report }: ChunkContext,
  ): Promise<ChunkOutcome> {
    const { offline, clock } = this.#dependencies;
    const target = await this.#target(job);
    const { run } = plan;
    const findings = new Findings(target.features);
    const onCompared = () => report({ values: findings.compared, bytes: 0 });
    if (target.kind === 'runs') {
      const verification = { ...target, redis: this.#dependencies.redis };
      await verifyRunValues(verification, runShare(plan, chunk), findings, { signal, onCompared });
    } else {
      await this.#verifyStream(target.stream, plan, chunk, findings, { signal, onCompared });
    }
    const { counts: features, differences } = findings;
    await recordVerified(offline, { run, view: labelOf(job), chunk, atMs: clock(), features, differences });
    return { kind: 'done', result: { values: findings.compared } };
  }

  async #verifyStream(
    target: VerifyTarget,
    { share, seed, chunks }: VerifyPlan,
    chunk: number,
    findings: Findings,
    { signal, onCompared }: { readonly signal: AbortSignal; readonly onCompared: () => void },
  ): Promise<void> {
    const { offline, clock } = this.#dependencies;
    const untilMs = wholeSecond(clock());
    const keys = await listEntities(offline, target.asOf, untilMs, { share, seed }, { chunk, chunks });
    for (let at = 0; at < keys.length; at += ENTITIES_AT_ONCE) {
      signal.throwIfAborted();
      const some = keys.slice(at, at + ENTITIES_AT_ONCE);
      await verifyEntities(this.#dependencies, target, some, findings, signal);
      onCompared();
    }
  }

  async finish(
    job: Job,
    { run, run_clock_ms: runClockMs }: VerifyPlan,
    _: ReadonlyMap<number, ChunkResult>,
  ): Promise<Finish<'verify'>> {
    const { offline, clock } = this.#dependencies;
    const named = { run, view: labelOf(job) };
    const verified = [...(await readVerified(offline, named))];
    const sum = (name: 'compared' | 'different' | 'degraded' | 'late') =>
      verified.reduce((total, [, counts]) => total + counts[name], 0);
    const differences = await readDifferences(offline, named, SHOWN_DIFFERENCES);
    return {
      kind: 'done',
      result: {
        run_clock_ms: runClockMs,
        entities: verified[0]?.[1].entities ?? 0,
        values_compared: sum('compared'),
        values_different: sum('different'),
        values_degraded: sum('degraded'),
        values_late: sum('late'),
        features: verified.map(([feature, { compared, different }]) => ({ feature, compared, different })),
        differences: differences.map(({ entityKey, asOfMs, ...rest }) => ({
          ...rest,
          entity_key: entityKey,
          as_of_ms: asOfMs,
        })),
        duration_ms: clock() - runClockMs,
      },
    };
  }

  /** Nothing was begun elsewhere. */
  async failed(): Promise<void> {}
}

/** Throws `failed_precondition` for a view whose stored values do not say what is in them. */
function streamTarget(
  { project, found }: RegisteredView,
  tolerances: ReadonlyMap<string, number>,
): VerifyTarget {
  if (found.kind === 'table view') throw new ForebayError('internal', 'a table view has no stream');
  const { view } = found;
  const source = sourceOf(project, view);
  if (source.pairing !== undefined)
    throw new ForebayError(
      'failed_precondition',
      `view "${definitionName(view)}" reads a source whose events are made of others: its values do not say which of those they hold`,
    );
  return { stored: new StoredView(view, source), asOf: asOfLayout(view, source), source, tolerances };
}

/**
 * A run's values are computed by shares of the entities' hashes, so a sample is some of these shares: as many as there are chunks, beginning
 * at another one each time.
 */
function runShare({ chunks, share, seed }: VerifyPlan, chunk: number): { chunk: number; chunks: number } {
  const all = Math.max(chunks, Math.round(chunks / share));
  return { chunk: (seed + chunk) % all, chunks: all };
}

const labelOf = ({ project, view, version }: Job) => `${project}.${view}@${version}`;

const wholeSecond = (ms: number) => Math.ceil(ms / 1_000) * 1_000;
