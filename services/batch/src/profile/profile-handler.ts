/** Jobs of the kind profile: statistics of features in ClickHouse, and how far they are from a baseline. */
import { ForebayError, type Message, messageFromJson } from '@forebay/contract';
import type { FeatureReference } from '@forebay/definitions';
import type {
  ChunkContext,
  ChunkOutcome,
  ChunkResult,
  Finish,
  JobHandler,
  Payload,
  Plan,
} from '@forebay/jobs';
import type { OfflineStore } from '@forebay/offline-store';
import type { RedisConnection } from '@forebay/online-store';
import {
  DEFAULT_THRESHOLDS,
  finishProfile,
  instantsOf,
  type ProfileHead,
  profileDrift,
  profileRecomputed,
  profileServed,
  readProfile,
  type SampleProfile,
  storeDrift,
  storeProfile,
} from '@forebay/profiles';
import { featureColumns } from '@forebay/training-set';
import { registeredView } from '../registered-view';

type Job = Payload<'profile'>;
type ProfilePlan = Plan<'profile'>;
type Part = Message<'ProfilePart'>;
type Interval = Message<'ProfiledInterval'>;

/** Of a view: a distribution of so many values is known to a thousandth. */
const USUAL_ROWS = 1_000_000;

export interface ProfileDependencies {
  readonly offline: OfflineStore;
  readonly redis: RedisConnection;
  readonly clock: () => number;
}

export class ProfileHandler implements JobHandler<'profile'> {
  readonly #dependencies: ProfileDependencies;

  constructor(dependencies: ProfileDependencies) {
    this.#dependencies = dependencies;
  }

  /** What would be refused at the end is refused here. */
  async plan(job: Job): Promise<ProfilePlan> {
    const { offline, redis, clock } = this.#dependencies;
    const intervals = intervalsOf(job);
    for (const interval of intervals) checkInterval(interval);
    const views = viewsOf(job.features);
    if (views.length === 0 && job.served_service === '')
      throw new ForebayError(
        'invalid_request',
        'the profile names neither features nor a served feature service',
      );
    for (const [first] of views)
      await registeredView(redis, { project: job.project, ...(first as FeatureReference) });
    if (job.baseline !== '') await readProfile(offline, job.project, job.baseline);
    const parts = intervals.flatMap((interval) =>
      job.served_service === ''
        ? views.map((features) => ({ interval, features: [...features] }))
        : [{ interval, features: [] }],
    );
    return messageFromJson('ProfilePlan', { made_at_ms: clock(), parts });
  }

  chunksOf({ parts }: ProfilePlan): number {
    return parts.length;
  }

  /** History is what it was. */
  async isCurrent(): Promise<boolean> {
    return true;
  }

  async runChunk(job: Job, plan: ProfilePlan, chunk: number, context: ChunkContext): Promise<ChunkOutcome> {
    const part = plan.parts[chunk] as Part;
    const { features, rows, oneOf } = await this.#profile(job, part, context);
    const interval = part.interval as Interval;
    await storeProfile(this.#dependencies.offline, headOf(job, plan, interval), features);
    // how thin a sample was is told with the result, by the number of its rows
    return { kind: 'done', result: { values: rows, older: oneOf > 1 ? oneOf : 0 } };
  }

  async #profile(job: Job, { interval, features }: Part, { signal }: ChunkContext): Promise<SampleProfile> {
    const { offline, redis } = this.#dependencies;
    const { from_ms: fromMs, until_ms: untilMs, every_ms: everyMs } = interval as Interval;
    if (job.served_service !== '') {
      const sample = { project: job.project, service: job.served_service, fromMs, untilMs };
      const served = await profileServed(offline, sample);
      return { features: served, rows: Math.max(0, ...served.map(({ rows }) => rows)), oneOf: 1 };
    }
    const [first] = features;
    const { project } = await registeredView(redis, { project: job.project, ...(first as FeatureReference) });
    const all = featureColumns(job.features, [], false);
    const nameOf = (feature: FeatureReference) => all[indexOf(job.features, feature)] as string;
    return profileRecomputed(offline, {
      project,
      features,
      names: features.map(nameOf),
      instants: instantsOf(fromMs, untilMs, everyMs === 0 ? null : everyMs),
      maxRows: job.max_rows === 0 ? USUAL_ROWS : job.max_rows,
      signal,
    });
  }

  async finish(
    job: Job,
    plan: ProfilePlan,
    done: ReadonlyMap<number, ChunkResult>,
  ): Promise<Finish<'profile'>> {
    const { offline, clock } = this.#dependencies;
    const interval = job.interval as Interval;
    const isOwn = ({ interval: other }: Part) => other?.profile === interval.profile;
    const rows = plan.parts.reduce(
      (sum, part, chunk) => sum + (isOwn(part) ? (done.get(chunk)?.values ?? 0) : 0),
      0,
    );
    const result = { profile: interval.profile, rows, warnings: sampleWarnings(plan, done) };
    if (rows === 0)
      throw new ForebayError(
        'failed_precondition',
        `profile "${interval.profile}": nothing was served by "${job.served_service}" in that interval`,
      );
    for (const each of intervalsOf(job)) await finishProfile(offline, headOf(job, plan, each));
    const current = await readProfile(offline, job.project, interval.profile);
    const baseline = job.baseline_interval?.profile || job.baseline;
    if (baseline === '') return { kind: 'done', result: { ...result, features: current.features.length } };
    const before = await readProfile(offline, job.project, baseline);
    const { thresholds } = job;
    const limits = thresholds ?? DEFAULT_THRESHOLDS;
    const drift = profileDrift(before.features, current.features, limits);
    await storeDrift(offline, current, before, drift, limits, clock());
    return {
      kind: 'done',
      result: {
        ...result,
        baseline,
        features: current.features.length,
        drift: drift.map(({ feature, view, state, psi, ks, js, exceeded }) => ({
          feature,
          view,
          state,
          psi: psi ?? 0,
          ks: ks ?? 0,
          js: js ?? 0,
          exceeded: [...exceeded],
        })),
      },
    };
  }

  /** What is left behind is rows that nobody sees. */
  async failed(): Promise<void> {}
}

function intervalsOf({ interval, baseline_interval: baseline }: Job): Interval[] {
  if (!interval || interval.profile === '')
    throw new ForebayError('invalid_request', 'the profile has no interval, or no name');
  if (!baseline) return [interval];
  if (baseline.profile === '' || baseline.profile === interval.profile)
    throw new ForebayError(
      'invalid_request',
      `the baseline of profile "${interval.profile}" needs a name of its own`,
    );
  return [baseline, interval];
}

function checkInterval({ from_ms: fromMs, until_ms: untilMs, every_ms: everyMs }: Interval): void {
  instantsOf(fromMs, untilMs, everyMs === 0 ? null : everyMs);
}

/** The features by their views, in the order in which these come first. */
function viewsOf(features: readonly FeatureReference[]): (readonly FeatureReference[])[] {
  const views = new Map<string, FeatureReference[]>();
  for (const feature of features) {
    const label = `${feature.view}@${feature.version}`;
    views.set(label, [...(views.get(label) ?? []), feature]);
  }
  return [...views.values()];
}

function indexOf(features: readonly FeatureReference[], wanted: FeatureReference): number {
  return features.findIndex(
    ({ view, version, feature }) =>
      view === wanted.view && version === wanted.version && feature === wanted.feature,
  );
}

function headOf(job: Job, plan: ProfilePlan, interval: Interval): ProfileHead {
  return {
    project: job.project,
    profile: interval.profile,
    madeAtMs: plan.made_at_ms,
    sample: job.served_service === '' ? 'recomputed' : 'served_log',
    sampleName: job.served_service,
    fromMs: interval.from_ms,
    untilMs: interval.until_ms,
  };
}

function sampleWarnings({ parts }: ProfilePlan, done: ReadonlyMap<number, ChunkResult>): string[] {
  return parts.flatMap(({ interval, features: [first] }, chunk) => {
    const oneOf = done.get(chunk)?.older ?? 0;
    if (oneOf === 0 || first === undefined) return [];
    return [
      `profile "${interval?.profile}", view "${first.view}@${first.version}": one of ${oneOf} entities was taken, for all would be more rows than asked for`,
    ];
  });
}
