import { ForebayError, formatInstant } from '@forebay/contract';
import {
  type AggregationView,
  definitionName,
  type Project,
  resolveView,
  sourceOf,
  type TableView,
} from '@forebay/definitions';
import type { JobHandle, Result } from '@forebay/jobs';
import { chooseProject, publishedRegistry } from '../applied-registry';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import { jobName } from '../job-text';
import type { Output } from '../output';
import { progressNote } from '../progress-note';
import { readableCount } from '../readable';
import { userName } from '../user-name';

export interface VerifyOptions {
  readonly project?: string;
  readonly all?: boolean;
  readonly share?: number;
  readonly tolerance?: readonly (readonly [feature: string, tolerance: number])[];
  readonly wait: boolean;
  readonly timeout?: number;
}

const DEFAULT_TIMEOUT_MS = 600_000;

type Verified = { readonly view: string } & Result<'verify'>;

/** Exit code 1 if a value differs. */
export async function verifyCommand(
  { servers, output }: CommandContext,
  named: readonly string[],
  options: VerifyOptions,
): Promise<ExitCode> {
  const snapshot = await publishedRegistry(servers);
  const project = chooseProject(snapshot, options.project);
  const views =
    named.length === 0
      ? [...project.aggregationViews.filter((view) => isVerifiable(project, view)), ...project.tableViews]
      : named.map((reference) => {
          const found = resolveView(snapshot, project.name, reference);
          if (found.kind !== 'on-demand view') return found.view;
          throw new ForebayError(
            'invalid_request',
            `view "${definitionName(found.view)}" is computed when it is asked for: there is nothing online to verify; verify the views that it reads`,
          );
        });
  if (views.length === 0)
    throw new ForebayError('invalid_request', `project "${project.name}" has no view that can be verified`);
  const queue = await servers.queue();
  if ((await queue.workers()) === 0)
    output.warning('no worker is connected to the queue: start the batch service');
  const jobs: JobHandle<'verify'>[] = [];
  for (const { name: view, version } of views)
    jobs.push(
      await queue.add('verify', {
        project: project.name,
        view,
        version,
        share: options.all === true ? 1 : (options.share ?? 0),
        tolerances: Object.fromEntries(options.tolerance ?? []),
        requested_by: userName(),
      }),
    );
  if (!options.wait) {
    output.result({ jobs: jobs.map(jobName) }, jobs.map(jobName).join('\n'));
    return EXIT.ok;
  }
  const bar = output.progress('verifying');
  const verified: Verified[] = [];
  try {
    for (const [i, job] of jobs.entries()) {
      const result = await job.finished({
        timeoutMs: options.timeout ?? DEFAULT_TIMEOUT_MS,
        onProgress: (progress) => bar.update(progress.chunksDone, progress.chunks, progressNote(progress)),
      });
      verified.push({ view: definitionName(views[i] as AggregationView | TableView), ...result });
    }
  } finally {
    bar.stop();
  }
  return report(output, verified);
}

/** Values of a stream of pairs do not say which pairs are in them. */
function isVerifiable(project: Project, view: AggregationView): boolean {
  return view.stream === null || sourceOf(project, view).pairing === undefined;
}

function report(output: Output, verified: readonly Verified[]): ExitCode {
  const rows = verified.map((one) => [
    one.view,
    readableCount(one.entities),
    readableCount(one.values_compared),
    readableCount(one.values_different),
    readableCount(one.values_degraded),
    readableCount(one.values_late),
    (one.duration_ms / 1_000).toFixed(1),
  ]);
  const head = ['view', 'entities', 'compared', 'differ', 'degraded', 'late', 'seconds'];
  output.result({ views: verified }, output.table(head, rows));
  for (const { view, features, differences } of verified) {
    for (const { feature, different } of features)
      if (different > 0) output.line(`${view}:${feature}: ${readableCount(different)} differ`);
    for (const each of differences) {
      output.line(
        `${view}:${each.feature} of ${each.entity_key} at ${formatInstant(each.as_of_ms)}: online ${each.online}, recomputed ${each.recomputed}`,
      );
      if (each.segment !== '') output.line(`  ${each.segment}`);
    }
  }
  return verified.some(({ values_different: different }) => different > 0) ? EXIT.failure : EXIT.ok;
}
