/** Rebuilds views: asks the stream service to make their stream values anew, and the batch service to compute their batch values. */
import { ForebayError } from '@forebay/contract';
import {
  type AggregationView,
  definitionName,
  type EventSource,
  type Project,
  type RegistrySnapshot,
  resolveView,
  sourceOf,
} from '@forebay/definitions';
import { isTopicBeginning } from '@forebay/event-log';
import {
  beginRebuild,
  forgetCheckpoint,
  inEveryBucket,
  latestStreamMarker,
  oldestCheckpoint,
  type RedisConnection,
  readViewStanding,
  type ViewOfSource,
  type ViewStanding,
} from '@forebay/online-store';
import { findSource } from './applied-registry';
import { heldBySource } from './held-by-source';
import type { MaterializableView } from './materialize-views';
import type { Servers } from './servers';

/** How often it is looked how far the stream service is. */
const LOOK_MS = 200;

export interface RebuildChoice {
  /** `name` or `name@version`. */
  readonly views: readonly string[];
  readonly source: string | null;
  readonly all: boolean;
}

export interface ViewsToRebuild {
  /** Those with a stream, with their sources. */
  readonly streamed: readonly { readonly view: AggregationView; readonly source: EventSource }[];
  /** Those with values that runs write. */
  readonly materialized: readonly MaterializableView[];
  /** Sources that are read from the archive's end on, as nothing of their checkpoints is kept. */
  readonly sources: readonly EventSource[];
}

/** Throws `not_found`, or `invalid_request` where nothing is chosen, or a view has no stored values. */
export function chooseRebuilt(
  snapshot: RegistrySnapshot,
  project: Project,
  { views, source, all }: RebuildChoice,
): ViewsToRebuild {
  const chosen = all
    ? [...project.aggregationViews, ...project.tableViews]
    : source === null
      ? views.map((reference) => storedView(snapshot, project, reference))
      : viewsOf(project, findSource(project, source));
  if (chosen.length === 0)
    throw new ForebayError('invalid_request', 'name the views to rebuild, or give --source or --all');
  const streamed = chosen.flatMap((view) =>
    'stream' in view && view.stream !== null ? [{ view, source: sourceOf(project, view) }] : [],
  );
  const paired = streamed.filter(({ source: read }) => read.pairing !== undefined);
  const [refused] = all ? [] : paired;
  if (refused !== undefined) {
    const { view, source: read } = refused;
    throw new ForebayError(
      'failed_precondition',
      `view "${definitionName(view)}" reads source "${read.name}", whose events are made of others, and cannot be rebuilt apart: when Redis has lost everything ` +
        'the stream service makes its values anew by itself, and "forebay materialize" its batch values; else declare a new version; name the other views',
    );
  }
  const materialized = chosen.filter(
    (view) => !('batch' in view) || view.batch !== null || view.schedule !== null,
  );
  const apart = streamed.filter((entry) => !paired.includes(entry));
  const sources = all || source !== null ? [...new Set(apart.map((entry) => entry.source))] : [];
  return { streamed: apart, materialized, sources };
}

function viewsOf(project: Project, source: EventSource): AggregationView[] {
  const views = project.aggregationViews.filter((view) => view.source === source.name);
  if (views.length > 0) return views;
  throw new ForebayError(
    'invalid_request',
    `no view reads source "${source.name}": there is nothing to rebuild`,
  );
}

function storedView(snapshot: RegistrySnapshot, project: Project, reference: string): MaterializableView {
  const { kind, view } = resolveView(snapshot, project.name, reference);
  if (kind !== 'on-demand view') return view;
  throw new ForebayError(
    'invalid_request',
    `view "${definitionName(view)}" is an ${kind}: it has no stored values, for they are computed when they are asked for`,
  );
}

/**
 * From now on the views' values are DEGRADED, until the stream service has made them anew. A rebuild that is under way goes on.
 * Can be repeated; what is left undone by a death in between is done by the next one.
 */
export async function requestRebuild(servers: Servers, { streamed, sources }: ViewsToRebuild): Promise<void> {
  const redis = await servers.redis();
  const begun = new Set<EventSource>();
  for (const { view, source } of streamed) {
    const ids = { sourceId: source.id, viewId: view.id };
    const outcomes = await inEveryBucket(redis, (bucket) => beginRebuild(redis, bucket, ids));
    if (outcomes.includes(true)) begun.add(source);
  }
  for (const source of sources) {
    // of a rebuild that is under way the checkpoint is a new one, unless Kafka has deleted what it stands at
    if (begun.has(source) || (await isOvertaken(servers, source)))
      await inEveryBucket(redis, (bucket) => forgetCheckpoint(redis, bucket, source.id));
  }
}

/** Whether Kafka deleted records before they were read. */
async function isOvertaken(servers: Servers, source: EventSource): Promise<boolean> {
  const checkpoint = await oldestCheckpoint(await servers.redis(), source.id);
  const held = await heldBySource(servers, source);
  return [...held].some(([partition, { low }]) => {
    const offset = checkpoint?.offsets[partition] ?? -1;
    return offset >= 0 && offset < low && !isTopicBeginning(low);
  });
}

/** How the stream values of a view stand, over all buckets. */
export interface RebuildState {
  /** The step that is under way in any bucket; `waiting`: the stream service has not begun, or does not run. */
  readonly step: 'waiting' | 'reading' | 'joining' | 'done';
  /** Records that are still to be read; null: not known. */
  readonly left: number | null;
}

export async function readRebuildState(
  redis: RedisConnection,
  view: AggregationView,
  source: EventSource,
): Promise<RebuildState> {
  const ids: ViewOfSource = { sourceId: source.id, viewId: view.id };
  const standings = await inEveryBucket(redis, (bucket) => readViewStanding(redis, bucket, ids));
  if (standings.every(({ kind }) => kind === 'fed')) return { step: 'done', left: 0 };
  const stages = new Set(standings.flatMap(stageOf));
  if (stages.has('clearing') || standings.some(({ kind }) => kind === 'absent'))
    return { step: 'waiting', left: null };
  if (!stages.has('reading')) return { step: 'joining', left: 0 };
  const checkpoint = await oldestCheckpoint(redis, source.id);
  return { step: 'reading', left: recordsLeft(standings, checkpoint?.offsets ?? new Float64Array()) };
}

const stageOf = (standing: ViewStanding) => (standing.kind === 'catching_up' ? [standing.catchUp.stage] : []);

/** Of the bucket that is furthest back, up to where the common reading is. */
function recordsLeft(standings: readonly ViewStanding[], common: Float64Array): number {
  const left = standings.map((standing) => {
    if (standing.kind !== 'catching_up' || standing.catchUp.stage !== 'reading') return 0;
    const { offsets } = standing.catchUp;
    return common.reduce(
      (sum, end, partition) => sum + Math.max(0, end - Math.max(0, offsets[partition] ?? 0)),
      0,
    );
  });
  return left.reduce((most, one) => Math.max(most, one), 0);
}

export interface RebuiltStream {
  /** `name@version`. */
  readonly view: string;
  readonly seconds: number;
  /** Since when the stream values are complete; null: always. What reaches further back comes from batch values, or is DEGRADED. */
  readonly complete_since_ms: number | null;
}

/** Resolves when the stream values of the view are complete. Throws `deadline_exceeded` with the step that was under way. */
export async function waitForStream(
  servers: Servers,
  view: AggregationView,
  source: EventSource,
  options: {
    readonly timeoutMs: number;
    readonly clock: () => number;
    readonly onState: (state: RebuildState) => void;
  },
): Promise<RebuiltStream> {
  const redis = await servers.redis();
  const startedMs = options.clock();
  for (;;) {
    const state = await readRebuildState(redis, view, source);
    options.onState(state);
    const elapsedMs = options.clock() - startedMs;
    if (state.step === 'done') {
      const sinceMs = (await latestStreamMarker(redis, view.id))?.completeSinceMs ?? null;
      return {
        view: definitionName(view),
        seconds: elapsedMs / 1_000,
        complete_since_ms: sinceMs !== null && Number.isFinite(sinceMs) ? sinceMs : null,
      };
    }
    if (elapsedMs >= options.timeoutMs) {
      throw new ForebayError(
        'deadline_exceeded',
        `view "${definitionName(view)}": its stream values are not made anew yet (${state.step}); ` +
          'look whether the stream service runs; the rebuild goes on without this command, and the same command waits for it again',
      );
    }
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS));
  }
}
