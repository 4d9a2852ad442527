import { formatInstant } from '@forebay/contract';
import { OFFSETS_PER_EPOCH } from '@forebay/event-log';
import type { CommandContext } from '../context';
import { EXIT, type ExitCode } from '../exit-codes';
import {
  type Answer,
  type InstallationStatus,
  isComplete,
  readStatus,
  type SourceStatus,
  type ViewStatus,
} from '../installation-status';
import type { Cell, Output } from '../output';
import { readableCount, readableDuration } from '../readable';

const SHOWN_FAILURES = 3;

export async function statusCommand({ servers, output }: CommandContext): Promise<ExitCode> {
  const status = await readStatus(servers, Date.now);
  output.result(status, describeStatus(status, output));
  return isComplete(status) ? EXIT.ok : EXIT.failure;
}

export function describeStatus(status: InstallationStatus, output: Output): string {
  const { bold, red } = output.colors;
  const section = (title: string, answer: Answer<unknown>, text: () => string) =>
    `${bold(title)}\n${answer.ok ? text() : red(answer.error)}`;
  const { registry, kafka, clickhouse, sources, views, queue, atMs } = status;
  const silent = [kafka, clickhouse].flatMap((server) => (server.ok ? [] : [red(server.error)]));
  return [
    section('registry', registry, () => registryText(status)),
    ...silent,
    ...sources.map((source) => `${bold(`source ${source.source}`)}\n${sourceText(source, atMs, output)}`),
    ...(registry.ok
      ? [section('views', views, () => (views.ok ? viewsText(views.value, atMs, output) : ''))]
      : []),
    section('queue', queue, () => queueText(status)),
  ].join('\n\n');
}

function registryText({ registry }: InstallationStatus): string {
  if (!registry.ok || registry.value === null) return 'nothing is applied: run "forebay apply FILE"';
  const { version, appliedAtMs, appliedBy, projects } = registry.value;
  return `version ${version}, applied ${formatInstant(appliedAtMs)} by ${appliedBy}; projects: ${projects.join(', ')}`;
}

function sourceText({ partitions, stream, archive }: SourceStatus, atMs: number, output: Output): string {
  const lines: string[] = [];
  if (partitions.ok) {
    const several = new Set(partitions.value.map(({ topic }) => topic)).size > 1;
    const rows = partitions.value.map(({ topic, partition, number, lowOffset, endOffset }) => {
      const next = stream.ok ? (stream.value.checkpoint[number] ?? -1) : null;
      const archived = archive.ok ? Math.max(lowOffset, archive.value.end[number] ?? 0) : null;
      const read = Math.max(lowOffset, next ?? -1);
      return [
        several ? `${topic} ${partition}` : partition,
        endOffset % OFFSETS_PER_EPOCH,
        next === null ? '?' : next < 0 ? 'none' : next % OFFSETS_PER_EPOCH,
        next === null ? '?' : readableCount(Math.max(0, endOffset - read)),
        archived === null ? '?' : readableCount(Math.max(0, endOffset - archived)),
      ];
    });
    lines.push(output.table(['partition', 'end', 'checkpoint', 'lag', 'archive lag'], rows));
  }
  if (stream.ok) {
    const { progressMs } = stream.value;
    const age = progressMs === null ? null : readableDuration(atMs - progressMs);
    lines.push(age === null ? 'progress: not known; is the stream service running?' : `fresh to ${age} ago`);
  }
  if (archive.ok) for (const load of archive.value.loads) lines.push(loadText(load));
  const errors = [partitions, stream, archive].flatMap((part) => (part.ok ? [] : [part.error]));
  return [...lines, ...[...new Set(errors)].map(output.colors.red)].join('\n');
}

function loadText(load: { id: string; state: string; rows: number; completeUntilMs: number }): string {
  return `load "${load.id}": ${load.state}, ${readableCount(load.rows)} rows, complete until ${formatInstant(load.completeUntilMs)}`;
}

function viewsText(views: readonly ViewStatus[], atMs: number, output: Output): string {
  const rows = views.map(({ view, isScheduled, streamCompleteSinceMs, cutMs, goodUntilMs }): Cell[] => [
    view,
    isScheduled
      ? 'on a schedule'
      : streamCompleteSinceMs === null
        ? 'not begun'
        : formatInstant(streamCompleteSinceMs),
    cutMs === null ? 'none' : formatInstant(cutMs),
    cutMs === null ? '' : readableDuration(atMs - cutMs),
    goodUntilMs === null ? '' : goodUntilMs <= atMs ? 'over' : readableDuration(goodUntilMs - atMs),
  ]);
  return output.table(['view', 'stream complete since', 'cut or tick', 'age', 'good for'], rows);
}

function queueText({ queue }: InstallationStatus): string {
  if (!queue.ok) return '';
  const { workers, waiting, active, failed } = queue.value;
  const counts = `${counted(workers, 'worker')}; ${counted(waiting, 'job')} waiting, ${active} active, ${failed.length} failed`;
  const failures = failed
    .slice(0, SHOWN_FAILURES)
    .map(
      ({ kind, id, view, failure, attempts }) =>
        `  ${kind}/${id} of ${view} failed after ${counted(attempts, 'attempt')}: ${failure ?? 'no reason given'}`,
    );
  return [counts, ...failures].join('\n');
}

function counted(count: number, what: string): string {
  return `${count} ${what}${count === 1 ? '' : 's'}`;
}
