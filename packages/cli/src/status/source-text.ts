/** The status of a source as people read it. */
import { formatInstant } from '@forebay/contract';
import { OFFSETS_PER_EPOCH } from '@forebay/event-log';
import type { Output } from '../output';
import { readableBytes, readableCount, readableDuration } from '../readable';
import { counted, shortened, wrapped } from './fitted-text';
import type { RecentStatus } from './member-status';
import { LETTERS_SINCE_MS, type SourceStatus, type StreamStatus } from './source-status';

const PARTITION_WIDTH = 40;
const MEMBER_WIDTH = 24;

/** Of a partition, what is not in the values and what is not in the archive; null: a server does not say. */
export interface PartitionLagStatus {
  readonly name: string;
  readonly number: number;
  /** Without the epoch of the topic; null: it is not asked for. */
  readonly endOffset: number | null;
  readonly nextOffset: number | null;
  readonly lag: number | null;
  readonly archiveLag: number | null;
}

/** Of a source that is made of others: as its members have told. */
export function lagsOf({ partitions, stream, archive, topics, kind }: SourceStatus): PartitionLagStatus[] {
  const nameOf = (topic: string, partition: number) =>
    topics.length > 1 ? `${topic}/${partition}` : String(partition);
  if (kind !== 'event source') {
    const told = stream.ok ? stream.value.members.flatMap((member) => member.partitions) : [];
    return told
      .toSorted((a, b) => a.number - b.number)
      .map(({ topic, partition, number, lag }) => ({
        name: nameOf(topic, partition),
        number,
        endOffset: null,
        nextOffset: null,
        lag,
        archiveLag: null,
      }));
  }
  if (!partitions.ok) return [];
  return partitions.value.map(({ topic, partition, number, lowOffset, endOffset }) => {
    const next = stream.ok ? (stream.value.checkpoint[number] ?? -1) : null;
    const archived = archive.ok ? Math.max(lowOffset, archive.value.end[number] ?? 0) : null;
    return {
      name: nameOf(topic, partition),
      number,
      endOffset: endOffset % OFFSETS_PER_EPOCH,
      nextOffset: next === null || next < 0 ? null : next % OFFSETS_PER_EPOCH,
      lag: next === null ? null : Math.max(0, endOffset - Math.max(lowOffset, next)),
      archiveLag: archived === null ? null : Math.max(0, endOffset - archived),
    };
  });
}

/** @param withPartitions whether each partition has a line */
export function sourceText(
  status: SourceStatus,
  atMs: number,
  output: Output,
  withPartitions: boolean,
): string {
  const { stream, archive } = status;
  const lags = lagsOf(status);
  const lines = [madeOf(status)];
  if (stream.ok) lines.push(...streamLines(status, stream.value, lags, atMs));
  const archived = archiveLine(status, lags);
  if (archived !== null) lines.push(archived);
  const letters = lettersLine(status);
  if (letters !== null) lines.push(letters);
  if (archive.ok) for (const load of archive.value.loads) lines.push(loadText(load));
  const errors = [status.partitions, stream, archive, status.deadLetters].flatMap((part) =>
    part.ok ? [] : [part.error],
  );
  const text = [
    ...lines.map((line) => wrapped(`  ${line}`, 2)),
    ...[...new Set(errors)].map((error) => output.colors.red(wrapped(`  ${error}`, 2))),
  ];
  if (withPartitions && lags.length > 0) text.push(partitionTable(status, lags, output));
  return text.join('\n');
}

function madeOf({ kind, topics, inputs, enriched, rekeyedBy }: SourceStatus): string {
  const parts = [
    inputs.length > 0 ? `${kind} of ${inputs.join(' and ')}` : `topic ${topics.join(', ')}`,
    ...(enriched.length > 0 ? [`looks up ${enriched.join(', ')}`] : []),
    ...(rekeyedBy === null ? [] : [`re-keyed through ${rekeyedBy}`]),
  ];
  return parts.join('; ');
}

function streamLines(
  { isRead, maxStalenessMs }: SourceStatus,
  { progressMs, members, recent, uncopied }: StreamStatus,
  lags: readonly PartitionLagStatus[],
  atMs: number,
): string[] {
  if (!isRead) return ['read by nobody: no view is on it'];
  const read = members.reduce((sum, { partitions }) => sum + partitions.length, 0);
  const fresh =
    progressMs === null
      ? 'progress: not known; is the stream service running?'
      : `fresh to ${readableDuration(Math.max(0, atMs - progressMs))} ago (DEGRADED from ${readableDuration(maxStalenessMs)} on)`;
  const lines = [
    `read by ${counted(members.length, 'member')}, ${counted(read, 'partition')}; ${fresh}`,
    lagLine(lags, uncopied),
  ];
  const heldBytes = members.reduce((sum, { pairBytes }) => sum + pairBytes, 0);
  if (heldBytes > 0) lines.push(`${readableBytes(heldBytes)} of events that may still find a partner`);
  if (members.length > 0) lines.push(recentLine(recent), delayLine(recent));
  return lines;
}

/** The whole, and where most of it is. */
function lagLine(lags: readonly PartitionLagStatus[], uncopied: number): string {
  const known = lags.flatMap(({ name, lag }) => (lag === null ? [] : [{ name, lag }]));
  if (known.length === 0) return 'lag: not known';
  const all = known.reduce((sum, { lag }) => sum + lag, 0);
  const worst = known.reduce((most, each) => (each.lag > most.lag ? each : most));
  const where =
    worst.lag > 0 && known.length > 1
      ? `, ${readableCount(worst.lag)} of them in partition ${worst.name}`
      : '';
  const copying = uncopied > 0 ? `; ${counted(uncopied, 'record')} not copied to the internal topic yet` : '';
  return `lag ${counted(all, 'record')}${where}${copying}`;
}

function recentLine({ spanMs, events, late, tooLate, duplicates, conflicts, rewinds }: RecentStatus): string {
  const perSecond = spanMs > 0 ? ` (${((1_000 * events) / spanMs).toFixed(1)}/s)` : '';
  const counts = [
    `${counted(events, 'event')}${perSecond}`,
    `${readableCount(late)} late`,
    `${readableCount(tooLate)} too late`,
    counted(duplicates, 'duplicate'),
    counted(conflicts, 'conflict'),
    counted(rewinds, 'rewind'),
  ];
  return `last ${readableDuration(spanMs)}: ${counts.join(', ')}`;
}

function delayLine({ applyDelay }: RecentStatus): string {
  if (applyDelay === null) return 'from broker to value: no events lately';
  const { p50Ms, p99Ms } = applyDelay;
  return `from broker to value: p50 ${readableDuration(p50Ms)}, p99 ${readableDuration(p99Ms)}`;
}

function archiveLine({ kind, archive }: SourceStatus, lags: readonly PartitionLagStatus[]): string | null {
  if (kind !== 'event source' || !archive.ok) return null;
  const known = lags.flatMap(({ archiveLag }) => (archiveLag === null ? [] : [archiveLag]));
  return `archive lag ${counted(
    known.reduce((sum, lag) => sum + lag, 0),
    'record',
  )}`;
}

function lettersLine({ deadLetters, stream }: SourceStatus): string | null {
  const counts: string[] = [];
  if (deadLetters.ok && deadLetters.value !== null)
    counts.push(`${readableCount(deadLetters.value)} in the last ${readableDuration(LETTERS_SINCE_MS)}`);
  if (stream.ok) {
    const { deadLetters: byReason, spanMs } = stream.value.recent;
    const reasons = Object.entries(byReason).map(([reason, count]) => `${readableCount(count)} ${reason}`);
    if (reasons.length > 0) counts.push(`in the last ${readableDuration(spanMs)} ${reasons.join(', ')}`);
  }
  return counts.length === 0 ? null : `dead letters: ${counts.join('; ')}`;
}

function loadText(load: { id: string; state: string; rows: number; completeUntilMs: number }): string {
  return `load "${load.id}": ${load.state}, ${readableCount(load.rows)} rows, complete until ${formatInstant(load.completeUntilMs)}`;
}

function partitionTable(
  { stream }: SourceStatus,
  lags: readonly PartitionLagStatus[],
  output: Output,
): string {
  const readers = new Map(
    stream.ok
      ? stream.value.members.flatMap(({ member, partitions }) =>
          partitions.map(({ number }) => [number, member] as const),
        )
      : [],
  );
  const rows = lags.map(({ name, number, endOffset, nextOffset, lag, archiveLag }) => [
    shortened(name, PARTITION_WIDTH),
    endOffset ?? '',
    nextOffset ?? (endOffset === null ? '' : 'none'),
    lag === null ? '?' : readableCount(lag),
    archiveLag === null ? '' : readableCount(archiveLag),
    shortened(readers.get(number) ?? 'nobody', MEMBER_WIDTH),
  ]);
  return output.table(['partition', 'end', 'checkpoint', 'lag', 'archive lag', 'read by'], rows);
}
