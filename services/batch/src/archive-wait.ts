import { ForebayError, formatDuration } from '@forebay/contract';
import {
  asRead,
  byPartitionNumber,
  describePartition,
  type EventSource,
  type Rekeying,
} from '@forebay/definitions';
import type { ArchivedPartition } from '@forebay/offline-store';
import { missingRecords, type PartitionArchive } from './topic-coverage';
import type { TopicReader } from './topic-reader';

const POLL_MS = 100;
/** Kafka deletes old records in the meantime, though seldom. */
const LOOK_AT_TOPIC_EVERY_MS = 5_000;

export interface ArchiveWait {
  readonly topics: TopicReader;
  readonly archived: () => Promise<readonly ArchivedPartition[]>;
  readonly clock: () => number;
  readonly deadlineMs: number;
  /** Its reason is thrown. */
  readonly signal: AbortSignal;
}

/**
 * Reads the end of every partition, then waits until the archive holds all before it that Kafka has not deleted.
 * Throws `unavailable` with the partition that is furthest behind.
 */
export async function waitForArchive(source: EventSource, wait: ArchiveWait): Promise<PartitionArchive[]> {
  const { topics, archived, clock, deadlineMs, signal } = wait;
  const giveUpAtMs = clock() + deadlineMs;
  if (source.rekey !== undefined) await waitForCopies(source, source.rekey, wait, giveUpAtMs);
  const ask = () => byPartitionNumber(asRead(source), (topic) => topics.watermarks(topic));
  const ends = await ask();
  let held = ends;
  for (let lookedAtMs = clock(); ; ) {
    const found = new Map((await archived()).map((entry) => [entry.partition, entry]));
    const partitions = [...ends].map(([partition, { low, high }]) => ({
      partition,
      end: high,
      low: held.get(partition)?.low ?? low,
      archived: found.get(partition) ?? null,
    }));
    if (partitions.every((entry) => missingRecords(entry) === 0)) return partitions;
    if (clock() >= giveUpAtMs) throw tooLate(source, partitions, deadlineMs);
    await pause(POLL_MS, signal);
    if (clock() - lookedAtMs < LOOK_AT_TOPIC_EVERY_MS) continue;
    held = await ask();
    lookedAtMs = clock();
  }
}

/** What had come into a topic that is re-keyed lies before the end of its internal topic once all of it is copied. Throws `unavailable`. */
async function waitForCopies(
  source: EventSource,
  { topic }: Rekeying,
  { topics, clock, deadlineMs, signal }: ArchiveWait,
  giveUpAtMs: number,
): Promise<void> {
  const held = await topics.watermarks(source.topic);
  for (;;) {
    const copied = await topics.copied(source.topic, topic);
    const behind = [...held].filter(([partition, { low, high }]) => (copied.get(partition) ?? low) < high);
    const [first] = behind;
    if (first === undefined) return;
    if (clock() >= giveUpAtMs)
      throw new ForebayError(
        'unavailable',
        `source "${source.name}": after ${formatDuration(deadlineMs)} records of topic "${source.topic}", partition ${first[0]}, are still not copied to "${topic}"; is the stream service running?`,
      );
    await pause(POLL_MS, signal);
  }
}

function tooLate(
  source: EventSource,
  partitions: readonly PartitionArchive[],
  deadlineMs: number,
): ForebayError {
  const worst = partitions.reduce((a, b) => (missingRecords(b) > missingRecords(a) ? b : a));
  return new ForebayError(
    'unavailable',
    `source "${source.name}": after ${formatDuration(deadlineMs)} the archive still lacks ${missingRecords(worst)} records ` +
      `of ${describePartition(asRead(source), worst.partition)}; is the stream service running?`,
  );
}

function pause(durationMs: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    signal.throwIfAborted();
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', abort);
    };
    const abort = () => {
      end();
      reject(signal.reason);
    };
    const timer = setTimeout(() => {
      end();
      resolve();
    }, durationMs);
    signal.addEventListener('abort', abort);
  });
}
