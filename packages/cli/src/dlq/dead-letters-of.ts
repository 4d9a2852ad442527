import type { EventSource } from '@forebay/definitions';
import {
  deadLetterTopic,
  type EventLog,
  type PlacedRecord,
  readTopic,
  type TopicRange,
} from '@forebay/event-log';
import { countedReplays, originalKey } from '@forebay/offline-store';
import type { Servers } from '../servers';
import { type DeadLetterChoice, type DeadLetterEntry, DeadLetterIndex } from './dead-letter-index';

export interface DeadLettersOf {
  readonly topic: string;
  readonly entries: readonly DeadLetterEntry[];
  /** Whether a replay of the letter has counted. */
  readonly isReplayed: (entry: DeadLetterEntry) => boolean;
  /** Records of the topic that are no dead letters. */
  readonly strangers: number;
}

/** Reads what the dead letter topic of a source holds now, and what of it has counted since. */
export async function deadLettersOf(
  servers: Servers,
  source: EventSource,
  choice: Omit<DeadLetterChoice, 'source' | 'topic'>,
): Promise<DeadLettersOf> {
  const topic = deadLetterTopic(source.topic);
  const log = await servers.eventLog();
  const index = new DeadLetterIndex({ ...choice, source: source.name, topic: source.topic });
  await readTopic(log, topic, await rangeOf(log, topic, choice.sinceMs), ({ partition, record }) =>
    index.add(partition, record),
  );
  const { entries } = index;
  const counted = await countedReplays(
    await servers.offline(),
    source,
    entries.map(({ origin }) => origin),
  );
  const isReplayed = ({ origin }: DeadLetterEntry) => counted.has(originalKey(origin));
  return { topic, entries, isReplayed, strangers: index.strangers };
}

/** A letter is written after its original has arrived: nothing that was written before `sinceMs` is about a later one. */
async function rangeOf(log: EventLog, topic: string, sinceMs: number | undefined): Promise<TopicRange> {
  const held = await log.admin.watermarks(topic);
  const since = sinceMs === undefined ? null : await log.admin.offsetsAt(topic, sinceMs);
  return new Map(
    [...held].map(([partition, { low, high }]) => [
      partition,
      { from: Math.max(low, since?.get(partition) ?? low), to: high },
    ]),
  );
}

/** Reads the letters of these entries again, with their bytes, in the order in which they stand. */
export async function readLetters(
  log: EventLog,
  topic: string,
  entries: readonly DeadLetterEntry[],
  onLetter: (entry: DeadLetterEntry, placed: PlacedRecord) => Promise<void> | void,
  signal?: AbortSignal,
): Promise<void> {
  const wanted = new Map(entries.map((entry) => [`${entry.partition}/${entry.offset}`, entry]));
  const range = new Map<number, { from: number; to: number }>();
  for (const { partition, offset } of entries) {
    const held = range.get(partition) ?? { from: offset, to: offset };
    range.set(partition, { from: Math.min(held.from, offset), to: Math.max(held.to, offset + 1) });
  }
  await readTopic(
    log,
    topic,
    range,
    async (placed) => {
      const entry = wanted.get(`${placed.partition}/${placed.record.offset}`);
      if (entry !== undefined) await onLetter(entry, placed);
    },
    signal,
  );
}
