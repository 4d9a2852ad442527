/**
 * Jobs of the kind verify: for each entity of a sample, what is online is compared with what ClickHouse recomputes for the same instant
 * from the events that the stored values say they hold.
 */
import { randomInt, randomUUID } from 'node:crypto';
import { ForebayError, messageFromJson } from '@forebay/contract';
import { definitionName, sourceOf } from '@forebay/definitions';
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
import { registeredView } from '../registered-view';
import { Findings } from './findings';
import { type VerifyDependencies, type VerifyTarget, verifyEntities } from './verify-entities';

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
    const entities = await countEntities(offline, target.asOf, wholeSecond(nowMs), sample);
    return messageFromJson('VerifyPlan', {
      run: randomUUID(),
      run_clock_ms: nowMs,
      chunks: Math.min(MAX_CHUNKS, Math.max(1, Math.ceil(entities / ENTITIES_PER_CHUNK))),
      ...sample,
    });
  }

  async #target(job: Job): Promise<VerifyTarget> {
    const { project, found } = await registeredView(this.#dependencies.redis, job);
    const place = `view "${definitionName(found.view)}"`;
    if (found.kind === 'table view' || found.view.stream === null)
      throw new ForebayError(
        'failed_precondition',
        `${place} has no stream: its values are those of its last run, which writes them all anew; verify views with a stream`,
      );
    const source = sourceOf(project, found.view);
    if (source.pairing !== undefined)
      throw new ForebayError(
        'failed_precondition',
        `${place} reads a source whose events are made of others: its values do not say which of those they hold`,
      );
    const features = new Set(found.view.features.map(({ name }) => name));
    for (const name of Object.keys(job.tolerances))
      if (!features.has(name))
        throw new ForebayError('invalid_request', `${place} has no feature "${name}" to set a tolerance for`);
    return {
      stored: new StoredView(found.view, source),
      asOf: asOfLayout(found.view, source),
      source,
      tolerances: new Map(Object.entries(job.tolerances)),
    };
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
    const { view } = target.stored;
    const { share, seed, chunks, run } = plan;
    const findings = new Findings(view.features.map(({ name }) => name));
    const untilMs = wholeSecond(clock());
    const keys = await listEntities(offline, target.asOf, untilMs, { share, seed }, { chunk, chunks });
    for (let at = 0; at < keys.length; at += ENTITIES_AT_ONCE) {
      signal.throwIfAborted();
      const some = keys.slice(at, at + ENTITIES_AT_ONCE);
      await verifyEntities(this.#dependencies, target, some, findings, signal);
      report({ values: findings.compared, bytes: 0 });
    }
    const { counts: features, differences } = findings;
    await recordVerified(offline, { run, view: labelOf(job), chunk, atMs: clock(), features, differences });
    return { kind: 'done', result: { values: findings.compared } };
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

const labelOf = ({ project, view, version }: Job) => `${project}.${view}@${version}`;

const wholeSecond = (ms: number) => Math.ceil(ms / 1_000) * 1_000;
