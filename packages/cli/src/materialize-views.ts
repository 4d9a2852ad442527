import { ceilTo, ForebayError, floorTo, formatDuration, formatInstant } from '@forebay/contract';
import {
  type AggregationView,
  definitionName,
  type Project,
  type RegistrySnapshot,
  resolveView,
  type View,
} from '@forebay/definitions';
import type { MaterializeHandle, MaterializeProgress, MaterializeQueue } from '@forebay/jobs';
import { requireCutStep } from './applied-registry';

export interface QueuedRun {
  /** `name@version`. */
  readonly view: string;
  readonly handle: MaterializeHandle;
}

export type MaterializedView =
  | ({ readonly view: string; readonly state: 'done' } & Awaited<ReturnType<MaterializeHandle['finished']>>)
  | { readonly view: string; readonly state: 'failed'; readonly error: string };

export interface MaterializeChoice {
  /** `name` or `name@version`; empty: all views with batch values, each in its newest version. */
  readonly views: readonly string[];
  /** The tick, of views on a schedule. null: each run chooses the latest possible cut. */
  readonly cutMs: number | null;
}

/** Throws `not_found`, or `invalid_request` for a view without batch values or a cut that is none of its cuts. */
export function chooseViews(
  snapshot: RegistrySnapshot,
  project: Project,
  { views, cutMs }: MaterializeChoice,
): AggregationView[] {
  const chosen =
    views.length === 0
      ? project.aggregationViews.filter((view) => view.batch !== null || view.schedule !== null)
      : views.map((reference) => aggregationView(resolveView(snapshot, project.name, reference)));
  if (chosen.length === 0) {
    throw new ForebayError('invalid_request', `project "${project.name}" has no view with batch values`);
  }
  for (const view of chosen) checkCut(view, cutMs);
  return [...new Set(chosen)];
}

function aggregationView({ kind, view }: View): AggregationView {
  if (kind === 'aggregation view') return view;
  throw new ForebayError(
    'invalid_request',
    `view "${definitionName(view)}" is ${kind === 'table view' ? 'a' : 'an'} ${kind}: it has no batch values`,
  );
}

function checkCut(view: AggregationView, cutMs: number | null): void {
  const stepMs = requireCutStep(view);
  if (cutMs === null || cutMs % stepMs === 0) return;
  const nearest = `${formatInstant(floorTo(cutMs, stepMs))} and ${formatInstant(ceilTo(cutMs, stepMs))}`;
  throw new ForebayError(
    'invalid_request',
    `view "${definitionName(view)}": cut ${formatInstant(cutMs)} is not a multiple of its ${view.schedule === null ? 'cut hop' : 'interval'} ${formatDuration(stepMs)}; the nearest are ${nearest}`,
  );
}

/** Queues a run for each view; one that waits for the same view and cut is joined. */
export async function queueRuns(
  queue: MaterializeQueue,
  project: Project,
  views: readonly AggregationView[],
  { cutMs, requestedBy }: { readonly cutMs: number | null; readonly requestedBy: string },
): Promise<QueuedRun[]> {
  const runs: QueuedRun[] = [];
  for (const view of views) {
    const handle = await queue.add({
      project: project.name,
      view: view.name,
      version: view.version,
      cut_ms: cutMs ?? 0,
      has_cut: cutMs !== null,
      requested_by: requestedBy,
    });
    runs.push({ view: definitionName(view), handle });
  }
  return runs;
}

/** Waits for all runs; a failed one does not end the waiting for the others. */
export async function waitForRuns(
  runs: readonly QueuedRun[],
  options: {
    readonly timeoutMs: number;
    /** Over all runs. */
    readonly onProgress?: (progress: MaterializeProgress) => void;
  },
): Promise<MaterializedView[]> {
  const progress = runs.map((): MaterializeProgress => ({ chunksDone: 0, chunks: 1, valuesWritten: 0 }));
  return Promise.all(
    runs.map(async ({ view, handle }, i): Promise<MaterializedView> => {
      try {
        const result = await handle.finished({
          timeoutMs: options.timeoutMs,
          onProgress: (own) => {
            progress[i] = own;
            options.onProgress?.(sumOf(progress));
          },
        });
        return { view, state: 'done', ...result };
      } catch (thrown) {
        return { view, state: 'failed', error: ForebayError.from(thrown).message };
      }
    }),
  );
}

function sumOf(all: readonly MaterializeProgress[]): MaterializeProgress {
  const sum = (field: keyof MaterializeProgress) => all.reduce((total, one) => total + one[field], 0);
  return { chunksDone: sum('chunksDone'), chunks: sum('chunks'), valuesWritten: sum('valuesWritten') };
}
