/** The topics of an event source, and the numbers that their partitions have in everything that is stored. */
import { ForebayError } from '@forebay/contract';
import type { EventSource } from './model';
import type { RecordFormat } from './record-format';

/** A topic beyond a source's first. */
export interface SourceTopic {
  readonly topic: string;
  /** By field: where it stands in a value of this topic, if not under its name. All of them, also those of other topics. */
  readonly paths: RecordFormat['paths'];
}

/**
 * Of a source of several topics, partition p of the topic at index i has the number i × 256 + p: fences, checkpoints, progress, the
 * archive and ties of event times know it by that alone. So the numbers of the first topic are those of its partitions, and a
 * topic that is appended moves none.
 */
export const PARTITIONS_PER_TOPIC = 256;
/** As many as the numbers of partitions have room for in a tie (8,192, docs/CODEC.md). */
export const MAX_TOPICS_PER_SOURCE = 32;

/** A partition, and whose it is. */
export interface NumberedPartition {
  readonly topic: string;
  /** Of the topic in the source's list. */
  readonly topicIndex: number;
  readonly partition: number;
}

type Topics = Pick<EventSource, 'topic' | 'otherTopics'>;

/** In the order of their numbers. */
export function topicsOf(source: Topics): readonly string[] {
  return [source.topic, ...(source.otherTopics ?? []).map(({ topic }) => topic)];
}

/** All topics that the source needs, also the one that it is re-keyed through. */
export function topicsToMake(source: Topics & Pick<EventSource, 'rekey'>): readonly string[] {
  return source.rekey === undefined ? topicsOf(source) : [...topicsOf(source), source.rekey.topic];
}

export function partitionNumber(topicIndex: number, partition: number): number {
  return topicIndex * PARTITIONS_PER_TOPIC + partition;
}

/** What a number means. A source of one topic may have more partitions than one of several. */
export function numberedPartition(source: Topics, number: number): NumberedPartition {
  const topics = topicsOf(source);
  const topicIndex = topics.length === 1 ? 0 : Math.floor(number / PARTITIONS_PER_TOPIC);
  const topic = topics[topicIndex] ?? `(topic ${topicIndex} of source, which it does not have)`;
  return { topic, topicIndex, partition: number - topicIndex * PARTITIONS_PER_TOPIC };
}

/** The source as if the topic were its only one: where its records' fields stand. */
export function sourceOfTopic(source: EventSource, topicIndex: number): EventSource {
  if (topicIndex === 0) return source;
  const { topic, paths } = (source.otherTopics ?? [])[topicIndex - 1] as SourceTopic;
  return { ...source, topic, format: { ...source.format, paths } };
}

/**
 * Asks something of each topic, by partition; the answers of all by number. Throws `failed_precondition` where a topic of several has
 * more partitions than there are numbers for.
 */
export async function byPartitionNumber<T>(
  source: Topics & Pick<EventSource, 'name'>,
  ask: (topic: string) => Promise<ReadonlyMap<number, T>>,
): Promise<ReadonlyMap<number, T>> {
  const topics = topicsOf(source);
  if (topics.length === 1) return ask(source.topic);
  const byNumber = new Map<number, T>();
  for (const [topicIndex, topic] of topics.entries()) {
    for (const [partition, value] of await ask(topic)) {
      if (partition >= PARTITIONS_PER_TOPIC)
        throw new ForebayError(
          'failed_precondition',
          `source "${source.name}": topic "${topic}" has partition ${partition}: the topics of a source of several have at most ${PARTITIONS_PER_TOPIC} each`,
        );
      byNumber.set(partitionNumber(topicIndex, partition), value);
    }
  }
  return byNumber;
}

/** How a message calls a partition. */
export function describePartition(source: Topics, number: number): string {
  const { topic, partition } = numberedPartition(source, number);
  return `topic "${topic}", partition ${partition}`;
}
