import { writeFile } from 'node:fs/promises';
import { basename } from 'node:path';
import { DAY_MS, ForebayError, floorTo, formatInstant, MINUTE_MS } from '@forebay/contract';
import {
  type FeatureReference,
  findView,
  type Project,
  type RegistrySnapshot,
  resolveFeatureService,
  resolveView,
} from '@forebay/definitions';
import type { PayloadInput } from '@forebay/jobs';
import {
  DEFAULT_THRESHOLDS,
  finishProfile,
  profileDrift,
  profileFile,
  readProfile,
  type StoredProfile,
  storeDrift,
  storeProfile,
  type Thresholds,
} from '@forebay/profiles';
import { chooseProject, publishedRegistry } from '../applied-registry';
import type { FeatureArgument } from '../arguments';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import type { Comparison } from '../profile/comparison';
import { profileReport } from '../profile/profile-report';
import { comparisonText } from '../profile/profile-text';
import { progressNote } from '../progress-note';
import { rowFile } from '../row-files';
import { trainingFeaturesOf } from '../training-features';
import { userName } from '../user-name';

export interface ProfileOptions {
  readonly project?: string;
  readonly service?: string;
  readonly variant?: string;
  readonly view?: readonly string[];
  readonly features?: readonly FeatureArgument[];
  readonly served?: string;
  readonly file?: string;
  readonly stored?: string;
  readonly from?: number;
  readonly until?: number;
  readonly every?: number;
  readonly at?: number;
  readonly maxRows?: number;
  readonly name?: string;
  readonly against?: string;
  readonly againstFile?: string;
  readonly againstFrom?: number;
  readonly againstUntil?: number;
  readonly psi?: number;
  readonly ks?: number;
  readonly js?: number;
  readonly report?: string;
  readonly check?: boolean;
  readonly timeout?: number;
}

const DEFAULT_TIMEOUT_MS = 3_600_000;

/** Exit code 1 with --check where a feature has drifted. */
export async function profileCommand(context: CommandContext, options: ProfileOptions): Promise<ExitCode> {
  const { servers, output } = context;
  const snapshot = await publishedRegistry(servers);
  const project = chooseProject(snapshot, options.project);
  const thresholds = {
    psi: options.psi ?? DEFAULT_THRESHOLDS.psi,
    ks: options.ks ?? DEFAULT_THRESHOLDS.ks,
    js: options.js ?? DEFAULT_THRESHOLDS.js,
  };
  const offline = await servers.offline();
  const baselineName =
    options.againstFile === undefined
      ? (options.against ?? null)
      : (await profileOfFile(context, project, options.againstFile, undefined)).profile;
  let comparison: Comparison;
  if (options.file === undefined && options.stored === undefined) {
    const names = await queueProfile(context, snapshot, project, options, baselineName, thresholds);
    comparison = await compared(context, project, names, thresholds);
  } else {
    const profile =
      options.file === undefined
        ? (options.stored as string)
        : (await profileOfFile(context, project, options.file, options.name)).profile;
    comparison = await compared(context, project, { profile, baseline: baselineName }, thresholds);
    const { current, baseline, drift } = comparison;
    if (baseline !== null) await storeDrift(offline, current, baseline, drift, thresholds, Date.now());
  }
  if (options.report !== undefined) await writeReport(options.report, comparison);
  const drifted = comparison.drift.filter(({ state }) => state === 'drifted');
  output.result(comparison, comparisonText(comparison, output));
  if (options.report !== undefined) output.note(`report: ${options.report}`);
  if (drifted.length > 0) output.warning(`drifted: ${drifted.map(({ feature }) => feature).join(', ')}`);
  return options.check === true && drifted.length > 0 ? EXIT.failure : EXIT.ok;
}

interface ProfileNames {
  readonly profile: string;
  readonly baseline: string | null;
}

async function compared(
  { servers }: CommandContext,
  project: Project,
  { profile, baseline }: ProfileNames,
  thresholds: Thresholds,
): Promise<Comparison> {
  const offline = await servers.offline();
  const current = await readProfile(offline, project.name, profile);
  const before = baseline === null ? null : await readProfile(offline, project.name, baseline);
  const drift = before === null ? [] : profileDrift(before.features, current.features, thresholds);
  return { current, baseline: before, drift, thresholds };
}

/** The file is here, so its columns are sent from here, as the rows of a training set are. */
async function profileOfFile(
  { servers, output, interruption }: CommandContext,
  project: Project,
  file: string,
  name: string | undefined,
): Promise<StoredProfile> {
  const offline = await servers.offline();
  const progress = output.progress(`profiling ${basename(file)}`);
  const features = await profileFile(
    offline,
    rowFile(file, undefined, 'a name that ends with it'),
    (share) => progress.update(Math.floor(share * 1_000), 1_000),
    interruption(),
  ).finally(() => progress.stop());
  const head = {
    project: project.name,
    profile: name ?? basename(file),
    madeAtMs: Date.now(),
    sample: 'training_set' as const,
    sampleName: basename(file),
    fromMs: null,
    untilMs: null,
  };
  await storeProfile(offline, head, features);
  await finishProfile(offline, head);
  return { ...head, features };
}

async function queueProfile(
  { servers, output }: CommandContext,
  snapshot: RegistrySnapshot,
  project: Project,
  options: ProfileOptions,
  baseline: string | null,
  thresholds: Thresholds,
): Promise<ProfileNames> {
  const served =
    options.served === undefined ? null : resolveFeatureService(snapshot, project.name, options.served);
  const features = served === null ? featuresOf(snapshot, project, options) : [];
  const what = served === null ? whatIsProfiled(options) : `served ${served.name}@${served.version}`;
  const interval = intervalOf(options, what);
  const against = againstOf(options, what, interval);
  const kept = features.filter(
    ({ view, version }) => findView(project, view, version)?.kind !== 'on-demand view',
  );
  if (kept.length < features.length)
    output.warning(
      `${features.length - kept.length} on-demand features are left out: they are computed from requests; profile a training set, or with --served what was served`,
    );
  const payload: PayloadInput<'profile'> = {
    project: project.name,
    features: kept,
    served_service: served === null ? '' : `${served.name}@${served.version}`,
    interval,
    baseline: baseline ?? '',
    ...(against === null ? {} : { baseline_interval: against }),
    thresholds,
    max_rows: options.maxRows ?? 0,
    requested_by: userName(),
  };
  const queue = await servers.queue();
  if ((await queue.workers()) === 0)
    output.warning(
      'no worker is connected to the queue: start the batch service (node services/batch/dist/main.js, or "forebay dev")',
    );
  const handle = await queue.add('profile', payload);
  const progress = output.progress('profiling');
  const result = await handle
    .finished({
      timeoutMs: options.timeout ?? DEFAULT_TIMEOUT_MS,
      onProgress: (run) => progress.update(run.chunksDone, run.chunks, progressNote(run)),
    })
    .finally(() => progress.stop());
  for (const warning of result.warnings) output.warning(warning);
  return { profile: result.profile, baseline: result.baseline === '' ? null : result.baseline };
}

type Interval = NonNullable<PayloadInput<'profile'>['interval']> & { profile: string };

/** The last day, if nothing is said. */
function intervalOf({ from, until, at, every, name }: ProfileOptions, what: string): Interval {
  if (at !== undefined)
    return { profile: name ?? `${what} ${formatInstant(at)}`, from_ms: at, until_ms: at + 1, every_ms: 1 };
  const untilMs = until ?? floorTo(Date.now(), MINUTE_MS);
  const fromMs = from ?? untilMs - DAY_MS;
  return {
    profile: name ?? nameOf(what, fromMs, untilMs),
    from_ms: fromMs,
    until_ms: untilMs,
    every_ms: every ?? 0,
  };
}

function againstOf(
  { againstFrom, againstUntil, every }: ProfileOptions,
  what: string,
  { profile }: Interval,
): Interval | null {
  if (againstFrom === undefined && againstUntil === undefined) return null;
  if (againstFrom === undefined || againstUntil === undefined)
    throw new ForebayError('invalid_request', 'give --against-from and --against-until together');
  const name = nameOf(what, againstFrom, againstUntil);
  return {
    profile: name === profile ? `${name} (baseline)` : name,
    from_ms: againstFrom,
    until_ms: againstUntil,
    every_ms: every ?? 0,
  };
}

function nameOf(what: string, fromMs: number, untilMs: number): string {
  return `${what} ${formatInstant(fromMs)}..${formatInstant(untilMs)}`;
}

function whatIsProfiled({ service, view, features }: ProfileOptions): string {
  if (service !== undefined) return service;
  if (view !== undefined) return view.join(',');
  return [...new Set((features ?? []).map((each) => each.view))].join(',');
}

function featuresOf(
  snapshot: RegistrySnapshot,
  project: Project,
  options: ProfileOptions,
): readonly FeatureReference[] {
  if (options.view === undefined) return trainingFeaturesOf(snapshot, project, options);
  return options.view.flatMap((reference) => {
    const { view } = resolveView(snapshot, project.name, reference);
    const { name, version } = view;
    return view.features.map((feature) => ({ view: name, version, feature: feature.name }));
  });
}

async function writeReport(file: string, comparison: Comparison): Promise<void> {
  const html = await profileReport(comparison);
  await writeFile(file, html).catch((thrown: NodeJS.ErrnoException) => {
    throw new ForebayError('failed_precondition', `report "${file}" can't be written: ${thrown.message}`, {
      cause: thrown,
    });
  });
}
