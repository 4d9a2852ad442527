import { ceilTo, ForebayError, floorTo, formatDuration, formatInstant } from '@forebay/contract';
import {
  type AggregationView,
  definitionName,
  type Project,
  type RegistrySnapshot,
  resolveView,
  type TableView,
  type View,
} from '@forebay/definitions';
import type { JobHandle, JobQueue, Result } from '@forebay/jobs';
import { requireCutStep } from './applied-registry';
import { type RunsProgress, sumOfProgress, UNKNOWN_PROGRESS } from './runs-progress';

export interface QueuedRun {
  /** `name@version`. */
  readonly view: string;
  readonly handle: JobHandle<'materialize'>;
}

export type MaterializedView =
  | ({ readonly view: string; readonly state: 'done' } & Result<'materialize'>)
  | { readonly view: string; readonly state: 'failed'; readonly error: string };

/** A view that batch runs write. */
export type MaterializableView = AggregationView | TableView;

export interface MaterializeChoice {
  /** `name` or `name@version`; empty: all views with batch values and all table views, in every version. */
  readonly views: readonly string[];
  /** The tick, of views on a schedule. null: each run chooses the latest possible cut. */
  readonly cutMs: number | null;
  /** Table views write every value. */
  readonly full: boolean;
}

/** Throws `not_found`, or `invalid_request` for a view without batch values or a cut that is none of its cuts. */
export function chooseViews(
  snapshot: RegistrySnapshot,
  project: Project,
  { views, cutMs, full }: MaterializeChoice,
): MaterializableView[] {
  const all = [
    ...project.aggregationViews.filter((view) => view.batch !== null || view.schedule !== null),
    ...project.tableViews,
  ];
  const chosen =
    views.length === 0
      ? all
      : views.map((reference) => materializable(resolveView(snapshot, project.name, reference)));
  if (chosen.length === 0) {
    throw new ForebayError('invalid_request', `project "${project.name}" has no view with batch values`);
  }
  for (const view of chosen) checkCut(view, cutMs);
  if (full) checkFull(chosen, views.length > 0);
  return [...new Set(chosen)];
}

function materializable({ kind, view }: View): MaterializableView {
  if (kind !== 'on-demand view') return view;
  throw new ForebayError(
    'invalid_request',
    `view "${definitionName(view)}" is an ${kind}: it has no stored values, for they are computed when they are asked for`,
  );
}

export function isTableView(view: MaterializableView): view is TableView {
  return 'maxAgeMs' in view;
}

function checkFull(views: readonly MaterializableView[], named: boolean): void {
  const other = views.find((view) => !isTableView(view));
  if (other === undefined || (!named && views.some(isTableView))) return;
  throw new ForebayError(
    'invalid_request',
    `view "${definitionName(other)}" is no table view: its runs write every value anyway, leave out --full`,
  );
}

function checkCut(view: MaterializableView, cutMs: number | null): void {
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
  queue: JobQueue,
  project: Project,
  views: readonly MaterializableView[],
  {
    cutMs,
    full = false,
    requestedBy,
  }: { readonly cutMs: number | null; readonly full?: boolean; readonly requestedBy: string },
): Promise<QueuedRun[]> {
  const runs: QueuedRun[] = [];
  for (const view of views) {
    const handle = await queue.add('materialize', {
      project: project.name,
      view: view.name,
      version: view.version,
      cut_ms: cutMs ?? 0,
      has_cut: cutMs !== null,
      requested_by: requestedBy,
      full: full && isTableView(view),
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
    readonly onProgress?: (progress: RunsProgress) => void;
  },
): Promise<MaterializedView[]> {
  const progress = runs.map(() => UNKNOWN_PROGRESS);
  return Promise.all(
    runs.map(async ({ view, handle }, i): Promise<MaterializedView> => {
      try {
        const result = await handle.finished({
          timeoutMs: options.timeoutMs,
          onProgress: (own) => {
            progress[i] = own;
            options.onProgress?.(sumOfProgress(progress));
          },
        });
        return { view, state: 'done', ...result };
      } catch (thrown) {
        return { view, state: 'failed', error: ForebayError.from(thrown).message };
      }
    }),
  );
}
