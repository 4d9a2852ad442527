/** The status of an installation as people read it: no line is longer than LINE_WIDTH. */
import { formatInstant } from '@forebay/contract';
import { PHASES, type RunProgress } from '@forebay/jobs';
import { jobName } from '../job-text';
import type { Output } from '../output';
import { progressNote } from '../progress-note';
import type { Answer } from './answer';
import type { QueueStatus } from './batch-status';
import { counted, wrapped } from './fitted-text';
import { type Finding, findingsOf } from './health';
import type { InstallationStatus } from './read-status';
import { sourceText } from './source-text';
import { runsText, viewsText } from './views-text';

const SHOWN_FAILURES = 3;

export interface StatusTextOptions {
  /** Whether each partition has a line. */
  readonly partitions: boolean;
}

export function statusText(status: InstallationStatus, output: Output, options: StatusTextOptions): string {
  const { bold, red } = output.colors;
  const { registry, kafka, clickhouse, sources, views, stored, queue, runs, atMs } = status;
  const section = (title: string, answer: Answer<unknown>, text: () => string) =>
    `${bold(title)}\n${answer.ok ? text() : red(wrapped(`  ${answer.error}`, 2))}`;
  const several = registry.ok && (registry.value?.projects.length ?? 0) > 1;
  const silent = [kafka, clickhouse].flatMap((server) => (server.ok ? [] : [red(wrapped(server.error, 2))]));
  const nameOf = ({ project, source }: { project: string; source: string }) =>
    several ? `${project}.${source}` : source;
  return [
    section('registry', registry, () => registryText(status)),
    ...silent,
    ...sources.map(
      (source) =>
        `${bold(`source ${nameOf(source)}`)}\n${sourceText(source, atMs, output, options.partitions)}`,
    ),
    ...(registry.ok
      ? [
          section('views', views, () =>
            views.ok ? viewsText(views.value, stored, atMs, output, several) : '',
          ),
        ]
      : []),
    section('runs', runs, () => (runs.ok ? runsText(runs.value, atMs, output, several) : '')),
    section('queue', queue, () => (queue.ok ? queueText(queue.value) : '')),
    findingsText(findingsOf(status), output),
  ].join('\n\n');
}

function registryText({ registry }: InstallationStatus): string {
  if (!registry.ok || registry.value === null) return '  nothing is applied: run "forebay apply FILE"';
  const { version, appliedAtMs, appliedBy, projects } = registry.value;
  return wrapped(
    `  version ${version}, applied ${formatInstant(appliedAtMs)} by ${appliedBy}; projects: ${projects.join(', ')}`,
    2,
  );
}

function queueText({ workers, waiting, active, running, failed }: QueueStatus): string {
  const counts = `  ${counted(workers, 'worker')}; ${counted(waiting, 'job')} waiting, ${active} active, ${failed.length} failed`;
  const failures = failed
    .slice(0, SHOWN_FAILURES)
    .map(({ view, failure, attempts, ...job }) =>
      wrapped(
        `  ${jobName(job)} of ${view} failed after ${counted(attempts, 'attempt')}: ${failure ?? 'no reason given'}`,
        4,
      ),
    );
  const working = running.map(({ view, progress, ...job }) =>
    wrapped(`  ${jobName(job)} of ${view}: ${doneText(progress)}, ${progressNote(progress)}`, 4),
  );
  return [counts, ...working, ...failures].join('\n');
}

/** How much of it, if that is known. */
function doneText({ phase, chunks, chunksDone }: RunProgress): string {
  return phase === 'chunks' && chunks > 0 ? `${Math.floor((100 * chunksDone) / chunks)} %` : PHASES[phase];
}

function findingsText(findings: readonly Finding[], { colors }: Output): string {
  if (findings.length === 0) return colors.green('nothing is wrong');
  const lines = findings.map(({ place, message }) =>
    wrapped(`  ${place === '' ? '' : `${place}: `}${message}`, 4),
  );
  return [colors.bold(colors.red(`${findings.length} to look at`)), ...lines].join('\n');
}
