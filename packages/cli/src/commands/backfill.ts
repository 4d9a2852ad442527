/** Fills views that are new, or have a new version, from the history of their source. */
import { ForebayError, formatInstant } from '@forebay/contract';
import { type AggregationView, definitionName, sourceOf } from '@forebay/definitions';
import { chooseProject, publishedRegistry } from '../applied-registry';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { queueAndFollow } from '../follow-job';
import { chooseViews, isTableView } from '../materialize-views';
import { readableBytes, readableCount, readableDuration } from '../readable';
import { userName } from '../user-name';

export interface BackfillOptions {
  readonly project?: string;
  readonly until?: number;
  readonly eventsPerSecond?: number;
  readonly threads?: number;
  readonly wait: boolean;
  readonly timeout?: number;
}

const DEFAULT_TIMEOUT_MS = 3_600_000;

export async function backfillCommand(
  { servers, output }: CommandContext,
  named: readonly string[],
  { project: ofProject, until, eventsPerSecond, threads, wait, timeout }: BackfillOptions,
): Promise<ExitCode> {
  const snapshot = await publishedRegistry(servers);
  const project = chooseProject(snapshot, ofProject);
  const cutMs = until ?? null;
  const views = chooseViews(snapshot, project, { views: named, cutMs, full: false }).map((view) => {
    if (!isTableView(view)) return view;
    throw new ForebayError(
      'invalid_request',
      `view "${definitionName(view)}" is a table view: its rows are values already; run "forebay materialize --view ${definitionName(view)} --full"`,
    );
  });
  const sources = new Set(views.map((view: AggregationView) => sourceOf(project, view).name));
  if (sources.size > 1)
    throw new ForebayError(
      'invalid_request',
      `the views are of the sources ${[...sources].map((name) => `"${name}"`).join(', ')}: a backfill reads one; name the views of one source, and run it again for the next`,
    );
  const payload = {
    project: project.name,
    views: views.map(({ name: view, version }) => ({ view, version })),
    until_ms: cutMs ?? 0,
    has_until: cutMs !== null,
    events_per_second: eventsPerSecond ?? 0,
    threads: threads ?? 0,
    requested_by: userName(),
  };
  const { job, result } = await queueAndFollow({ servers, output }, 'backfill', payload, {
    wait,
    timeoutMs: timeout ?? DEFAULT_TIMEOUT_MS,
    doing: 'backfilling',
  });
  if (result === null) {
    output.result({ job }, `queued as job ${job}`);
    return EXIT.ok;
  }
  const rows = result.views.map(({ view, result: made }) => [
    view,
    formatInstant(made?.cut_ms ?? 0),
    readableCount(made?.values_written ?? 0),
    readableBytes(made?.bytes_written ?? 0),
    readableCount(made?.events_scanned ?? 0),
  ]);
  const staged =
    result.events_staged === 0
      ? ''
      : `, ${readableCount(result.events_staged)} events read once for all views`;
  output.result(
    { job, ...result },
    `${output.table(['view', 'cut or tick', 'values', 'bytes', 'events'], rows)}\nin ${readableDuration(result.duration_ms)}${staged}`,
  );
  for (const { result: made } of result.views)
    for (const warning of made?.warnings ?? []) output.warning(warning);
  return EXIT.ok;
}
