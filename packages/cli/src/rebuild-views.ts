/** Rebuilds views: which ones, from when on they are DEGRADED, and how far the stream service is. */
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
import { isOvertaken } from '@forebay/event-log';
import {
  latestStreamMarker,
  oldestCheckpoint,
  type RebuildState,
  readRebuildState,
  requestRebuild,
} from '@forebay/online-store';
import { findReadSource } from './applied-registry';
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
      : viewsOf(project, findReadSource(project, source));
  if (chosen.length === 0)
    throw new ForebayError('invalid_request', 'name the views to rebuild, or give --source or --all');
  const streamed = chosen.flatMap((view) =>
    'stream' in view && view.stream !== null ? [{ view, source: sourceOf(project, view) }] : [],
  );
  const materialized = chosen.filter(
    (view) => !('batch' in view) || view.batch !== null || view.schedule !== null,
  );
  const read = new Map(streamed.map((entry) => [entry.source.id, entry.source]));
  const sources = all || source !== null ? [...read.values()] : [];
  return { streamed, materialized, sources };
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
 * From now on the views' values are DEGRADED, until they are made anew. A rebuild that is under way goes on.
 * Can be repeated; what is left undone by a death in between is done by the next one.
 */
export async function beginRebuilds(
  servers: Servers,
  { streamed, materialized, sources }: ViewsToRebuild,
): Promise<void> {
  const redis = await servers.redis();
  const ids = new Set(streamed.map(({ view }) => view.id));
  await requestRebuild(redis, {
    streamed: streamed.map(({ view, source }) => ({ sourceId: source.id, viewId: view.id })),
    stored: materialized.flatMap((view) => (isStoredAlone(view) && !ids.has(view.id) ? [view.id] : [])),
    sources: sources.map((source) => ({
      sourceId: source.id,
      isOvertaken: async () => {
        const checkpoint = await oldestCheckpoint(redis, source.id);
        return isOvertaken(checkpoint?.offsets ?? [], await heldBySource(servers, source));
      },
    })),
  });
}

/** Whether nobody but runs writes its values. */
function isStoredAlone(view: MaterializableView): boolean {
  return !('stream' in view) || view.stream === null;
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
    const state = await readRebuildState(redis, { sourceId: source.id, viewId: view.id });
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
