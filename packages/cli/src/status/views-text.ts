/** The statuses of views, and of their runs, as people read them. */
import { formatInstant } from '@forebay/contract';
import type { StoredSize, StoredSizes } from '@forebay/online-store';
import type { Cell, Output } from '../output';
import { readableBytes, readableCount, readableDuration } from '../readable';
import type { Answer } from './answer';
import type { RunStatus } from './batch-status';
import { shortened, wrapped } from './fitted-text';
import type { ViewStatus } from './view-status';

const VIEW_WIDTH = 28;
/** Of a run's failure. */
const DETAIL_WIDTH = 200;

/** `withProject`: there are several. */
export function viewsText(
  views: readonly ViewStatus[],
  stored: Answer<StoredSizes>,
  atMs: number,
  output: Output,
  withProject: boolean,
): string {
  if (views.length === 0) return '  none';
  const nameOf = ({ project, view }: ViewStatus) => (withProject ? `${project}.${view}` : view);
  const rows = views.map((view): Cell[] => [
    shortened(nameOf(view), VIEW_WIDTH),
    completeText(view, atMs),
    view.cutMs === null ? 'none' : readableDuration(atMs - view.cutMs),
    goodText(view, atMs),
    storedText(stored.ok ? stored.value.byView.get(view.viewId) : undefined),
    nowText(view),
  ]);
  const notes = views.flatMap((view) => {
    const note = noteOf(view);
    return note === null ? [] : [wrapped(`  ${nameOf(view)}: ${note}`, 4)];
  });
  const sampled =
    stored.ok && stored.value.isSampled ? ['  stored: estimated by a sample of the keys in Redis'] : [];
  const table = output.table(['view', 'complete for', 'cut age', 'good for', 'stored', 'now'], rows);
  return [table, ...sampled, ...notes].join('\n');
}

function completeText({ isScheduled, streamCompleteSinceMs }: ViewStatus, atMs: number): string {
  if (isScheduled) return 'by schedule';
  if (streamCompleteSinceMs === null) return 'not begun';
  if (streamCompleteSinceMs === Number.NEGATIVE_INFINITY) return 'always';
  return streamCompleteSinceMs > atMs
    ? `from ${readableDuration(streamCompleteSinceMs - atMs)} on`
    : readableDuration(atMs - streamCompleteSinceMs);
}

function goodText({ goodUntilMs }: ViewStatus, atMs: number): string {
  if (goodUntilMs === null) return '';
  return goodUntilMs <= atMs ? 'over' : readableDuration(goodUntilMs - atMs);
}

function storedText(size: StoredSize | undefined): string {
  return size === undefined ? '' : `${readableBytes(size.bytes)}, ${readableCount(size.keys)}`;
}

function nowText({ degraded, madeAnewRatio }: ViewStatus): string {
  if (madeAnewRatio !== null) return `anew ${Math.floor(100 * madeAnewRatio)} %`;
  return degraded === null ? 'exact' : degraded.reason;
}

function noteOf({ degraded, madeAnewRatio }: ViewStatus): string | null {
  if (madeAnewRatio !== null)
    return `its stream values are made anew, ${Math.floor(100 * madeAnewRatio)} %; DEGRADED until that is done`;
  if (degraded === null) return null;
  const which = degraded.windows.length === 0 ? '' : ` for ${degraded.windows.join(', ')}`;
  return `DEGRADED${which}: ${degraded.text}`;
}

export function runsText(
  runs: readonly RunStatus[],
  atMs: number,
  output: Output,
  withProject: boolean,
): string {
  if (runs.length === 0) return '  none';
  const nameOf = (view: string) => (withProject ? view : view.slice(view.indexOf('.') + 1));
  const rows = runs.map(
    ({ view, state, startedAtMs, changedAtMs, values, cutMs, lastFinishedMs }): Cell[] => [
      shortened(nameOf(view), VIEW_WIDTH),
      state === 'started' ? 'begun' : state,
      `${readableDuration(Math.max(0, atMs - changedAtMs))} ago`,
      state === 'started' ? '' : readableDuration(changedAtMs - startedAtMs),
      readableCount(values),
      cutMs === null ? '' : formatInstant(cutMs).slice(0, 'yyyy-mm-ddThh:mm'.length),
      state === 'finished' || lastFinishedMs === null ? '' : `${readableDuration(atMs - lastFinishedMs)} ago`,
    ],
  );
  const details = runs.flatMap(({ view, state, detail }) =>
    state === 'failed' && detail !== ''
      ? [wrapped(`  ${nameOf(view)}: ${shortened(detail, DETAIL_WIDTH)}`, 4)]
      : [],
  );
  const table = output.table(['view', 'last run', '', 'took', 'values', 'up to', 'last good'], rows);
  return [table, ...details].join('\n');
}
