import { formatInstant } from '@forebay/contract';
import { chooseProject, publishedRegistry } from '../applied-registry';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { chooseViews, type MaterializedView, queueRuns, waitForRuns } from '../materialize-views';
import type { Output } from '../output';
import { progressNote } from '../progress-note';
import { readableBytes, readableCount } from '../readable';
import { userName } from '../user-name';

export interface MaterializeOptions {
  readonly project?: string;
  readonly view?: readonly string[];
  readonly all?: boolean;
  readonly cut?: number;
  readonly full?: boolean;
  readonly wait: boolean;
  readonly timeout?: number;
}

const DEFAULT_TIMEOUT_MS = 600_000;

export async function materializeCommand(
  { servers, output }: CommandContext,
  options: MaterializeOptions,
): Promise<ExitCode> {
  const snapshot = await publishedRegistry(servers);
  const project = chooseProject(snapshot, options.project);
  const cutMs = options.cut ?? null;
  const full = options.full ?? false;
  const views = chooseViews(snapshot, project, { views: options.view ?? [], cutMs, full });
  const queue = await servers.queue();
  const workers = await queue.workers();
  const runs = await queueRuns(queue, project, views, {
    cutMs,
    full,
    requestedBy: userName(),
  });
  if (workers === 0) {
    output.warning(
      'no worker is connected to the queue: start the batch service (node services/batch/dist/main.js, or "forebay dev")',
    );
  }
  if (!options.wait) {
    const queued = runs.map(({ view, handle }) => ({ view, job: `${handle.kind}/${handle.id}` }));
    output.result(
      { queued, workers },
      queued.map(({ view, job }) => `${view}: queued as job ${job}`).join('\n'),
    );
    return EXIT.ok;
  }
  const progress = output.progress('materializing');
  const results = await waitForRuns(runs, {
    timeoutMs: options.timeout ?? DEFAULT_TIMEOUT_MS,
    onProgress: (all) => progress.update(all.chunksDone, all.chunks, progressNote(all)),
  }).finally(() => progress.stop());
  return report(output, results, workers);
}

function report(output: Output, results: readonly MaterializedView[], workers: number): ExitCode {
  const failed = results.filter((result) => result.state === 'failed');
  const rows = results.map((result) =>
    result.state === 'failed'
      ? [result.view, 'failed', '', '', '', '']
      : [
          result.view,
          formatInstant(result.cut_ms),
          readableCount(result.values_written),
          readableBytes(result.bytes_written),
          readableCount(result.events_scanned),
          (result.duration_ms / 1000).toFixed(1),
        ],
  );
  const table = output.table(['view', 'cut or tick', 'values', 'bytes', 'events or rows', 'seconds'], rows);
  output.result({ views: results, workers }, table);
  for (const result of results) {
    if (result.state === 'done') for (const warning of result.warnings) output.warning(warning);
  }
  for (const { view, error } of failed) {
    output.error({ reason: 'internal', message: `materializing view "${view}": ${error}` });
  }
  return failed.length > 0 ? EXIT.failure : EXIT.ok;
}
