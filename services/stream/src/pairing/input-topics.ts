/** The topics of the inputs of a joined or sequence source, with their partitions as those of one source. */
import { ForebayError } from '@forebay/contract';
import type { InputPartitions } from '@forebay/definitions';
import type { ReadableLog, TopicAdmin, TopicPartition } from '@forebay/event-log';
import { type ArchivePlace, NumberedTopics, type SourceArchive } from '../source-topics';

export class InputTopics extends NumberedTopics {
  readonly names: readonly string[];
  readonly archives: readonly SourceArchive[];

  constructor(
    private readonly inputs: InputPartitions,
    admin: ReadableLog['admin'],
  ) {
    super(admin);
    this.names = inputs.topics;
    this.archives = inputs.sources.map((source, input) => ({ source, earlierMs: inputs.earlierMs(input) }));
  }

  numberOf(place: TopicPartition): number {
    return this.inputs.numberOf(place);
  }

  placeOf(number: number): TopicPartition {
    return this.inputs.topicPlaceOf(number);
  }

  archiveOf(number: number): ArchivePlace {
    const { input, partition } = this.inputs.placeOf(number);
    return { source: this.inputs.sourceOf(number), partition, earlierMs: this.inputs.earlierMs(input) };
  }

  ask<T>(question: (topic: string) => Promise<ReadonlyMap<number, T>>): Promise<ReadonlyMap<number, T>> {
    return this.inputs.ask(question);
  }
}

/** Throws `failed_precondition` unless all topics have as many partitions: partners are in the partitions of one number. */
export function commonPartitions(name: string, counts: ReadonlyMap<string, number | null>): number {
  for (const [topic, count] of counts) {
    if (count === null)
      throw new ForebayError(
        'failed_precondition',
        `source "${name}": there is no topic "${topic}"; run "forebay apply" again`,
      );
  }
  const [first, ...others] = [...counts.values()] as number[];
  if (others.some((count) => count !== first)) {
    const told = [...counts].map(([topic, count]) => `"${topic}" has ${count}`).join(', ');
    throw new ForebayError(
      'failed_precondition',
      `source "${name}": its topics must have equal counts of partitions, and be keyed by the fields that must be equal; ${told}`,
    );
  }
  return first as number;
}

/** Of each topic. Throws `failed_precondition` as `commonPartitions` does. */
export async function countPartitions(
  log: { readonly admin: Pick<TopicAdmin, 'partitionCount'> },
  name: string,
  { topics }: InputPartitions,
): Promise<number> {
  const counts = topics.map(async (topic) => [topic, await log.admin.partitionCount(topic)] as const);
  return commonPartitions(name, new Map(await Promise.all(counts)));
}
