/** Up to where events of sources are erased: the ends of their topics when it began, up to which the archives are waited for. */
import { ForebayError, formatDuration } from '@forebay/contract';
import { byPartitionNumber, byReadPartition, type EventSource } from '@forebay/definitions';
import { isTopicBeginning } from '@forebay/event-log';
import { archivedUpTo } from '@forebay/offline-store';
import { oldestCheckpoint } from '@forebay/online-store';
import { waitForArchive } from '../archive-wait';
import type { EntityDependencies } from '../rebuild-entity/entity-stream-value';
import type { TopicReader } from '../topic-reader';

export type Ends = ReadonlyMap<number, number>;

/** Of offsets, which need none: they carry the epoch of their topic. */
const EPOCH = 0;
const LOOK_AGAIN_MS = 100;

/** By number of the partitions of the source's topics, as offsets are kept. A topic that is gone has none. */
export function endsOf(source: EventSource, topics: TopicReader): Promise<Ends> {
  return byPartitionNumber(source, (topic) => highOf(topics, topic));
}

/** By number of the partitions that are read for a source, also one that is made of others. */
export function readEndsOf(source: EventSource, topics: TopicReader): Promise<Ends> {
  return byReadPartition(source, (topic) => highOf(topics, topic));
}

async function highOf(topics: TopicReader, topic: string): Promise<Ends> {
  try {
    return new Map([...(await topics.watermarks(topic))].map(([partition, { high }]) => [partition, high]));
  } catch (thrown) {
    if (ForebayError.from(thrown).reason === 'not_found') return new Map();
    throw thrown;
  }
}

/** Resolves when the archive has everything that came before now, with up to where, by partition that is read. Throws `unavailable`. */
export async function archivedEnds(
  { offline, topics, clock, archiveDeadlineMs }: EntityDependencies,
  source: EventSource,
  signal: AbortSignal,
): Promise<Ends> {
  const archived = () => archivedUpTo(offline, source, EPOCH);
  const wait = { topics, archived, clock, deadlineMs: archiveDeadlineMs, signal };
  return new Map((await waitForArchive(source, wait)).map(({ partition, end }) => [partition, end]));
}

/** Resolves when everything before the ends is in stored values. Throws `unavailable`. */
export async function appliedUpTo(
  { redis, clock, archiveDeadlineMs }: Pick<EntityDependencies, 'redis' | 'clock' | 'archiveDeadlineMs'>,
  source: EventSource,
  ends: Ends,
  signal: AbortSignal,
): Promise<void> {
  const giveUpAtMs = clock() + archiveDeadlineMs;
  for (;;) {
    const offsets = (await oldestCheckpoint(redis, source.id))?.offsets ?? [];
    const isBehind = ([partition, end]: readonly [number, number]) =>
      !isTopicBeginning(end) && (offsets[partition] ?? 0) < end;
    if (![...ends].some(isBehind)) return;
    if (clock() >= giveUpAtMs)
      throw new ForebayError(
        'unavailable',
        `source "${source.name}": after ${formatDuration(archiveDeadlineMs)} the stream service has still not applied what came before the erasure; is it running?`,
      );
    signal.throwIfAborted();
    await new Promise((resolve) => setTimeout(resolve, LOOK_AGAIN_MS));
  }
}
