/** What is wrong with an installation, by its status: a pure decision, for `forebay status --check` and the end of what it prints. */
import { formatInstant } from '@forebay/contract';
import type { JobSummary, ScheduleStatus } from '@forebay/jobs';
import { readableDuration } from '../readable';
import type { Answer } from './answer';
import { counted } from './fitted-text';
import type { InstallationStatus } from './read-status';
import type { SourceStatus } from './source-status';
import type { ViewStatus } from './view-status';

export interface Finding {
  /** Such as `view "spending@1"`; empty: the message says it. */
  readonly place: string;
  readonly message: string;
}

/** The same failure of a server stands in several parts of a status; it is one finding. */
export function findingsOf(status: InstallationStatus): Finding[] {
  const { sources, views, queue, runs } = status;
  const found: Finding[] = [...silentServers(status)];
  if (status.registry.ok && status.registry.value === null)
    found.push({ place: '', message: 'nothing is applied: run "forebay apply FILE"' });
  for (const source of sources) found.push(...ofSource(source));
  if (views.ok) for (const view of views.value) found.push(...ofView(view));
  if (queue.ok) {
    const { workers, waiting, failed } = queue.value;
    if (workers === 0 && waiting > 0)
      found.push({
        place: 'queue',
        message: `${waiting} jobs wait and no worker is connected: start the batch service`,
      });
    for (const { view, failure } of newestOfEach(failed))
      found.push({
        place: `view "${view}"`,
        message: `its last job failed: ${failure ?? 'no reason given'}`,
      });
  }
  if (queue.ok) found.push(...missedRuns(queue.value.schedules));
  if (runs.ok) found.push(...failedRuns(status));
  return [...new Map(found.map((finding) => [`${finding.place}\0${finding.message}`, finding])).values()];
}

function silentServers({
  registry,
  kafka,
  clickhouse,
  sources,
  views,
  stored,
  queue,
  runs,
}: InstallationStatus) {
  const ofSources = sources.flatMap(({ partitions, stream, archive, deadLetters }) => [
    partitions,
    stream,
    archive,
    deadLetters,
  ]);
  const answers: readonly Answer<unknown>[] = [
    registry,
    kafka,
    clickhouse,
    views,
    stored,
    queue,
    runs,
    ...ofSources,
  ];
  return answers.flatMap((answer) => (answer.ok ? [] : [{ place: '', message: answer.error }]));
}

function ofSource(status: SourceStatus): Finding[] {
  const { stream, partitions, isRead } = status;
  if (!isRead || !stream.ok) return [];
  const place = placeOf(status);
  const { members, recent } = stream.value;
  const found: Finding[] = [];
  if (members.length === 0)
    found.push({ place, message: 'no process of the stream service reads it: start one' });
  else if (partitions.ok) {
    const read = new Set(members.flatMap((member) => member.partitions.map(({ number }) => number)));
    const unread = partitions.value.filter(({ number }) => !read.has(number));
    if (unread.length > 0)
      found.push({
        place,
        message: `nobody reads ${partitionsText(unread)}; after a change of members that takes seconds`,
      });
  }
  const letters = Object.entries(recent.deadLetters).map(([reason, count]) => `${count} ${reason}`);
  if (letters.length > 0)
    found.push({
      place,
      message: `dead letters in the last ${readableDuration(recent.spanMs)}: ${letters.join(', ')}; see "forebay dlq list"`,
    });
  return found;
}

/** Its name, with that of its project. */
function placeOf({ kind, project, source }: SourceStatus): string {
  return `${kind} "${project}.${source}"`;
}

const SHOWN_PARTITIONS = 5;

function partitionsText(
  partitions: readonly { readonly topic: string; readonly partition: number }[],
): string {
  const names = partitions.slice(0, SHOWN_PARTITIONS).map(({ topic, partition }) => `${topic}/${partition}`);
  const rest = partitions.length - names.length;
  return `${partitions.length === 1 ? 'partition' : 'partitions'} ${names.join(', ')}${rest > 0 ? ` and ${rest} more` : ''}`;
}

function ofView({ project, view, degraded, madeAnewRatio }: ViewStatus): Finding[] {
  const place = `view "${project}.${view}"`;
  if (madeAnewRatio !== null)
    return [{ place, message: `its stream values are made anew: ${Math.floor(100 * madeAnewRatio)} %` }];
  if (degraded === null) return [];
  const which = degraded.windows.length === 0 ? '' : ` (${degraded.windows.join(', ')})`;
  return [{ place, message: `DEGRADED, ${degraded.reason}${which}: ${degraded.text}` }];
}

function missedRuns(schedules: readonly ScheduleStatus[]): Finding[] {
  return schedules
    .filter(({ missed }) => missed > 0)
    .map(({ view, missed }) => ({
      place: `view "${view}"`,
      message: `${counted(missed, 'run')} of its schedule did not come: is the batch service running?`,
    }));
}

/** Newest first, as jobs are. */
function newestOfEach(failed: readonly JobSummary[]): JobSummary[] {
  return failed.filter((job, i) => failed.findIndex(({ view }) => view === job.view) === i);
}

/** Of views that there are: a failure of one that was retired is history. Its job tells the same, as long as that is kept. */
function failedRuns({ runs, views, queue }: InstallationStatus): Finding[] {
  if (!runs.ok) return [];
  const told = new Set(queue.ok ? queue.value.failed.map(({ view }) => view) : []);
  const known = views.ok ? new Set(views.value.map(({ project, view }) => `${project}.${view}`)) : null;
  return runs.value
    .filter(({ state, view }) => state === 'failed' && !told.has(view) && (known === null || known.has(view)))
    .map(({ view, changedAtMs, detail }) => ({
      place: `view "${view}"`,
      message: `its last run failed at ${formatInstant(changedAtMs)}: ${detail}`,
    }));
}
